"""The queries of the rendered dashboards as they are asked: Grafana's variables filled in as the portal fills them.

The choice of a variable is the dashboard's own default, or its first value in the running Prometheus.
"""

import json
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

from vitals.local.draw.dashboard import DrawnDashboard, parse_dashboard
from vitals.local.draw.template import substitute
from vitals.local.draw.window import choose_window
from vitals.local.portal.prometheus import Prometheus, QueryError
from vitals.local.portal.variables import choices, resolve
from vitals.local.stack.metrics_api import MetricsApi

_WINDOW_S = 3600.0
_WIDTH_PX = 1000.0


@dataclass(frozen=True)
class PanelQueries:
    """One panel and its queries, hidden ones and those for exemplars included.

    A panel without a query (text, row) is none of these.
    """

    uid: str
    id: int
    title: str
    expressions: tuple[str, ...]

    @property
    def name(self) -> str:
        """The panel in words, for reports: ``dashboard/id title``."""
        return f"{self.uid}/{self.id} {self.title}"


def load_dashboards(folder: Path) -> list[DrawnDashboard]:
    """Read every dashboard of a folder, sorted by file name.

    Raises:
        VitalsError: A dashboard is not one.
    """
    return [parse_dashboard(json.loads(path.read_text(encoding="utf-8"))) for path in sorted(folder.glob("*.json"))]


@dataclass(frozen=True)
class DashboardQueries:
    """The queries of one dashboard, filled in: its panels', and its annotations' by name."""

    panels: tuple[PanelQueries, ...]
    annotations: Mapping[str, str]


async def dashboard_queries(
    dashboard: DrawnDashboard, api: MetricsApi, wanted: Mapping[str, Sequence[str]] = MappingProxyType({})
) -> DashboardQueries:
    """Return the queries of a dashboard, filled in.

    Args:
        dashboard: The dashboard.
        api: The running Prometheus; asked for the values of the variables.
        wanted: What a link chooses: variable -> values.

    Raises:
        QueryError: Prometheus does not answer, or refuses a variable's query.
    """
    now = time.time()
    window = replace(choose_window(now - _WINDOW_S, now, width=_WIDTH_PX), end=now)
    resolved = await resolve(dashboard, wanted, window, Prometheus(api.client, api.url))
    chosen = choices(resolved, window)
    panels = [
        PanelQueries(
            dashboard.uid, panel.id, panel.title, tuple(substitute(target.expr, chosen) for target in panel.targets)
        )
        for panel in dashboard.panels
        if panel.targets
    ]
    annotations = {f"{dashboard.uid}/{one.name}": substitute(one.expr, chosen) for one in dashboard.annotations}
    return DashboardQueries(tuple(panels), annotations)


async def queries_without_data(panel: PanelQueries, api: MetricsApi) -> list[str]:
    """Return the queries of a panel that yield no finite sample now.

    Raises:
        QueryError: Prometheus refuses one of them; the message holds it.
    """
    empty: list[str] = []
    for expression in panel.expressions:
        try:
            if not await api.has_finite_sample(expression):
                empty.append(expression)
        except QueryError as error:
            raise QueryError(f"{error} in {expression}") from error
    return empty
