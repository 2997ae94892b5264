"""When is there something to see? The moment at which the first dashboard has data.

What is evaluated only once a minute, over days and more, is not waited for: when it comes depends on the minute in
which the stack was started and on nothing that one could see or improve.
"""

import asyncio
from dataclasses import replace

import httpx

from vitals.local.draw.dashboard import parse_duration
from vitals.local.portal.dashboards import DashboardFolder
from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.dashboard_queries import PanelQueries, dashboard_queries, queries_without_data
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.run import Stack
from vitals.rendered import RenderedModel

SLOW_S = 60.0
"""Interval of a rule group whose records are not waited for."""
_LOOK_EVERY_S = 1.0


async def note_first_data(stack: Stack, api: MetricsApi) -> None:
    """Wait until each query of every panel of the first dashboard has a finite sample, and note it in the journal.

    Queries that ``model.json`` allows to be empty, and those that read what is evaluated slowly, are not waited for.
    """
    dashboard = DashboardFolder(stack.folder.dashboards).all()[0]
    slow = slow_records(stack.model)
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        try:
            panels = (await dashboard_queries(dashboard, api)).panels
            waited = [replace(panel, expressions=_waited_for(panel, stack.model, slow)) for panel in panels]
            if not any([await queries_without_data(panel, api) for panel in waited]):
                break
        except (httpx.HTTPError, QueryError):
            continue
    stack.journal.has_data()


def slow_records(model: RenderedModel) -> frozenset[str]:
    """Return the names of the records that are evaluated every ``SLOW_S`` seconds or more rarely."""
    slow = {group.name for group in model.groups if (parse_duration(group.interval) or 0.0) >= SLOW_S}
    return frozenset(record.name for record in model.records if record.group in slow)


def _waited_for(panel: PanelQueries, model: RenderedModel, slow: frozenset[str]) -> tuple[str, ...]:
    reasons = dict(zip(panel.expressions, model.excuses(panel.uid, panel.id), strict=False))
    return tuple(
        query
        for query in panel.expressions
        if reasons.get(query) is None and not any(record in query for record in slow)
    )
