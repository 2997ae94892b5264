"""Dashboards as code: one file per dashboard, over the panel factories in :mod:`vitals.kit.dashboards.panels`.

Dashboards draw recorded signals and the bounds that they are handed; they compute nothing themselves and know nothing
of alerts. This file is the visible list of all dashboards.
"""

from . import anomalies, api, cache, components, database, overview, scaling, slo, stack, system, tasks, users

DASHBOARDS = (
    overview.dashboard,
    api.dashboard,
    slo.dashboard,
    users.dashboard,
    database.dashboard,
    cache.dashboard,
    tasks.dashboard,
    components.dashboard,
    system.dashboard,
    scaling.dashboard,
    anomalies.dashboard,
    stack.dashboard,
)
"""One function per dashboard; a dashboard without any panel, because nothing has what it shows, is left out."""
