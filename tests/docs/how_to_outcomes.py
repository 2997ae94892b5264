"""What a reader of each how-to was promised, looked up in the copy in which its page was carried out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from vitals.local.tools import find
from vitals.paths import ROOT
from vitals.rendered import groups_of_file

from .pages import read

NEW_ALERT = "ApiRequestsPileUp"


def run(command: list[str], copy: Path, *, within_s: float = 300, **variables: str) -> str:
    """Run something in the copy, with the copy's code in front of the installed one."""
    sources = [copy, copy / "telemetry" / "src", copy / "demo" / "src"]
    environment = {
        **os.environ,
        **variables,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "PYTHONPATH": os.pathsep.join(map(str, sources)),
    }
    done = subprocess.run(
        command, cwd=copy, env=environment, capture_output=True, text=True, timeout=within_s, check=False
    )
    assert done.returncode == 0, f"{command[-1]}\n{done.stdout}\n{done.stderr}"
    return done.stdout


def _model(copy: Path, environment: str) -> dict[str, Any]:
    model: dict[str, Any] = json.loads((copy / "rendered" / environment / "model.json").read_text())
    return model


def _service_is_watched(copy: Path) -> None:
    """It is in the model, scraped, and the Kubernetes Service of the page is one that its monitor selects."""
    assert "sleep-coach" in {service["name"] for service in _model(copy, "local")["services"]}
    names = {alert["name"] for alert in _model(copy, "prod")["alerts"] if alert["service"] == "sleep-coach"}
    assert {"ServiceOutage", "ErrorBudgetBurnFast", "LatencyBudgetBurnSlow", "ApiLatencyHigh"} <= names
    monitor = yaml.load((copy / "rendered/prod/monitors/sleep-coach.yaml").read_text(), Loader=yaml.CSafeLoader)
    (manifest,) = read(ROOT / "docs" / "how-to" / "add-a-service.md").fences("yaml")
    found = yaml.load(manifest, Loader=yaml.CSafeLoader)
    assert monitor["spec"]["selector"]["matchLabels"].items() <= found["metadata"]["labels"].items()
    assert [port["name"] for port in found["spec"]["ports"]] == [monitor["spec"]["endpoints"][0]["port"]]


def _team_is_notified(copy: Path) -> None:
    """Its service pages PagerDuty, its only channel; a cluster is asked for the secrets of both teams."""
    prod = _model(copy, "prod")
    owners = {alert["service"]: alert["owner"] for alert in prod["alerts"]}
    assert owners["sleep-coach"] == "coaching"
    assert owners["wellness-api"] == "platform"
    assert {"coaching-pagerduty-routing-key", "nutrition-teams-webhook-url"} <= set(prod["secrets"])
    config = yaml.safe_load((copy / "rendered/prod/alertmanager.yml").read_text())
    receivers = {one.pop("name"): set(one) for one in config["receivers"]}
    for severity in ("critical", "warning", "info"):
        assert receivers[f"coaching-{severity}"] == {"pagerduty_configs"}
    assert receivers["nutrition-critical"] == {"msteamsv2_configs", "opsgenie_configs"}
    assert receivers["nutrition-critical-after-15m"] == {"opsgenie_configs"}
    assert receivers["nutrition-warning"] == {"msteamsv2_configs"}


def _ways(route: dict[str, Any], above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], dict[str, Any]]]:
    """Every route, with all that an alert must match on the way to it."""
    way = (*above, *route.get("matchers", ()))
    yield way, route
    for inner in route.get("routes", ()):
        yield from _ways(inner, way)


def _maintenance_is_planned(copy: Path) -> None:
    """Only in production, and only routes of the service are muted by it."""
    tree = yaml.safe_load((copy / "rendered/prod/alertmanager.yml").read_text())["route"]
    ways = [
        way for way, route in _ways(tree) if "maintenance-firestore-upgrade" in route.get("mute_time_intervals", ())
    ]
    assert ways
    assert all('service="wellness-api"' in way for way in ways)
    assert "maintenance" not in (copy / "rendered/staging/alertmanager.yml").read_text()


def _alert_is_rendered(copy: Path) -> None:
    """Services with an API have it where their library says what it reads, with a line on the panel of its signal."""
    for environment in ("local", "prod"):
        model = _model(copy, environment)
        found = [alert for alert in model["alerts"] if alert["name"] == NEW_ALERT]
        (signal,) = {alert["signal"] for alert in found}
        said = {record["labels"]["service"] for record in model["records"] if record["signal"] == signal}
        assert {alert["service"] for alert in found} == said & {s["name"] for s in model["services"] if s["api"]}
    runbooks = copy / "docs" / "runbooks"
    assert "> 100 | 2m |" in (runbooks / f"{NEW_ALERT}.md").read_text(encoding="utf-8")
    assert f"| [{NEW_ALERT}]({NEW_ALERT}.md) | warning |" in (runbooks / "README.md").read_text(encoding="utf-8")
    assert f"| {NEW_ALERT} | the demo has no fault" in (copy / "docs" / "drills.md").read_text(encoding="utf-8")


