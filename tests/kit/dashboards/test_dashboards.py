"""What the shipped dashboards promise to alerts, to readers and to Grafana."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from typing import Any

import pytest

from dashboards_py import DASHBOARDS
from tests.kit.dashboards.conftest import Built, build_of
from tests.made_once import files_of, plan_of
from vitals.kit.alerts.alert import Alert
from vitals.kit.dashboards.build import build
from vitals.kit.dashboards.lint import lint
from vitals.kit.dashboards.lint.problem import panels
from vitals.model.catalog import Catalogue
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr, resolve
from vitals.model.promql.variables import filled
from vitals.model.signals import Signal, api, trend


def _panel(built: Built, uid: str, panel_id: int) -> dict[str, Any]:
    return next(dict(panel) for panel in panels(built.dashboards[uid]) if panel["id"] == panel_id)


def _alerts_with_panel(built: Built) -> list[Alert]:
    return [alert for alert in built.plan.alerts if alert.signal]


def _is_dashed(override: dict[str, Any]) -> bool:
    return any(entry["id"] == "custom.lineStyle" for entry in override["properties"])


def test_no_dashboard_breaks_a_rule(built: Built) -> None:
    """Every dashboard of every environment passes every rule."""
    assert lint(built.dashboards, built.plan.vocabulary) == ()


def test_dashboards_without_any_api_pass_too(without_api: Built) -> None:
    """Where no service serves HTTP, panels are left out and the rest closes ranks."""
    assert lint(without_api.dashboards, without_api.plan.vocabulary) == ()
    assert [panel["title"] for panel in panels(without_api.dashboards["vitals-api"])] == ["Replicas up"]


def test_every_alert_has_its_panel(built: Built) -> None:
    """The panel that an alert links to exists, on the dashboard and with the id that the link names."""
    alerts = _alerts_with_panel(built)

    assert alerts
    for alert in alerts:
        assert alert.signal
        link = alert.link(built.plan.environment)
        uid, panel_id = re.findall(r"/d/([^/]+)/.*viewPanel=(\d+)", link)[0]
        shown = _panel(built, uid, int(panel_id))
        assert any(alert.signal.record in target["expr"] for target in shown["targets"]), alert.name


def test_no_alert_leads_into_a_closed_row(built: Built) -> None:
    """The on-call who follows an alert sees its panel without opening anything."""
    open_ids = {panel["id"] for dashboard in built.dashboards.values() for panel in dashboard["panels"]}
    linked = {alert.signal.panel for alert in _alerts_with_panel(built) if alert.signal}

    assert linked
    assert linked <= open_ids


def test_bounds_are_lines_at_the_very_value(built: Built) -> None:
    """Each bound of an alert is a dashed line on the home panel of its signal, at the same number."""
    signals = {signal.id: signal for signal in built.context.signals}
    bounds = [bound for alert in built.plan.alerts for bound in alert.bounds]

    assert bounds
    for bound in bounds:
        record = signals[bound.signal].record
        home = [
            panel
            for panel in panels(built.dashboards[signals[bound.signal].dashboard])
            if any(record in target["expr"] for target in panel["targets"]) and panel["type"] == "timeseries"
        ]
        defaults = home[0]["fieldConfig"]["defaults"]
        assert bound.value in [step.get("value") for step in defaults["thresholds"]["steps"]], bound
        assert defaults["custom"]["thresholdsStyle"] == {"mode": "dashed"}


def test_a_line_is_always_in_sight(built: Built) -> None:
    """The axis of a chart with lines reaches at least the lowest one, even when the values are tiny."""
    every = [panel["fieldConfig"]["defaults"] for dashboard in built.dashboards.values() for panel in panels(dashboard)]
    lined = [defaults for defaults in every if defaults["custom"].get("thresholdsStyle") == {"mode": "dashed"}]

    assert lined
    for defaults in lined:
        lowest = min(step["value"] for step in defaults["thresholds"]["steps"] if "value" in step)
        assert defaults.get("max", defaults["custom"].get("axisSoftMax")) > lowest


def test_panels_draw_recorded_signals(built: Built) -> None:
    """Only the hidden exemplar query reads a raw metric; all else is recorded, or computed by the foresight service."""
    computed = {metric.name for metric in EXPORTERS["foresight"].metrics}
    recorded = {signal.record for signal in built.context.signals} | {"ALERTS"} | computed
    found = [panel for dashboard in built.dashboards.values() for panel in panels(dashboard)]

    assert any(panel["targets"] for panel in found)
    for panel in found:
        for target in panel["targets"]:
            readings = resolve(Expr(filled(target["expr"])), built.plan.vocabulary).readings
            raw = {reading.name for reading in readings} - recorded
            assert not raw or target["exemplar"], panel["title"]


def test_the_latency_panel_has_one_exemplar_query(local: Built) -> None:
    """The panel of the service's p95 asks for exemplars of the same histogram, at the price of one sample a bucket."""
    targets = _panel(local, "vitals-api", api.LATENCY_P95.panel)["targets"]
    exemplars = [target for target in targets if target["exemplar"]]

    assert len(exemplars) == 1
    assert "[" not in exemplars[0]["expr"]
    assert "api_response_time_seconds_bucket" in exemplars[0]["expr"]


