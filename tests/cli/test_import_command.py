"""``vitals import`` writes whole files or none, replaces nothing without being asked to, and says what it did."""

from __future__ import annotations

import json
import shutil
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from tests.catalogues import WELLNESS
from vitals.cli import app
from vitals.cli.import_report import ImportOutcome, deliver
from vitals.cli.import_review import Reviewed, with_suppressions
from vitals.errors import VitalsError
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.slo_events import CountedEvents
from vitals.kit.imports.slo_text import ObjectiveText, ServiceText, service_file
from vitals.model.catalog import load
from vitals.render import compose
from vitals.verify.review.suppressions import read_suppressions

TODAY = date(2026, 1, 1)


def _outcome(files: Mapping[Path, str], *, taken: int = 1) -> ImportOutcome:
    left = [ImportNote("rules.yaml:7", "alert Raid", "nothing exposes node_md_disks")]
    return ImportOutcome("rules", 2, taken, [], left, files, ("vitals render",))


def _json(outcome: ImportOutcome, capsys: pytest.CaptureFixture[str], **options: bool) -> dict[str, Any]:
    deliver(outcome, **{"replace": False, "dry_run": False, "as_json": True, **options})
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_a_dry_run_writes_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It says what would be written and what would be left."""
    file = tmp_path / "rules.yaml"

    said = _json(_outcome({file: "groups: []\n"}), capsys, dry_run=True)

    assert not file.exists()
    assert (said["taken"], said["total"], said["written"], said["files"]) == (1, 2, False, [str(file)])
    assert said["left"] == [{"where": "rules.yaml:7", "what": "alert Raid", "why": "nothing exposes node_md_disks"}]


def test_a_file_is_replaced_only_where_that_was_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What is there stays, the same text again does not count as a replacement, and a replacement is named."""
    file = tmp_path / "new" / "rules.yaml"
    assert _json(_outcome({file: "one\n"}), capsys)["replaced"] == []
    assert _json(_outcome({file: "one\n"}), capsys)["replaced"] == []

    with pytest.raises(VitalsError, match=r"exists already.*--replace"):
        deliver(_outcome({file: "two\n"}), replace=False, dry_run=False, as_json=True)
    assert file.read_text() == "one\n"

    assert _json(_outcome({file: "two\n"}), capsys, replace=True)["replaced"] == [str(file)]
    assert file.read_text() == "two\n"


