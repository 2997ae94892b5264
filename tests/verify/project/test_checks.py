"""The checks that every project gets: they hold what is well, and each refuses what it is there for."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from vitals.errors import VitalsError
from vitals.paths import RUNBOOKS
from vitals.rendered import environments
from vitals.verify.project import commands, pages, routes, rules, tests_beside
from vitals.verify.project.checks import checks

RULE_TEST = """\
evaluation_interval: 15s
tests:
  - interval: 15s
    input_series:
      - {series: 'up{service="wellness-api", job="wellness-api", instance="a"}', values: '0x40'}
    promql_expr_test:
      - {expr: 'count(ALERTS{alertname="TargetDown", alertstate="firing"})', eval_time: 5m, exp_samples: EXPECTED}
"""


@pytest.fixture
def folder(demo_rendered: Path, tmp_path: Path) -> Path:
    """The demo's local environment, to be damaged."""
    return shutil.copytree(demo_rendered / "local", tmp_path / "local")


@pytest.mark.rules
def test_what_is_well_passes(folder: Path) -> None:
    """Rules, routes and runbooks of the demo's local environment have nothing against them."""
    rules.check(folder)
    routes.check(folder)
    pages.check(folder, RUNBOOKS)


@pytest.mark.rules
def test_a_rule_that_prometheus_cannot_read_is_refused(folder: Path) -> None:
    """Promtool's own words say which rule it is."""
    file = folder / "rules" / "wellness-api.outage.yaml"
    text = file.read_text(encoding="utf-8")
    assert "for: 1m" in text
    file.write_text(text.replace("for: 1m", "for: soon", 1), encoding="utf-8")

    with pytest.raises(VitalsError, match=r"(?s)promtool refuses rules of .*soon"):
        rules.check(folder)


def test_a_defect_is_named_as_the_command_names_it(folder: Path) -> None:
    """An alert whose dashboard is not shipped: file, line, reason and fix."""
    (folder / "dashboards" / "vitals-api.json").unlink()

    with pytest.raises(VitalsError, match=r"yaml:\d+: error \[hidden-panel\] alert \w+\n.*'vitals-api'"):
        commands.check(folder, "check", str(folder))


@pytest.mark.rules
def test_a_page_that_reaches_no_pager_is_found(folder: Path) -> None:
    """Where the receiver of pages has lost a channel, the alert and the channel are named."""
    file = folder / "alertmanager.yml"
    config = yaml.safe_load(file.read_text(encoding="utf-8"))
    (pages_receiver,) = [one for one in config["receivers"] if one["name"] == "platform-critical"]
    del pages_receiver["pagerduty_configs"]
    file.write_text(yaml.safe_dump(config), encoding="utf-8")

    with pytest.raises(VitalsError, match=r"of platform reaches email, slack and must reach email, pagerduty, slack"):
        routes.check(folder)


def test_a_link_to_no_runbook_is_found(folder: Path, tmp_path: Path) -> None:
    """A page that is not there is named by its alert."""
    there = shutil.copytree(RUNBOOKS, tmp_path / "runbooks")
    (there / "ServiceOutage.md").unlink()

    with pytest.raises(VitalsError, match="the runbook of ServiceOutage is not in"):
        pages.check(folder, there)


@pytest.mark.rules
@pytest.mark.parametrize(
    ("text", "refused"),
    [
        (RULE_TEST.replace("EXPECTED", "[{labels: '{}', value: 1}]"), None),
        (RULE_TEST.replace("EXPECTED", "[]"), "exp:"),
        ("tests: [{interval: 15s, input_series: []}]\n", "could not fail"),
        ("evaluation_interval: 15s\n", "could not fail"),
        ("tests: [\n", "cannot be read"),
    ],
    ids=["holds", "fails", "asserts nothing", "has no test", "is not YAML"],
)
def test_a_test_beside_rules_can_fail(text: str, refused: str | None, folder: Path, tmp_path: Path) -> None:
    """It runs against all that is rendered; one that asserts nothing is refused, for it would pass for ever."""
    test = tmp_path / "target.test.yaml"
    test.write_text(text, encoding="utf-8")

    if refused is None:
        tests_beside.check(test, folder.parent)
        return
    with pytest.raises(VitalsError, match=refused):
        tests_beside.check(test, folder.parent)


def test_every_environment_and_every_test_has_its_checks(folder: Path, tmp_path: Path) -> None:
    """Nothing that is rendered, and no test beside a rule, is passed over."""
    shutil.copytree(folder, tmp_path / "rendered" / "lab")
    shutil.copytree(folder, tmp_path / "rendered" / "prod")
    for test in ("alert_rules/handwritten/deep/a.test.yml", "tests/alerts/b.test.yaml"):
        (tmp_path / test).parent.mkdir(parents=True)
        (tmp_path / test).touch()

    names = [check.name for check in checks(tmp_path)]

    assert environments(tmp_path / "rendered") == ["lab", "prod"]
    assert names == [
        "drift",
        "defects",
        *(f"{what}[{name}]" for name in ("lab", "prod") for what in ("runbooks", "rules", "routes")),
        "rule-test[alert_rules/handwritten/deep/a.test.yml]",
        "rule-test[tests/alerts/b.test.yaml]",
        "objectives[wellness-api]",
    ]
