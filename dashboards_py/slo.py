"""SLO and error budgets: will the promises of one service hold for the month, and how fast is the budget spent?

Left is availability, right is latency. The burn rates stand in the order in which their alerts would speak.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import of_service
from vitals.model.catalog import Availability, BurnWindow, Latency, Slo
from vitals.model.catalog.burn_windows import FAST, SLOW
from vitals.model.signals import Signal, slo, targets

_KINDS = (Availability, Latency)


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the promises of one service."""
    return DashboardDefinition(
        uid=links.SLO.uid,
        title=links.SLO.title,
        question="Will the service meet its objectives this month, and how fast is the error budget spent?",
        sections=(
            Section("", (_budgets(context),)),
            Section("Burn rates", tuple(_burning(context, windows) for windows in (FAST, SLOW))),
            Section("Event rates", (_counted(context),)),
        ),
        variables=(variables.datasource(), variables.service(context, _promised(context))),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.SLO),
    )


def _promised(context: DashboardContext) -> Signal:
    """What every service with an objective of either kind records from its first minute, under one name for both."""
    found = (context.objective(kind) for kind in _KINDS)
    return next((slo.events(objective) for objective in found if objective), targets.UP)


def _of_each(context: DashboardContext, panel: Callable[[Slo], G.TimeSeries]) -> Row:
    """The same panel for each kind of objective that a service has."""
    return Row(8, tuple(panel(objective) if (objective := context.objective(kind)) else None for kind in _KINDS))


def _budgets(context: DashboardContext) -> Row:
    def left(objective: Slo) -> G.TimeSeries:
        signal = slo.budget_left(objective)
        return chart(metadata_of(context, signal), of_service(signal, signal.title), top=1.0, overspent=True)

    return _of_each(context, left)


def _burning(context: DashboardContext, windows: tuple[BurnWindow, BurnWindow]) -> Row:
    """The long windows of one alert; each is distinguished by its own colour."""
    first, second = (window.long for window in windows)

    def rates(objective: Slo) -> G.TimeSeries:
        shown = {window: slo.burn_rate(objective, window) for window in (first, second)}
        metadata = metadata_of(
            context, *shown.values(), title=f"Burn rate over {first} and {second} ({objective.kind})"
        )
        return chart(metadata, *(of_service(signal, f"over {window}") for window, signal in shown.items()))

    return _of_each(context, rates)


def _counted(context: DashboardContext) -> Row:
    return _of_each(context, partial(_events, context))


def _events(context: DashboardContext, objective: Slo) -> G.TimeSeries:
    """Bad events beside all of them: a share of very few is not a reason to hurry."""
    every, bad = slo.events(objective), slo.bad_events(objective)
    return chart(metadata_of(context, every, bad), of_service(every, "all"), of_service(bad, "bad"))
