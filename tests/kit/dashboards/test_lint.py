"""Every rule finds the defect that it is there for, and names it alone."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.kit.dashboards.conftest import Built
from vitals.kit.dashboards.lint import RULES, lint

Dashboards = dict[str, dict[str, Any]]
API, OVERVIEW, SLO = "vitals-api", "vitals-overview", "vitals-slo"


def _panel(dashboards: Dashboards, title: str, uid: str = API) -> dict[str, Any]:
    panel: dict[str, Any] = next(panel for panel in dashboards[uid]["panels"] if panel["title"] == title)
    return panel


def _defaults(dashboards: Dashboards, title: str = "Requests") -> dict[str, Any]:
    defaults: dict[str, Any] = _panel(dashboards, title)["fieldConfig"]["defaults"]
    return defaults


def _query(dashboards: Dashboards, title: str = "Requests", uid: str = API) -> dict[str, Any]:
    target: dict[str, Any] = _panel(dashboards, title, uid)["targets"][0]
    return target


def _link(dashboards: Dashboards) -> dict[str, Any]:
    link: dict[str, Any] = _panel(dashboards, "Firing alerts by service", OVERVIEW)["fieldConfig"]["defaults"]["links"][
        0
    ]
    return link


def _nested(dashboards: Dashboards) -> dict[str, Any]:
    panel: dict[str, Any] = next(panel for panel in dashboards[API]["panels"] if panel.get("panels"))["panels"][0]
    return panel


def _renames(dashboards: Dashboards) -> dict[str, str]:
    names: dict[str, str] = _panel(dashboards, "Firing alerts", OVERVIEW)["transformations"][0]["options"][
        "renameByName"
    ]
    return names


def _copy_panel(dashboards: Dashboards) -> None:
    original = _panel(dashboards, "Availability now")
    dashboards[API]["panels"][-1] |= {"id": original["id"]}


DEFECTS: list[tuple[str, Callable[[Dashboards], object]]] = [
    ("settings", lambda b: b[API].update(schemaVersion=12)),
    ("settings", lambda b: b[API].update(editable=True)),
    ("settings", lambda b: b[API].update(timezone="browser")),
    ("settings", lambda b: b[API].update(refresh="1s")),
    ("settings", lambda b: b[API].update(tags=[])),
    ("names", lambda b: b[API].update(uid="u" * 41)),
    ("names", lambda b: b[API].update(title="Overview")),
    ("names", lambda b: b[API].update(title=" ")),
    ("names", _copy_panel),
    ("names", lambda b: _panel(b, "Requests by endpoint").update(title="Requests")),
    ("grid", lambda b: _panel(b, "Requests")["gridPos"].update(w=9)),
    ("grid", lambda b: _panel(b, "Requests")["gridPos"].update(w=7)),
    ("grid", lambda b: _panel(b, "p95 response time")["gridPos"].update(x=17)),
    ("grid", lambda b: _nested(b)["gridPos"].update(w=11)),
    ("described", lambda b: _panel(b, "Requests").update(description=" ")),
    ("described", lambda b: _defaults(b).pop("noValue")),
    ("titles", lambda b: _panel(b, "Replicas up").update(title="Replicas that answer")),
    ("titles", lambda b: _panel(b, "Availability now").update(title="Available now?")),
    ("titles", lambda b: _nested(b).update(title="Requests fail")),
    ("titles", lambda b: b[API].update(title="How it is")),
    ("titles", lambda b: _renames(b).update(owner="Who was notified")),
    ("units", lambda b: _defaults(b).update(unit="requests")),
    ("units", lambda b: _nested(b)["fieldConfig"]["defaults"].pop("unit")),
    ("targets", lambda b: _panel(b, "Requests").update(targets=[])),
    ("targets", lambda b: _query(b, "Requests in flight").update(hide=True)),
    ("targets", lambda b: _query(b, "Error ratio").update(refId="B")),
    ("targets", lambda b: _query(b).update(legendFormat="")),
    ("datasources", lambda b: _query(b).update(datasource="Prometheus")),
    ("datasources", lambda b: _panel(b, "Requests").pop("datasource")),
    ("datasources", lambda b: b[API]["annotations"]["list"][0].pop("datasource")),
    ("datasources", lambda b: b[API]["templating"]["list"][1].update(datasource={"type": "prometheus", "uid": "x"})),
    ("variables", lambda b: _query(b).update(expr='service:api_calls:rate1m{service="$servce"}')),
    ("variables", lambda b: b[OVERVIEW]["templating"]["list"].append({"name": "unused", "type": "custom"})),
    ("variables", lambda b: b[API]["templating"]["list"][1].update(refresh=1)),
    ("queries", lambda b: _query(b).update(expr='service:api_calls:rate1m{service="$service"')),
    ("queries", lambda b: _query(b).update(expr='service:api_call:rate1m{service="$service"}')),
    ("queries", lambda b: _query(b).update(expr='rate(service:up:avg{service="$service"}[$__rate_interval])')),
    ("queries", lambda b: b[API]["annotations"]["list"][0].update(expr="app_build_info{servce='$service'}")),
    ("queries", lambda b: b[API]["templating"]["list"][1].update(query="label_values(service:up:avg, endpoint)")),
    ("series", lambda b: _query(b, "Requests by endpoint").update(
        expr='service_endpoint:api_calls:rate1m{service="$service"}')),
    ("series", lambda b: _query(b, "Requests", OVERVIEW).update(expr="service:api_calls:rate1m")),
    ("series", lambda b: _query(b, "Requests", OVERVIEW).update(expr="topk(50, service:api_calls:rate1m)")),
    ("exemplars", lambda b: _panel(b, "p95 response time")["targets"].pop()),
    ("exemplars", lambda b: _panel(b, "p95 response time")["fieldConfig"]["overrides"].pop()),
    ("legends", lambda b: _panel(b, "Requests")["options"]["legend"].update(calcs=["sum"])),
    ("legends", lambda b: _panel(b, "Requests")["options"]["legend"].update(calcs=[])),
    ("axes", lambda b: _defaults(b).pop("min")),
    ("axes", lambda b: _defaults(b).update(min=1)),
    ("axes", lambda b: _panel(b, "Error budget left (availability)", SLO)["fieldConfig"]["defaults"]["custom"].pop(
        "axisSoftMin")),
    ("annotations", lambda b: b[API]["annotations"]["list"].pop(0)),
    ("annotations", lambda b: b[OVERVIEW]["annotations"]["list"].pop(1)),
    ("links", lambda b: b[API]["links"][0].update(url="__portal_url__/d/vitals-overwiev/x")),
    ("links", lambda b: b[API]["links"][0].update(keepTime=False)),
    ("links", lambda b: _link(b).update(url=_link(b)["url"].replace("${__url_time_range}", ""))),
    ("links", lambda b: _link(b).update(url=_link(b)["url"].replace("var-service", "service"))),
    ("links", lambda b: _link(b).update(url=_link(b)["url"].replace("vitals-api", "vitals-gone"))),
    ("nulls", lambda b: _panel(b, "Requests").update(span=None)),
    ("nulls", lambda b: b[API].update(rows=[])),
]  # fmt: skip


@pytest.mark.parametrize(("rule", "plant"), DEFECTS)
def test_a_planted_defect_is_found_by_its_rule_alone(
    local: Built, rule: str, plant: Callable[[Dashboards], object]
) -> None:
    """The rule finds the defect, and no other rule is confused by it."""
    plant(local.dashboards)

    assert {problem.rule for problem in lint(local.dashboards, local.plan.vocabulary)} == {rule}


def test_a_title_that_is_a_sentence_is_named_with_its_file_and_what_to_write(local: Built) -> None:
    """The problem says which word makes a clause of it, where titles are written, and how one looks."""
    _panel(local.dashboards, "Replicas up")["title"] = "Replicas that answer"

    (problem,) = lint(local.dashboards, local.plan.vocabulary)

    assert (problem.dashboard, problem.panel) == (API, "Replicas that answer")
    for said in ("'that'", "vitals/model/signals/", "dashboards_py/api.py", "'Replicas up'"):
        assert said in problem.text


@pytest.mark.parametrize("title", ["Availability now", "Config reload OK", "Rule group duration / interval (max)"])
def test_a_noun_phrase_is_a_title(local: Built, title: str) -> None:
    """A verb is found as a word, not as letters within one."""
    _panel(local.dashboards, "Requests")["title"] = title.swapcase()

    assert lint(local.dashboards, local.plan.vocabulary) == ()


def test_every_rule_is_proven() -> None:
    """A new rule needs a defect that it finds."""
    assert {rule for rule, _ in DEFECTS} == set(RULES)