def test_a_dry_run_says_all_before_it_says_what_stands_in_the_way(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The report comes first, then the refusal that the import itself would end with."""
    file = tmp_path / "rules.yaml"
    file.write_text("one\n")

    with pytest.raises(VitalsError, match=r"exists already.*--replace"):
        deliver(_outcome({file: "two\n"}), replace=False, dry_run=True, as_json=True)

    assert json.loads(capsys.readouterr().out)["taken"] == 1
    assert file.read_text() == "one\n"


def test_several_files_are_written_together(tmp_path: Path) -> None:
    """Where one of them cannot be, the other is as it was, and the message names the first."""
    old, blocked = tmp_path / "old.yaml", tmp_path / "file" / "new.yaml"
    old.write_bytes(b"one\xff\n")
    (tmp_path / "file").write_text("")

    with pytest.raises(VitalsError, match=r"file cannot be written \(.*so nothing was written"):
        deliver(_outcome({old: "two\n", blocked: "two\n"}), replace=True, dry_run=False, as_json=True)

    assert old.read_bytes() == b"one\xff\n"
    assert sorted(one.name for one in tmp_path.iterdir()) == ["file", "old.yaml"]


def test_nothing_taken_exits_1(capsys: pytest.CaptureFixture[str]) -> None:
    """A script learns that the source brought nothing; the reasons are printed all the same."""
    with pytest.raises(typer.Exit) as stopped:
        deliver(_outcome({}, taken=0), replace=False, dry_run=False, as_json=False)

    assert stopped.value.exit_code == 1
    assert "left: rules.yaml:7: alert Raid: nothing exposes node_md_disks" in capsys.readouterr().out


def test_accepted_warnings_are_read_as_what_they_are(tmp_path: Path) -> None:
    """They are added to those that are there, once, with a day on which they are reported again."""
    file = tmp_path / "check-suppressions.toml"
    one = Reviewed("legend-sum", "hosts", 'panel "Load [1m]"', "hosts.json:3", "It adds up samples.")

    (text,) = with_suppressions(file, [one], "hosts.json", TODAY).values()
    file.write_text(text)

    (read,) = read_suppressions(file, ["legend-sum"], TODAY)
    assert (read.check, read.file, read.until) == ("legend-sum", "*/dashboards/hosts.json", date(2026, 4, 1))
    assert read.what == 'panel "Load [[]1m]"'
    assert with_suppressions(file, [one], "hosts.json", TODAY) == {}


def test_accepted_warnings_are_distinguished_by_all_that_they_say(tmp_path: Path) -> None:
    """Of two places whose names begin alike, the second is added although the first is there."""
    file = tmp_path / "check-suppressions.toml"
    full, empty = (
        Reviewed("legend-sum", "hosts", f'panel "Days until {end}"', "hosts.json:3", "It adds up samples.")
        for end in ("full", "empty")
    )
    file.write_text(with_suppressions(file, [full], "hosts.json", TODAY)[file])

    text = with_suppressions(file, [full, empty], "hosts.json", TODAY)[file]

    assert text.count("[[suppress]]") == 2
    assert "Days until empty" in text


def test_objectives_become_a_service_that_is_watched(tmp_path: Path) -> None:
    """The file that is written is one of the catalogue: both objectives are there, and an outage pages."""
    folder = tmp_path / "catalog"
    shutil.copytree(WELLNESS, folder)
    service = ServiceText(
        "old-shop",
        "platform",
        'Sells "things".',
        "slo.yaml",
        [
            ObjectiveText(
                "Availability",
                "99.9",
                CountedEvents("shop_seconds_count", {"verb": "!WATCH"}, ({"code": "~5..|429"},)),
            ),
            ObjectiveText("Latency", "99", CountedEvents("shop_seconds_count", {"verb": "!WATCH"}, (), 0.4)),
        ],
    )
    (folder / "services" / "old_shop.py").write_text(service_file(service))

    catalogue = load(folder)
    plan = compose(catalogue, catalogue.environments["local"])

    (found,) = [one for one in catalogue.services if one.name == "old-shop"]
    assert found.availability is not None
    assert found.latency is not None
    assert (found.availability.objective, found.latency.within) == ("99.9%", "400ms")
    alerts = {alert.name: str(alert.expr.text) for alert in plan.alerts if alert.service == "old-shop"}
    assert {"ServiceOutage", "ErrorBudgetBurnFast", "LatencyBudgetBurnFast"} <= alerts.keys()
    records = [str(rule["expr"]) for group in plan.groups for rule in group.rules if "record" in rule]
    assert any("shop_seconds_bucket" in expr and 'le="0.4"' in expr for expr in records)
    assert any('code=~"5..|429"' in expr for expr in records)


@pytest.mark.parametrize(
    ("command", "content", "says"),
    [
        ("rules", "kind: Deployment", "holds no rules"),
        ("dashboard", "{}", "no dashboard can be read"),
        ("slo", "groups: []", "holds no objective"),
    ],
)
def test_another_file_is_refused(command: str, content: str, says: str, tmp_path: Path) -> None:
    """Each of the three says what it would take."""
    file = tmp_path / "file.json"
    file.write_text(content)

    done = CliRunner().invoke(app, ["import", command, str(file)])

    assert isinstance(done.exception, VitalsError)
    assert says in str(done.exception)


@pytest.mark.parametrize("command", ["rules", "dashboard", "slo"])
def test_a_file_that_is_not_there_is_refused(command: str, tmp_path: Path) -> None:
    """Nothing is read but what was named."""
    done = CliRunner().invoke(app, ["import", command, str(tmp_path / "none.yaml")])

    assert isinstance(done.exception, VitalsError)
    assert "none.yaml" in str(done.exception)