@pytest.mark.parametrize(
    ("signal", "promise"),
    [
        (api.ERRORS, "service_slo:allowed_errors:ratio"),
        (api.LATENCY_P95, "service_slo:promised_time:seconds"),
        (api.LATENCY_P95_BY_ENDPOINT, "service_slo:promised_time:seconds"),
    ],
)
def test_promises_are_dashed_lines(local: Built, signal: Any, promise: str) -> None:  # noqa: ANN401 - parametrized
    """What users were promised is drawn beside what they get, dashed."""
    panel = _panel(local, "vitals-api", signal.panel)
    promised = [target["legendFormat"] for target in panel["targets"] if promise in target["expr"]]
    dashed = [
        override["matcher"]["options"]
        for override in panel["fieldConfig"]["overrides"]
        if override["matcher"]["id"] == "byName" and _is_dashed(override)
    ]

    assert promised
    assert promised == dashed


def test_the_first_screen_of_a_service_reads_rate_errors_duration(local: Built) -> None:
    """Requests and errors stand left of the response time, all above the fold of twenty grid rows."""
    shown = [_panel(local, "vitals-api", s.panel)["gridPos"] for s in (api.TRAFFIC, api.ERRORS, api.LATENCY_P95)]

    assert [place["x"] for place in shown] == sorted(place["x"] for place in shown)
    assert len({place["y"] for place in shown}) == 1
    assert all(place["y"] + place["h"] <= 20 for place in shown)


def test_the_overview_leads_to_the_dashboard_of_what_hurts(local: Built) -> None:
    """Every tile and chart of the overview opens the dashboard of that very service or machine, at the same time."""
    home = {
        "Satisfaction": "vitals-users",
        "p95 query time": "vitals-database",
        "Hit ratio": "vitals-cache",
        "Queue fill": "vitals-tasks",
        "Error budget left": "vitals-slo",
    }
    chosen = {"vitals-system": "var-instance=${__", "vitals-stack": ""}
    led = set()
    for panel in panels(local.dashboards["vitals-overview"]):
        urls = re.findall(r'"url": "([^"]*)"', json.dumps(panel))
        dashboards = [home[panel["title"]]] if panel["title"] in home else ["vitals-api", *chosen]
        found = {
            uid
            for uid in dashboards
            for url in urls
            if f"/d/{uid}/" in url and chosen.get(uid, "var-service=${__") in url
        }
        assert found, panel["title"]
        led |= found
    assert led == {"vitals-api", *home.values(), *chosen}


def test_one_can_go_down_to_every_family_and_back(built: Built) -> None:
    """The overview links to the home of every signal, each home back to it and to all others."""
    homes = {signal.dashboard for signal in built.context.signals}

    assert homes
    for uid in (*homes, "vitals-overview"):
        linked = [re.findall(r"/d/([^/?]+)", link["url"])[0] for link in built.dashboards[uid]["links"]]

        assert sorted(linked) == sorted({"vitals-overview", *homes} - {uid})


def test_an_undeclared_family_has_no_dashboard(wellness: Catalogue) -> None:
    """Dashboards exist only for what some service has; no link is left behind."""
    bare = tuple(replace(service, caches=(), queues=(), scaling=None) for service in wellness.services)
    whole, built = build_of(wellness, "local"), build_of(replace(wellness, services=bare), "local")

    assert set(whole.dashboards) - set(built.dashboards) == {"vitals-cache", "vitals-tasks"}
    assert lint(built.dashboards, built.plan.vocabulary) == ()


