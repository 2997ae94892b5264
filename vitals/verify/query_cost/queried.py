"""Asks a real Prometheus how many samples a rule's evaluation and a dashboard's load read.

The number is Prometheus' own query statistic ``totalQueryableSamples``: every sample of every window of every step.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from vitals.local.draw.dashboard import DrawnDashboard, Panel, Target, parse_duration
from vitals.local.draw.template import substitute
from vitals.local.draw.window import Window, choose_window
from vitals.local.portal.prometheus import Prometheus, QueryError
from vitals.local.portal.variables import choices, resolve
from vitals.local.stack.dashboard_queries import load_dashboards
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.rendered_rules import RenderedRule
from vitals.model.conventions import SERVICE, SLO
from vitals.verify.query_cost.definitions import Definitions
from vitals.verify.query_cost.report import DashboardCost, RuleCost

SCREEN_PX = 1400
MARKS_STEP_S = 60
"""Seconds between two points of an annotation's query, Grafana's default."""
_COLUMNS = 24


async def samples_of_rules(rules: Sequence[RenderedRule], api: MetricsApi, at: int) -> list[RuleCost]:
    """Evaluate every rule once, at a moment (unix seconds).

    Raises:
        QueryError: Prometheus refuses one.
    """
    return [
        RuleCost(
            group=rule.group,
            name=rule.name,
            service=rule.labels.get(SERVICE, ""),
            slo=rule.labels.get(SLO, ""),
            interval_s=rule.interval_s,
            samples=await _samples(api, rule.expr, "query", time=str(at)),
        )
        for rule in rules
    ]


async def samples_of_dashboards(
    folder: Path, definitions: Definitions, api: MetricsApi, at: int
) -> list[DashboardCost]:
    """Load every dashboard once over its own time range that ends at a moment (unix seconds), and once without records.

    Raises:
        QueryError: Prometheus refuses a query.
    """
    return [await _load(dashboard, definitions, api, at) for dashboard in load_dashboards(folder)]


async def _load(dashboard: DrawnDashboard, definitions: Definitions, api: MetricsApi, at: int) -> DashboardCost:
    whole = _window(dashboard, at, SCREEN_PX)
    resolved = await resolve(dashboard, {}, whole, Prometheus(api.client, api.url))
    queries: list[tuple[str, Window, bool]] = []
    for panel in dashboard.panels:
        window = _window(dashboard, at, SCREEN_PX * panel.grid.w / _COLUMNS, panel.min_step_s)
        chosen = choices(resolved, window)
        queries += [(substitute(one.expr, chosen), window, _at_once(panel, one)) for one in panel.targets]
    marks = replace(whole, step=MARKS_STEP_S)
    queries += [(substitute(one.expr, choices(resolved, marks)), marks, False) for one in dashboard.annotations]
    return DashboardCost(
        uid=dashboard.uid,
        title=dashboard.title,
        queries=len(queries),
        recorded=await _sum(api, queries),
        raw=await _sum(api, ((definitions.raw(expr), window, instant) for expr, window, instant in queries)),
    )


def _window(dashboard: DrawnDashboard, at: int, width: float, min_step_s: float | None = None) -> Window:
    range_s = parse_duration(dashboard.time_from.removeprefix("now-")) or 3600.0
    return choose_window(at - range_s, at, width=width, min_step_s=min_step_s or 5)


def _at_once(panel: Panel, target: Target) -> bool:
    return target.instant and not panel.over_time


async def _sum(api: MetricsApi, queries: Iterable[tuple[str, Window, bool]]) -> int:
    total = 0
    for expr, window, instant in queries:
        if instant:
            total += await _samples(api, expr, "query", time=f"{window.latest:.0f}")
        else:
            span = {"start": f"{window.start:.0f}", "end": f"{window.end:.0f}", "step": str(window.step)}
            total += await _samples(api, expr, "query_range", **span)
    return total


async def _samples(api: MetricsApi, expr: str, path: str, **parameters: str) -> int:
    try:
        data = await api.get(path, query=expr, stats="all", **parameters)
    except QueryError as error:
        raise QueryError(f"{error} in {expr}") from error
    return int(data["stats"]["samples"]["totalQueryableSamples"])
