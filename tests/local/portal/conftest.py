"""Feeds, a folder of dashboards and runbooks, and a real Prometheus that scrapes itself and one target."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.local.served import served
from tests.local.silences.one_alertmanager import alertmanager_alone
from vitals.local.portal.app import create_app
from vitals.local.portal.interfaces import DeliveredAlert, Delivery, DrillControl, PartHealth
from vitals.local.processes.ports import free_ports

from .browser import chromium, opened
from .recorded_drills import RecordedDrills
from .recorded_interface import RecordedInterface, span
from .small_prometheus import SmallPrometheus, scraping_prometheus


@pytest.fixture
def feeds() -> RecordedInterface:
    """A stack of two parts that notified Slack of an outage and has one trace."""
    now = time.time()
    outage = DeliveredAlert(name="ApiOutage", severity="critical", service="wellness-api")
    return RecordedInterface(
        parts=[
            PartHealth(name="prometheus", state="healthy", pid=4242, url="http://127.0.0.1:9090", since=now - 60),
            PartHealth(name="wellness-api-1", state="restarting", detail="it ended with code 1", since=now),
        ],
        delivered=[
            Delivery(channel="slack", receiver="#alerts", at=now, status="firing", alerts=(outage,), summary="down")
        ],
        spans=[
            span("a" * 16, None, "POST /api/reports/generate", 0, 400),
            span("b" * 16, "a" * 16, "firestore.query", 50, 350, status="error", attributes={"db.system": "firestore"}),
        ],
    )


def _panel(number: int, kind: str, expr: str, grid: tuple[int, int, int, int], **more: Any) -> dict[str, Any]:  # noqa: ANN401
    title = more.pop("title", f"Panel {number}")
    target = {"refId": "A", "expr": expr, "legendFormat": more.pop("legend", "{{job}}")}
    return {
        "id": number,
        "type": kind,
        "title": title,
        "description": f"What is {title}?",
        "gridPos": dict(zip("xywh", grid, strict=True)),
        "targets": [target, *more.pop("targets", ())],
        "fieldConfig": {"defaults": more.pop("defaults", {}), "overrides": []},
        "options": more.pop("options", {}),
    }


RULE_FILE = """\
groups:
- name: api.slo
  interval: 15s
  rules:
  - alert: ErrorsHigh
    expr: errors > 0.1
    for: 5m
    labels: {}
    annotations:
      summary: <b>many</b> errors
      runbook_url: http://127.0.0.1:1/runbooks/ErrorsHigh
      source_url: javascript:alert(1)
"""


@pytest.fixture
def dashboards(tmp_path: Path) -> Path:
    """Two dashboards with the same service variable, the first is the overview; and beside them a rule file."""
    latency = (
        'histogram_quantile(0.95, sum by (le) (rate(request_seconds_bucket{service="$service"}[$__rate_interval])))'
    )
    exemplars = {"refId": "B", "expr": 'request_seconds_bucket{service="$service"}', "hide": True, "exemplar": True}
    panels = [
        _panel(1, "stat", 'up{service="$service"}', (0, 0, 6, 4), title="Targets of $service"),
        _panel(2, "timeseries", latency, (6, 0, 18, 8), title="Latency", defaults={"unit": "s"}, targets=[exemplars]),
        _panel(3, "timeseries", "no_such_metric", (0, 8, 12, 5), title="Empty", defaults={"noValue": "Nothing yet"}),
        _panel(4, "timeseries", "sum by (", (12, 8, 12, 5), title="Broken"),
        _panel(5, "table", 'up{service="$service"}', (0, 13, 24, 5), title="Targets"),
    ]
    dashboard = {
        "title": "Overview",
        "schemaVersion": 42,
        "time": {"from": "now-5m", "to": "now"},
        "templating": {
            "list": [
                {"name": "datasource", "type": "datasource", "query": "prometheus"},
                {"name": "service", "type": "query", "query": "label_values(up, service)", "current": {}},
            ]
        },
        "annotations": {"list": [{"name": "Alerts", "expr": "ALERTS", "titleFormat": "{{alertname}}"}]},
        "panels": panels,
    }
    rules = tmp_path / "rules"
    rules.mkdir()
    (rules / "api.slo.yaml").write_text(RULE_FILE, encoding="utf-8")
    folder = tmp_path / "dashboards"
    folder.mkdir()
    for uid, title in (("overview", "Overview"), ("api", "API performance")):
        (folder / f"{uid}.json").write_text(json.dumps({**dashboard, "uid": uid, "title": title}), encoding="utf-8")
    return folder


@pytest.fixture
def runbooks(tmp_path: Path) -> Path:
    """One runbook: HTML that must not reach the page, and a table that is wider than a narrow window."""
    folder = tmp_path / "runbooks"
    folder.mkdir()
    (folder / "ApiOutage.md").write_text(
        "# ApiOutage\n\n## Meaning\n\nAll fail. <script>x</script>\n\n| Rule | Fires when |\n|---|---|\n"
        f"| `api.outage` | `service_api:{'request_' * 8}duration_seconds:p95_rate5m` > 2 |\n",
        encoding="utf-8",
    )
    return folder


@pytest.fixture(scope="session")
def small_prometheus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SmallPrometheus]:
    """A real server with data and two alerts."""
    with scraping_prometheus(tmp_path_factory.mktemp("prometheus")) as running:
        yield running


@pytest.fixture(scope="module")
def small_alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Alertmanager that holds one alert and no silence of another module; yields its base URL."""
    with alertmanager_alone(tmp_path_factory.mktemp("alertmanager")) as url:
        yield url