def test_the_choices_of_a_dashboard_are_the_services_that_it_can_show(built: Built) -> None:
    """The dashboard of a family offers services that declare it, and begins with one."""
    variables = [
        (uid, variable)
        for uid, dashboard in built.dashboards.items()
        for variable in dashboard["templating"]["list"]
        if variable["name"] == "service"
    ]

    assert variables
    for uid, variable in variables:
        record = re.findall(r"label_values\((\S+), service\)", variable["query"])[0]
        able = [s.name for s in built.plan.services if record in {i.record for i in built.plan.signals[s.name]}]
        assert variable["current"]["value"] == able[0], uid


@pytest.mark.parametrize("signal", trend.COMPARED, ids=lambda signal: signal.id)
def test_last_week_is_drawn_beside_today(local: Built, signal: Signal) -> None:
    """The owner who is notified of a trend sees both weeks on the panel, the older one dashed."""
    panel = _panel(local, signal.dashboard, signal.panel)
    older = [target for target in panel["targets"] if " offset 1w" in target["expr"]]
    dashed = [override["matcher"] for override in panel["fieldConfig"]["overrides"] if _is_dashed(override)]

    assert len(older) == 1
    assert re.search("last week$", older[0]["legendFormat"])
    assert {"id": "byRegexp", "options": "/last week$/"} in dashed


def test_a_dashboard_without_anything_to_show_is_not_built(sample: Catalogue) -> None:
    """The laboratory has no machine's exporter: no dashboard of machines, and no link that leads there."""
    plan = plan_of(sample, sample.environments["lab"])
    files = files_of(sample, plan.environment)

    assert "dashboards/vitals-system.json" not in files
    assert not [name for name, text in files.items() if "/d/vitals-system" in text]


def test_all_machines_are_shown_until_one_is_chosen(local: Built) -> None:
    """The dashboard of machines opens with all of them, and every panel follows the choice."""
    (variable,) = [v for v in local.dashboards["vitals-system"]["templating"]["list"] if v["name"] == "instance"]

    assert variable["current"] == {"text": "All", "value": "$__all"}
    assert (variable["includeAll"], variable["allValue"]) == (True, ".*")
    assert any(panel["targets"] for panel in panels(local.dashboards["vitals-system"]))
    for panel in panels(local.dashboards["vitals-system"]):
        assert all('instance=~"$instance"' in target["expr"] for target in panel["targets"]), panel["title"]


def test_an_alert_of_a_machine_opens_that_machine(local: Built) -> None:
    """The link is a template that Prometheus fills with the machine's own label."""
    links = {alert.name: alert.link(local.plan.environment) for alert in local.plan.alerts}

    assert "var-instance={{ $labels.instance }}" in links["MachineCpuHigh"]
    assert "var-instance" not in links["ApiLatencyHigh"]


def test_the_same_facts_make_the_same_bytes(local: Built) -> None:
    """A second build is equal, and all keys are in order."""
    again = build(DASHBOARDS, local.context)

    assert again
    assert json.dumps(again) == json.dumps(local.dashboards)
    for dashboard in again.values():
        assert json.dumps(dashboard) == json.dumps(dashboard, sort_keys=True)


def test_an_overspent_budget_is_seen(local: Built) -> None:
    """An axis that ends at zero would hide by how much, which is what its page is about."""
    found = [
        panel for panel in panels(local.dashboards["vitals-slo"]) if panel["title"].startswith("Error budget left")
    ]

    assert len(found) == 2
    for panel in found:
        defaults = panel["fieldConfig"]["defaults"]
        assert "min" not in defaults
        assert (defaults["custom"]["axisSoftMin"], defaults["max"]) == (0, 1.0)


def test_channels_that_are_not_used_are_not_drawn(local: Built) -> None:
    """Alertmanager counts every kind of channel that there is; most are at zero for ever."""
    titles = {"Notifications by channel", "Notification failure ratio by channel"}
    found = [panel for panel in panels(local.dashboards["vitals-stack"]) if panel["title"] in titles]

    assert len(found) == 2
    for panel in found:
        assert "service_integration:notifications:increase15m > 0" in panel["targets"][0]["expr"]
