"""Prometheus results as named series, and the exemplars beside them."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vitals.local.draw.dashboard import Target
from vitals.local.draw.template import fill_labels


@dataclass(frozen=True, slots=True)
class DrawnSeries:
    """One line: times in unix seconds, values aligned with them and finite or NaN; ``ref`` names its query."""

    name: str
    labels: Mapping[str, str]
    times: tuple[float, ...]
    values: tuple[float, ...]
    ref: str = "A"


@dataclass(frozen=True, slots=True)
class Exemplar:
    """One observed request: unix seconds, value in the panel's unit, its trace and its series' labels."""

    at: float
    value: float
    trace_id: str
    labels: Mapping[str, str] = field(default_factory=dict)


def read_result(target: Target, data: Mapping[str, Any]) -> list[DrawnSeries]:
    """Turn the ``data`` of a ``query`` or ``query_range`` answer into series.

    Args:
        target: The query it answers; gives the legend.
        data: ``{"resultType": "matrix" | "vector" | "scalar", "result": [...]}`` as Prometheus sends it.

    Returns:
        One series for each element, in the server's order; none for an empty result.
    """
    scalar = data["resultType"] == "scalar"
    elements: list[dict[str, Any]] = [{"value": data["result"]}] if scalar else data["result"]
    series = []
    for element in elements:
        labels: dict[str, str] = element.get("metric", {})
        samples = element.get("values") or ([element["value"]] if "value" in element else [])
        series.append(
            DrawnSeries(
                name=_legend(target, labels),
                labels=labels,
                times=tuple(float(time) for time, _ in samples),
                values=tuple(_number(value) for _, value in samples),
                ref=target.ref,
            )
        )
    return series


def distinct_names(series: Sequence[DrawnSeries]) -> list[DrawnSeries]:
    """Return the series with a number after each repeated name, so that two lines never become one."""
    seen: dict[str, int] = {}
    named = []
    for one in series:
        count = seen[one.name] = seen.get(one.name, 0) + 1
        name = one.name if count == 1 else f"{one.name} ({count})"
        named.append(DrawnSeries(name, one.labels, one.times, one.values, one.ref))
    return named


def _legend(target: Target, labels: Mapping[str, str]) -> str:
    if target.legend and target.legend != "__auto":
        return fill_labels(target.legend, labels) or target.ref
    shown = {name: value for name, value in sorted(labels.items()) if name != "__name__"}
    if len(shown) == 1:
        return next(iter(shown.values()))
    inside = ", ".join(f'{name}="{value}"' for name, value in shown.items())
    return f"{labels.get('__name__', '')}{{{inside}}}" if inside else labels.get("__name__") or target.expr


def _number(text: str) -> float:
    value = float(text)
    return value if math.isfinite(value) else math.nan


def thin_exemplars(exemplars: Sequence[Exemplar], *, start: float, end: float, slots: int = 60) -> list[Exemplar]:
    """Keep the slowest exemplar in each of ``slots`` equal parts of the window, so that dots stay legible."""
    best: dict[int, Exemplar] = {}
    for exemplar in exemplars:
        if start <= exemplar.at <= end and math.isfinite(exemplar.value):
            slot = int((exemplar.at - start) / (end - start) * slots)
            if slot not in best or exemplar.value > best[slot].value:
                best[slot] = exemplar
    return [best[slot] for slot in sorted(best)]
