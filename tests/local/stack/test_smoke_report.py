"""The smoke report on a real, tiny Prometheus that scrapes itself: what it counts and what it lets pass."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.rendered.smallest import model
from vitals.local.processes.ports import free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack import smoke as smoke_module
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.stack.smoke import SmokeReport, smoke
from vitals.local.tools import find
from vitals.rendered import RenderedModel

pytestmark = pytest.mark.live

RULES = """\
groups:
- name: self
  interval: 1s
  rules:
  - {record: "service:up:sum", expr: "sum by (service) (up)"}
  - {record: "service:never:sum", expr: "sum by (service) (no_such_metric)"}
  - {alert: AlwaysUp, expr: "up == 1"}
"""


def panel(number: int, *expressions: str) -> dict[str, object]:
    """Make a panel with these queries."""
    targets = [
        {"refId": chr(65 + n), "expr": expression, "exemplar": n > 0} for n, expression in enumerate(expressions)
    ]
    return {"id": number, "title": f"Panel {number}", "type": "timeseries", "targets": targets}


PANELS = (
    panel(1, 'service:up:sum{service="$service"}'),
    panel(2, "no_such_metric"),
    panel(3, "no_such_metric", "up"),
    panel(4, "ALERTS{alertname='Never'}"),
    panel(5, "sum(up", "up"),
    panel(6, "up / 0 * 0"),
    panel(8, "up", 'service:up:sum{service="$service"}'),
    {"id": 7, "title": "Words", "type": "text", "options": {"content": "hello"}},
)
DASHBOARD = {
    "uid": "self",
    "title": "Self",
    "panels": PANELS,
    "annotations": {"list": [{"name": "Quiet", "expr": "no_such_metric > 0"}, {"name": "Broken", "expr": "sum(up"}]},
    "templating": {"list": [{"name": "service", "type": "query", "query": "label_values(up, service)", "current": {}}]},
}


def described(**empty: str | None) -> RenderedModel:
    """Describe the dashboards and rules.

    ``empty`` gives reasons, as ``panel_4`` or as the middle of a record's name.
    """
    return model(
        panels=[
            {"uid": "self", "id": n, "title": f"Panel {n}", "empty_reasons": [empty.get(f"panel_{n}")]}
            for n in range(1, 9)
        ],
        records=[
            {
                "signal": name,
                "name": f"service:{name}:sum",
                "labels": {"service": service},
                "unit": "ratio",
                "group": "self",
                "direction": "neither",
                "panel": None,
                "empty_reason": empty.get(name),
            }
            for name, service in (("up", "tiny"), ("never", "tiny"), ("up", "mailer"))
        ],
    )


def report(
    folder: RunFolder,
    rendered: RenderedModel,
    *not_run_here: str,
    rests_on_past: Callable[[str], bool] | None = None,
) -> SmokeReport:
    """Run a Prometheus on these files and take the smoke report of it."""
    port = free_ports([PROMETHEUS])[PROMETHEUS]
    (folder.config / "rules.yaml").write_text(RULES, encoding="utf-8")
    relabel = [{"target_label": "service", "replacement": "tiny"}]
    targets = [f"127.0.0.1:{port}", "127.0.0.1:1"]
    job = {"job_name": "tiny", "static_configs": [{"targets": targets}], "relabel_configs": relabel}
    config = {"global": {"scrape_interval": "1s"}, "rule_files": ["rules.yaml"], "scrape_configs": [job]}
    (folder.config / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
    folder.dashboards.mkdir()
    (folder.dashboards / "self.json").write_text(json.dumps(DASHBOARD), encoding="utf-8")

    async def run() -> SmokeReport:
        async with loopback_client() as client:
            part = prometheus(find("prometheus"), folder, port=port, after=())
            supervisor = Supervisor([part], logs=folder.logs, run_id="smoke", client=client)
            try:
                await supervisor.start(lambda: None)
                api = MetricsApi(f"http://127.0.0.1:{port}", client)
                return await smoke(
                    rendered,
                    folder.dashboards,
                    api,
                    lambda _: None,
                    not_run_here=not_run_here,
                    rests_on_past=rests_on_past,
                )
            finally:
                await supervisor.stop()

    return asyncio.run(run())


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """What has no data by then never will; the first scrape comes about five seconds after a start."""
    monkeypatch.setattr(smoke_module, "SETTLED_WITHIN_S", 10.0)


def test_every_target_rule_and_panel_is_checked(folder: RunFolder) -> None:
    """One dead target, one empty record, five bad panels and an annotation that is none, each named with its reason."""
    found = report(folder, described(), "mailer")

    assert not found.passed
    assert (found.targets.good, found.targets.total) == (1, 2)
    assert "127.0.0.1:1" in found.targets.errors[0]
    assert (found.rules.good, found.rules.total) == (2, 3)
    assert "service:never:sum" in found.rules.errors[0]
    assert len(found.rules.errors) == 1
    assert (found.panels.good, found.panels.total) == (2, 7)
    assert [error.partition(":")[0] for error in found.panels.errors] == [
        "self/2 Panel 2",
        "self/3 Panel 3",
        "self/4 Panel 4",
        "self/5 Panel 5",
        "self/6 Panel 6",
        "annotation self/Broken",
    ]
    assert "no finite sample of no_such_metric, and" in found.panels.errors[1]
    assert "parse error" in found.panels.errors[3]
    assert found.not_run_here == ("mailer",)


def test_a_record_of_a_service_that_should_run_is_expected(folder: RunFolder) -> None:
    """Only what is known not to run here may be missed."""
    errors = report(folder, described()).rules.errors

    assert [error.partition(" has")[0] for error in errors] == [
        'service:never:sum{service="tiny"}',
        'service:up:sum{service="mailer"}',
    ]


def test_a_declared_reason_excuses_emptiness_and_nothing_else(folder: RunFolder) -> None:
    """What has a reason is listed with it; a refused query stays an error, and a live one beside it counts."""
    found = report(
        folder,
        described(never="too early", panel_2="a", panel_3="early", panel_4="b", panel_5="c", panel_6="d"),
        "mailer",
    )

    document = found.document()
    assert found.rules.errors == []
    assert found.rules.expected_empty == [('service:never:sum{service="tiny"}', "too early")]
    assert [name for name, _ in found.panels.expected_empty] == ["self/2 Panel 2", "self/4 Panel 4", "self/6 Panel 6"]
    assert ("self/3 Panel 3", "no_such_metric", "early") in found.panels.excused
    assert [error.partition(":")[0] for error in found.panels.errors] == [
        "self/5 Panel 5",
        "annotation self/Broken",
    ]
    assert isinstance(document["panels"], dict)
    assert document["panels"]["with_data"] + len(document["panels"]["expected_empty"]) == 6
    assert set(document) == {"targets", "rules", "panels", "not_run_here", "duration_s"}


def test_panels_on_a_synthetic_past_are_counted_apart(folder: RunFolder) -> None:
    """What an hour or more goes into does not prove the run; it is listed, and not among those with data."""
    excused = described(never="a", panel_2="a", panel_3="a", panel_4="b", panel_5="c", panel_6="d")

    found = report(folder, excused, "mailer", rests_on_past=lambda query: "service:up:sum" in query)

    panels = found.document()["panels"]
    assert isinstance(panels, dict)
    assert panels["with_synthetic_history"] == ["self/1 Panel 1", "self/8 Panel 8"]
    assert panels["with_data"] == 1
    assert panels["total"] == 7


def test_the_files_of_prometheus_stay_in_the_run_folder(folder: RunFolder, tmp_path: Path) -> None:
    """Its samples are under the folder's data, nowhere else."""
    before = set(tmp_path.iterdir())

    report(folder, described())

    assert (folder.data / PROMETHEUS / "wal").is_dir()
    assert set(tmp_path.iterdir()) == before
