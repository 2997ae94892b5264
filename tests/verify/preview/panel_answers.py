"""What each query of a dashboard returns: which series, under which names, with which values."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from vitals.local.draw.dashboard import Panel, Target
from vitals.local.draw.series import DrawnSeries, read_result
from vitals.local.draw.template import substitute
from vitals.local.draw.window import choose_window
from vitals.local.pictures.arrangement import WIDTH_PX, Tile
from vitals.local.pictures.ask import TimeRange
from vitals.local.pictures.files import DashboardFile
from vitals.local.portal.prometheus import Prometheus
from vitals.local.portal.variables import choices, resolve


@dataclass(frozen=True)
class TargetAnswer:
    """The answer to one query of a panel; ``number`` is its place among the queries of the panel."""

    panel: Panel
    number: int
    target: Target
    series: tuple[DrawnSeries, ...]


def opened(file: DashboardFile) -> DashboardFile:
    """The dashboard with its collapsed rows open: what an alert links to may stand in one."""
    tiles = (Tile(panel, 0.0, 0.0, float(WIDTH_PX), 1.0) for panel in file.dashboard.panels)
    return replace(file, tiles=tuple(tiles))


async def panel_answers(file: DashboardFile, span: TimeRange, prometheus: Prometheus) -> Sequence[TargetAnswer]:
    """Ask every query that a dashboard shows, those inside collapsed rows included.

    Args:
        file: The dashboard.
        span: The stretch of time.
        prometheus: Whom to ask.

    Raises:
        QueryError: Prometheus refuses a query, or does not answer.
    """
    window = choose_window(span.start, span.end, width=WIDTH_PX)
    chosen = choices(await resolve(file.dashboard, {}, window, prometheus), window)
    found: list[TargetAnswer] = []
    for panel in file.dashboard.panels:
        for number, target in enumerate(panel.targets):
            if target.hidden:
                continue
            filled = Target(target.ref, substitute(target.expr, chosen), substitute(target.legend, chosen))
            answer = prometheus.instant if panel.kind == "table" or target.instant else prometheus.range
            series = read_result(filled, await answer(filled.expr, window))
            found.append(TargetAnswer(panel, number, filled, tuple(series)))
    return found
