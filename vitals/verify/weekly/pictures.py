"""Pictures of a review as SVG, drawn as the dashboards are: error budgets, and when which alert fired."""

from __future__ import annotations

from itertools import pairwise

from vitals.local.draw.dashboard import Panel, ThresholdStep
from vitals.local.draw.frame import PanelData, Size
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.theme import LIGHT
from vitals.local.draw.window import choose_window
from vitals.local.pictures.compose import panel_svg
from vitals.verify.weekly.review import WeeklyReview
from vitals.verify.weekly.week import MINUTE_S

WIDTH = 960
_ROW_PX = 26
_MOST_ROWS = 40
_AXIS_PX = 40
_BUDGETS = Panel(
    id=1,
    kind="timeseries",
    title="Error budget left",
    description="Error budget left of each objective over the week.",
    defaults={"unit": "percentunit", "custom": {"lineWidth": 2}},
    options={"legend": {"showLegend": True, "displayMode": "list", "calcs": ["lastNotNull"]}},
)
_FIRINGS = Panel(
    id=2,
    kind="state-timeline",
    title="When alerts fired",
    description="A row for each alert and a block for each firing.",
    thresholds=(ThresholdStep(None, "blue"), ThresholdStep(1, "orange"), ThresholdStep(2, "red")),
    defaults={"color": {"mode": "thresholds"}},
)
_STATES = {"critical": 2.0, "warning": 1.0}


def budgets_svg(review: WeeklyReview) -> str:
    """The course of each error budget; empty where none has data."""
    series = [
        DrawnSeries(name, {}, tuple(float(at) for at, _ in course), tuple(value for _, value in course))
        for name, course in sorted(review.budgets.items())
    ]
    if not series:
        return ""
    step = min((later - sooner for one in series for sooner, later in pairwise(one.times)), default=MINUTE_S)
    return _drawn(_BUDGETS, series, review, Size(WIDTH, 260), step)


def firings_svg(review: WeeklyReview) -> str:
    """When each alert fired, the most urgent first; empty where none did."""
    series = []
    for one in review.fired[:_MOST_ROWS]:
        minutes = sorted(
            {at for each in one.firings for at in range(each.start, max(each.end, each.start + 1), MINUTE_S)}
        )
        value = _STATES.get(one.severity, 0.0)
        name = f"{one.name} ({one.service})"
        series.append(DrawnSeries(name, {}, tuple(map(float, minutes)), (value,) * len(minutes)))
    return _drawn(_FIRINGS, series, review, Size(WIDTH, _AXIS_PX + _ROW_PX * len(series)), MINUTE_S) if series else ""


def _drawn(panel: Panel, series: list[DrawnSeries], review: WeeklyReview, size: Size, step_s: float) -> str:
    week = review.week
    window = choose_window(week.start, week.end, width=week.length_s, min_step_s=step_s)
    return panel_svg(draw_panel(panel, PanelData(series), window=window, size=size, theme=LIGHT), panel.id)
