"""What fired in a range of time, for how long, and who was notified of it.

Prometheus keeps its firing alerts as series (``ALERTS``), so the history is asked for, not written down; what was
notified comes from the receivers, which know it for as long as the stack runs.
"""

import asyncio
import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vitals.local.draw.events import GAP_STEPS, stretches
from vitals.local.draw.window import Window
from vitals.local.portal.alerts import Messages
from vitals.local.portal.query_parameters import requested_window
from vitals.local.portal.sources import Sources
from vitals.model.conventions import ALERTNAME, SERVICE, SEVERITY, Severity

_FIRING = f'ALERTS{{alertstate="firing",{SEVERITY}!="{Severity.NONE}"}}'
"""What only proves that alerts are sent (the Watchdog) always fires and is none of it."""
_POINTS = 10_000
"""Fewer than the 11,000 that Prometheus gives of a series: a week to the minute, six hours to five seconds."""
_MOST = 500
_DEFAULT_FROM = "now-24h"
_EARLIEST_BEFORE_S = 5.0
_OWN_LABELS = frozenset({"__name__", "alertstate", ALERTNAME, SERVICE, SEVERITY})


@dataclass(frozen=True, slots=True, kw_only=True)
class PastAlert:
    """One firing of one alert.

    Attributes:
        name: Its ``alertname``.
        service: Its ``service`` label, empty if it has none.
        severity: Its ``severity`` label.
        labels: The labels that distinguish it from others of the name.
        start: Unix seconds of the first sample, to the step of the range.
        end: Of the last sample; None while it fires.
        notifications: What the receivers got of it, firing and resolved, as JSON objects, oldest first.
    """

    name: str
    service: str
    severity: str
    labels: Mapping[str, str]
    start: float
    end: float | None
    notifications: Sequence[Mapping[str, Any]]


def history_routes(sources: Sources) -> list[Route]:
    """Return the route of the history."""

    async def history(request: Request) -> JSONResponse:
        query = request.query_params
        window = requested_window(query, default_from=_DEFAULT_FROM, width=2 * _POINTS)
        data = await sources.prometheus.range(_FIRING, window)
        ends_now = query.get("to", "now").startswith("now")

        def joined() -> list[PastAlert]:
            return past_alerts(data, window, Messages(sources.interface.deliveries()), ends_now=ends_now)

        found = await asyncio.to_thread(joined)
        shown = [asdict(one) for one in found[:_MOST]]
        return JSONResponse({"alerts": shown, "total": len(found), "step": window.step})

    return [Route("/api/history", history, methods=["GET"])]


def past_alerts(data: Mapping[str, Any], window: Window, messages: Messages, *, ends_now: bool) -> list[PastAlert]:
    """Return each firing, newest first.

    Args:
        data: The answer to a range query of ``ALERTS``.
        window: The range and its step.
        messages: What the receivers got.
        ends_now: Whether the range ends now, so that what fires at its end fires still.
    """
    firings = [(one["metric"], *stretch) for one in data["result"] for stretch in stretches(_points(one), window.step)]
    starts: dict[tuple[str, str], list[float]] = defaultdict(list)
    for labels, start, _ in firings:
        starts[_about(labels)].append(start)
    for moments in starts.values():
        moments.sort()
    # A point of the range stands up to a step after the moment at which the alert fired, and was notified.
    lead = window.step + _EARLIEST_BEFORE_S
    found = []
    for labels, start, end in firings:
        name, service = _about(labels)
        moments = starts[name, service]
        later = bisect_right(moments, start)
        following = moments[later] if later < len(moments) else math.inf
        lasts = ends_now and window.end - end <= window.step * GAP_STEPS
        found.append(
            PastAlert(
                name=name,
                service=service,
                severity=labels.get(SEVERITY, ""),
                labels={key: value for key, value in labels.items() if key not in _OWN_LABELS},
                start=start,
                end=None if lasts else end,
                notifications=messages.between(name, service, start - lead, following - lead),
            )
        )
    return sorted(found, key=lambda one: (-one.start, one.name, one.service, sorted(one.labels.items())))


def _about(labels: Mapping[str, str]) -> tuple[str, str]:
    return labels.get(ALERTNAME, ""), labels.get(SERVICE, "")


def _points(series: Mapping[str, Any]) -> Iterator[tuple[float, float]]:
    return ((float(at), float(value)) for at, value in series["values"])
