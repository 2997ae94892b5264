"""How a signal of the chosen service is usually shown: as a tile with its value now, or as lines over time.

A signal that no service has gives ``None``, which the layout leaves out.
"""

from __future__ import annotations

from collections.abc import Sequence

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards.context import DashboardContext
from vitals.kit.dashboards.panel_metadata import metadata_of
from vitals.kit.dashboards.panels import chart, stat
from vitals.kit.dashboards.queries import Query, bounds, last_week, of_service, worst_of_service
from vitals.kit.dashboards.theme import Colour
from vitals.kit.dashboards.thresholds import Step
from vitals.model.signals import PER_SERVICE, Signal
from vitals.model.signals.signal import panel_id


def now(context: DashboardContext, signal: Signal, *, steps: Sequence[Step] = ()) -> G.Stat | None:
    """The value now, beside the signal's own panel, which shows it over time."""
    if not context.signal(signal.id):
        return None
    metadata = metadata_of(context, signal, title=f"{signal.title} now", panel=panel_id(f"{signal.id}:now"))
    return stat(metadata, _query(signal), steps=steps)


def over_time(
    context: DashboardContext,
    signal: Signal,
    *more: Query,
    colour: Colour | None = None,
    top: float | None = None,
    panel: int = 0,
) -> G.TimeSeries | None:
    """The signal over time, with last week where its history is kept, and its bounds where the foresight service looks.

    Args:
        context: Which signals exist, and where alerts draw their lines.
        signal: One line, or one for each of its labels.
        more: Further lines.
        colour: One colour for all lines; ``None`` gives each its own.
        top: Where the axis ends; ``None`` lets it follow the data.
        panel: In place of the signal's own panel id, for a panel away from its home.
    """
    if not context.signal(signal.id):
        return None
    return chart(
        metadata_of(context, signal, panel=panel),
        _query(signal),
        *last_week(context, signal),
        *bounds(context, signal),
        *more,
        colour=colour,
        top=top,
    )


def _query(signal: Signal) -> Query:
    return of_service(signal, signal.title) if signal.labels == PER_SERVICE else worst_of_service(signal)
