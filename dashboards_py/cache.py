"""Cache: does it still save work, and is it fast enough to be worth asking?"""

from __future__ import annotations

from vitals.kit.dashboards import chart_annotations, links, variables
from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import cache

_ALL = 1.0


def dashboard(context: DashboardContext) -> DashboardDefinition:
    """The dashboard of the caches that one service asks."""
    return DashboardDefinition(
        uid=links.CACHE.uid,
        title=links.CACHE.title,
        question="Does the cache still save work, and is it fast enough to be worth asking?",
        sections=(
            Section("", _first_screen(context)),
            Section("Contents", (Row(7, (over_time(context, cache.SIZE), over_time(context, cache.ITEMS))),)),
            Section("Fetch time in detail", (Row(8, (over_time(context, cache.FETCH_MEAN),)),), collapsed=True),
        ),
        variables=(variables.datasource(), variables.service(context, cache.REQUESTS)),
        annotations=chart_annotations.of_service(context),
        links=links.dashboard_links(context, links.CACHE),
    )


def _first_screen(context: DashboardContext) -> tuple[Row, ...]:
    return (
        Row(4, tuple(now(context, signal) for signal in (cache.HITS, cache.FETCH_P95, cache.SIZE))),
        Row(
            9,
            (
                over_time(context, cache.REQUESTS),
                over_time(context, cache.HITS, top=_ALL),
                over_time(context, cache.FETCH_P95, exemplars("cache_fetch_duration_seconds")),
            ),
        ),
    )