@pytest.fixture
def portal(
    small_prometheus: SmallPrometheus, dashboards: Path, runbooks: Path, feeds: RecordedInterface
) -> Iterator[str]:
    """The portal over the real Prometheus; no Alertmanager answers. Yields its base URL."""
    with _served(small_prometheus.url, dashboards, runbooks, feeds) as url:
        yield url


@pytest.fixture
def portal_alone(dashboards: Path, runbooks: Path, feeds: RecordedInterface) -> Iterator[str]:
    """The portal while neither Prometheus nor Alertmanager answers."""
    with _served(_silent_url(), dashboards, runbooks, feeds) as url:
        yield url


@pytest.fixture
def drills() -> RecordedDrills:
    """Two drills of which none runs."""
    return RecordedDrills()


@dataclass(frozen=True)
class RealServers:
    """Base URLs of a real Prometheus and a real Alertmanager."""

    prometheus: str
    alertmanager: str


@pytest.fixture
def servers(small_prometheus: SmallPrometheus, small_alertmanager: str) -> RealServers:
    """Both of them."""
    return RealServers(small_prometheus.url, small_alertmanager)


@pytest.fixture
def whole_portal(
    servers: RealServers, dashboards: Path, runbooks: Path, feeds: RecordedInterface, drills: RecordedDrills
) -> Iterator[str]:
    """The portal with everything behind it: both real servers, and drills that can be started."""
    address = servers.alertmanager
    with _served(servers.prometheus, dashboards, runbooks, feeds, alertmanager_url=address, drills=drills) as url:
        yield url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A headless Chromium; for as long as it runs, no other event loop can in this process."""
    with chromium() as running:
        yield running


@pytest.fixture
def page(browser: Browser, portal: str) -> Iterator[Page]:
    """A page over the real Prometheus; see ``opened`` for what it must not do."""
    with opened(browser, portal) as page:
        yield page


@pytest.fixture
def whole_page(browser: Browser, whole_portal: str) -> Iterator[Page]:
    """A page over everything."""
    with opened(browser, whole_portal) as page:
        yield page


def _silent_url() -> str:
    return f"http://127.0.0.1:{free_ports(('none',))['none']}"


@contextlib.contextmanager
def _served(
    prometheus_url: str,
    dashboards: Path,
    runbooks: Path,
    feeds: RecordedInterface,
    *,
    alertmanager_url: str | None = None,
    drills: DrillControl | None = None,
) -> Iterator[str]:
    app = create_app(
        prometheus_url=prometheus_url,
        alertmanager_url=alertmanager_url or _silent_url(),
        dashboards=dashboards,
        runbooks=runbooks,
        rules=dashboards.parent / "rules",
        interface=feeds,
        drills=drills,
    )
    with served(app) as url:
        yield url
