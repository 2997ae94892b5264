"""Services of one's own beside the stack: how they are named, and that what is not here does not page."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.local.stack import configure, plan
from vitals.local.stack.discovery import Discovery, Targets
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.own_targets import own_targets
from vitals.model.catalog import Catalogue
from vitals.render import write
from vitals.rendered import Rendered, read


@pytest.fixture
def rendered(wellness: Catalogue, tmp_path: Path) -> Rendered:
    """The demo's environment."""
    folder = tmp_path / "rendered" / "local"
    write(files_of(wellness, wellness.environments["local"]), folder)
    return read(folder)


def test_replicas_and_a_path(rendered: Rendered) -> None:
    """Two addresses of one service are two replicas of it."""
    given = ("wellness-api=127.0.0.1:8080/stats", "wellness-api=[::1]:8081/stats")

    assert own_targets(given, rendered.model, ours=()) == {
        "wellness-api": Targets(("127.0.0.1:8080", "[::1]:8081"), path="/stats")
    }


def test_an_exporter_and_a_name_of_compose(rendered: Rendered) -> None:
    """Whatever the environment scrapes can run beside it; names of hosts are written as their owners do."""
    given = ("node=shop_machine:9100", "wellness-worker=my_worker.local:9000")

    assert own_targets(given, rendered.model, ours=("wellness-api",)) == {
        "node": Targets(("shop_machine:9100",)),
        "wellness-worker": Targets(("my_worker.local:9000",)),
    }


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("wellness-api", "NAME=HOST:PORT"),
        ("wellness-api=8080", "NAME=HOST:PORT"),
        ("wellness-api=127.0.0.1:0", "NAME=HOST:PORT"),
        ("wellness-api=127.0.0.1:70000", "NAME=HOST:PORT"),
        ("wellness-api=http://127.0.0.1:8080/metrics", "Leave http:// out"),
        ("wellness-api=https://127.0.0.1:8443/metrics", "metrics_scheme="),
        ("wellness-apy=127.0.0.1:8080", "Did you mean 'wellness-api'"),
        ("shop=127.0.0.1:8080", r"no service or exporter 'shop'.*catalog/services/shop\.py"),
        ("prometheus=127.0.0.1:9090", "is run by the stack itself"),
    ],
)
def test_what_is_no_target_is_refused(text: str, said: str, rendered: Rendered) -> None:
    """Before anything is started, with what to write instead."""
    with pytest.raises(VitalsError, match=said):
        own_targets([text], rendered.model, ours=("prometheus",))


def test_a_path_reaches_prometheus(folder: RunFolder) -> None:
    """The path of a target goes before the one that is rendered for its job."""
    jobs = {"shop": Targets(("127.0.0.1:8080",), path="/stats")}
    Discovery(folder.targets, jobs, not_run_here=(), on_problem=pytest.fail).update(())

    (group,) = json.loads((folder.targets / "shop.json").read_text())
    assert group == {"targets": ["127.0.0.1:8080"], "labels": {"__metrics_path__": "/stats"}}


def test_what_does_not_run_here_does_not_page(rendered: Rendered, folder: RunFolder) -> None:
    """Its rules are not loaded, and those of what runs are."""
    configure.write_configuration(rendered, folder, {})
    configure.silence(folder, ("wellness-worker",))
    left = {file.name.split(".")[0] for file in (folder.config / "rules").glob("*.yaml")}

    assert "wellness-worker" not in left
    assert {"wellness-api", "node"} <= left


def test_the_jobs_of_a_run_are_listed() -> None:
    """What the stack says that it runs is what it has targets of."""
    assert set(plan.RUN_HERE) == set(plan.targets(plan.pick_ports()))
