"""From a panel to its picture: run its queries, collect events and exemplars, hand all to ``vitals.local.draw``."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from vitals.local.draw.dashboard import DrawnDashboard, Panel, Target
from vitals.local.draw.events import Event, read_events
from vitals.local.draw.frame import PanelData, Size, Spec
from vitals.local.draw.panel import draw_panel
from vitals.local.draw.prose import with_choices
from vitals.local.draw.series import DrawnSeries, Exemplar, read_result, thin_exemplars
from vitals.local.draw.stat import describe
from vitals.local.draw.table import build_table
from vitals.local.draw.template import Choice, substitute
from vitals.local.draw.theme import Theme
from vitals.local.draw.units import format_value
from vitals.local.draw.window import Window
from vitals.local.portal.prometheus import Prometheus

_TRACE_LABELS = ("trace_id", "traceID", "traceId")
_INSTANT_KINDS = {"table"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A drawn panel.

    Attributes:
        spec: Vega-Lite with its data inside.
        has_data: Whether any query returned a sample.
        summary: Name and latest value of each series, in the panel's unit, for people who do not see the picture.
        table: Columns, link templates and rows of a table panel, else None.
        exemplars: Requests whose trace can be opened, slowest first.
        queries: The queries as they were sent.
    """

    spec: Spec
    has_data: bool
    summary: list[tuple[str, str]]
    table: dict[str, Any] | None
    exemplars: list[dict[str, Any]]
    queries: list[str]


@dataclass(frozen=True, slots=True)
class PanelAnswer:
    """What Prometheus answered to a panel, and the queries as they were sent."""

    data: PanelData
    queries: list[str]

    @property
    def has_data(self) -> bool:
        """Whether any query returned a sample."""
        return any(one.times for one in self.data.series)


async def panel_answer(
    dashboard: DrawnDashboard,
    panel: Panel,
    *,
    choices: Mapping[str, Choice],
    window: Window,
    prometheus: Prometheus,
    real_since: float | None,
) -> PanelAnswer:
    """Ask everything that one panel shows.

    ``real_since`` is the unix second before which data are synthetic, or None; a panel over time marks it.

    Raises:
        QueryError: A query of the panel failed; annotations that fail are left out.
    """
    targets = [replace(target, expr=substitute(target.expr, choices)) for target in panel.targets]
    shown = [target for target in targets if not target.hidden]
    series, exemplars, events = await asyncio.gather(
        _series(panel, shown, window, prometheus),
        _exemplars([target for target in targets if target.exemplar], window, prometheus),
        _events(dashboard if panel.kind == "timeseries" else None, choices, window, prometheus),
    )
    data = PanelData(series, exemplars, [*events, *_real_data(real_since, window)])
    return PanelAnswer(data, [target.expr for target in shown])


async def picture(
    dashboard: DrawnDashboard,
    panel: Panel,
    *,
    choices: Mapping[str, Choice],
    window: Window,
    size: Size,
    theme: Theme,
    prometheus: Prometheus,
    real_since: float | None,
) -> Picture:
    """Ask and draw one panel.

    Raises:
        QueryError: A query of the panel failed; annotations that fail are left out.
    """
    answer = await panel_answer(
        dashboard, panel, choices=choices, window=window, prometheus=prometheus, real_since=real_since
    )
    series = answer.data.series
    table = build_table(panel, series, theme) if panel.kind == "table" and series else None
    return Picture(
        spec=draw_panel(with_choices(panel, choices), answer.data, window=window, size=size, theme=theme),
        has_data=answer.has_data,
        summary=describe(panel, series),
        table=asdict(table) if table else None,
        exemplars=[
            {
                "trace_id": one.trace_id,
                "value": one.value,
                "shown": format_value(one.value, panel.unit),
                "at": one.at,
                "labels": dict(one.labels),
            }
            for one in sorted(answer.data.exemplars, key=lambda one: -one.value)
        ],
        queries=answer.queries,
    )


async def _series(panel: Panel, targets: Sequence[Target], window: Window, prometheus: Prometheus) -> list[DrawnSeries]:
    async def ask(target: Target) -> list[DrawnSeries]:
        at_once = panel.kind in _INSTANT_KINDS or (target.instant and not panel.over_time)
        answer = prometheus.instant if at_once else prometheus.range
        return read_result(target, await answer(target.expr, window))

    return [one for series in await asyncio.gather(*map(ask, targets)) for one in series]


async def _exemplars(targets: Sequence[Target], window: Window, prometheus: Prometheus) -> list[Exemplar]:
    answers = await asyncio.gather(*(prometheus.exemplars(target.expr, window) for target in targets))
    found = []
    for answer in answers:
        for series in answer:
            for sample in series["exemplars"]:
                labels = sample["labels"]
                trace = next((labels[name] for name in _TRACE_LABELS if labels.get(name)), None)
                if trace:
                    at, value = float(sample["timestamp"]), float(sample["value"])
                    found.append(Exemplar(at, value, trace, series["seriesLabels"]))
    return thin_exemplars(found, start=window.start, end=window.end)


def _real_data(since: float | None, window: Window) -> list[Event]:
    """Mark where the synthetic past ends and real data begin."""
    if since is None or not window.start <= since <= window.end:
        return []
    return [Event("Real data from here", "What is older is synthetic (vitals up --history).", "purple", since, since)]


async def _events(
    dashboard: DrawnDashboard | None, choices: Mapping[str, Choice], window: Window, prometheus: Prometheus
) -> list[Event]:
    annotations = dashboard.annotations if dashboard else ()
    answers = await asyncio.gather(
        *(prometheus.range(substitute(annotation.expr, choices), window) for annotation in annotations),
        return_exceptions=True,
    )
    events = []
    for annotation, answer in zip(annotations, answers, strict=True):
        if not isinstance(answer, BaseException):
            events += read_events(annotation, answer, window.step)
    return events