def _dashboard_is_rendered(copy: Path) -> None:
    """The dashboard has both panels, in every environment."""
    for environment in ("local", "prod"):
        dashboard = json.loads((copy / f"rendered/{environment}/dashboards/vitals-load.json").read_text())
        assert [panel["title"] for panel in dashboard["panels"]] == ["Active users", "Requests in flight"]


def _exporter_is_scraped(copy: Path) -> None:
    """Where it was said to run it is scraped, watched and priced; elsewhere there is nothing of it."""
    assert (copy / "rendered/prod/monitors/postgres.yaml").is_file()
    prod, local = _model(copy, "prod"), _model(copy, "local")
    alert_names = {alert["name"] for alert in prod["alerts"] if alert["service"] == "postgres"}
    assert alert_names == {"TargetDown", "ScrapeSlow", "ScrapesMissed"}
    (part,) = [part for part in prod["cost"]["jobs"] if part["name"] == "postgres"]
    assert part["series"] > 380
    assert "postgres" not in json.dumps(local)


def _pasted_rules_are_rendered(copy: Path) -> None:
    """Both rules are there, with what is added to them; the test beside the first passes and says something."""
    rules: dict[str, dict[str, Any]] = {}
    for file in (copy / "rendered/prod/rules").glob("*.yaml"):
        if file.name.startswith(("handwritten.", "mixins.")):
            (group,) = groups_of_file(file)
            rules |= {rule.name: rule.body for rule in group.rules}
    busy, swaps = rules["MachineBusy"], rules["MachineMemoryGoing"]
    assert busy["labels"]["owner"] == "platform"
    assert busy["annotations"]["runbook_url"].endswith("/runbooks/README")
    assert busy["for"] == "5m"
    assert "# more work than the cores can do" in busy["expr"]
    assert swaps["labels"] == {"severity": "warning", "service": "node", "owner": "platform"}
    test = yaml.safe_load((copy / "alert_rules/handwritten/busy.test.yaml").read_text())
    test["rule_files"] = ["rendered/local/rules/handwritten.busy-machines.yaml"]
    (copy / "test.yaml").write_text(yaml.safe_dump(test))
    run([str(find("promtool")), "test", "rules", "test.yaml"], copy)


def _dialects_are_watched(copy: Path) -> None:
    """Each service of the page has the page of an outage, asked of the metrics of its own library."""
    model = _model(copy, "prod")
    counters = {
        "shop": "shop_http_requests_total",
        "orders": "http_server_requests_seconds_count",
        "checkout": "http_server_request_duration_seconds_count",
        "mails": "celery_task_failed_total",
        "profile": "house_requests",
    }
    for service, counter in counters.items():
        assert "ServiceOutage" in {alert["name"] for alert in model["alerts"] if alert["service"] == service}
        assert counter in (copy / f"rendered/prod/rules/{service}.outage.yaml").read_text(encoding="utf-8")


def _own_metric_is_read(copy: Path) -> None:
    """The pasted rule on it is rendered, and its series are priced."""
    (group,) = groups_of_file(copy / "rendered/prod/rules/handwritten.baskets.yaml")
    assert [rule.name for rule in group.rules] == ["BasketsLost"]
    (part,) = [part for part in _model(copy, "prod")["cost"]["jobs"] if part["name"] == "basket"]
    assert part["series"] > 0


def _what_was_brought_is_content(copy: Path) -> None:
    """Rules, panels and objectives of the page are rendered, and what it says is left is nowhere."""
    (group,) = groups_of_file(copy / "rendered/prod/rules/handwritten.hosts.yaml")
    assert [rule.name for rule in group.rules] == ["instance:hosts_load:per_cpu", "HostBusy"]
    assert group.rules[1].body["labels"] == {"severity": "critical", "service": "node", "owner": "platform"}
    hosts = json.loads((copy / "rendered/prod/dashboards/hosts.json").read_text(encoding="utf-8"))
    assert [(panel["type"], panel["title"]) for panel in hosts["panels"]] == [
        ("timeseries", "CPU by mode"),
        ("timeseries", "Load"),
    ]
    (shop,) = [one for one in _model(copy, "prod")["services"] if one["name"] == "ticket-shop"]
    assert [(one["kind"], one["objective"]) for one in shop["slos"]] == [("availability", "99.9%"), ("latency", "99%")]


OUTCOMES: dict[str, Callable[[Path], None]] = {
    "add-a-metric": _own_metric_is_read,
    "watch-what-you-have": _dialects_are_watched,
    "add-a-dashboard": _dashboard_is_rendered,
    "add-a-service": _service_is_watched,
    "add-a-team": _team_is_notified,
    "add-an-alert": _alert_is_rendered,
    "add-an-exporter": _exporter_is_scraped,
    "plan-maintenance": _maintenance_is_planned,
    "bring-what-you-have": _what_was_brought_is_content,
    "paste-a-rule": _pasted_rules_are_rendered,
}
