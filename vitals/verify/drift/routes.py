"""Routes: Alertmanager's rendered configuration against the one that it says it has."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitals.verify.drift.same import RunningDifference, differences
from vitals.verify.review.panels import elements, mapping

_AREA = "routes"
_NAMED = ("receivers", "time_intervals", "mute_time_intervals")


def drift_of_routes(rendered: Mapping[str, Any], running: Mapping[str, Any]) -> Iterator[RunningDifference]:
    """What of the configuration is missing or another, and routes, receivers and inhibitions that are more.

    Args:
        rendered: The rendered file.
        running: The configuration of ``/api/v2/status``, secrets hidden.
    """
    for key, value in rendered.items():
        if key in _NAMED:
            yield from _named(key, value, running.get(key))
        elif key == "route":
            yield from _route(mapping(value), mapping(running.get(key)), "route")
        else:
            yield from (RunningDifference(_AREA, key, text) for text in differences(value, running.get(key), key))
    for key in ("inhibit_rules", "mute_time_intervals", "time_intervals"):
        if running.get(key) and not rendered.get(key):
            yield RunningDifference(_AREA, key, f"has {len(elements(running[key]))} entries that are not rendered")


def _named(kind: str, rendered: Any, running: Any) -> Iterator[RunningDifference]:  # noqa: ANN401 - any YAML value
    ones, others = ({str(mapping(one).get("name")): one for one in elements(side)} for side in (rendered, running))
    for name in sorted({*ones, *others}):
        subject = f"{kind.removesuffix('s').replace('_', ' ')} {name}"
        if name not in others:
            yield RunningDifference(_AREA, subject, "is not there")
        elif name not in ones:
            yield RunningDifference(_AREA, subject, "is there and is not rendered")
        else:
            yield from (RunningDifference(_AREA, subject, text) for text in differences(ones[name], others[name]))
            more = {key for key, value in mapping(others[name]).items() if value} - set(mapping(ones[name]))
            yield from (
                RunningDifference(_AREA, subject, f"{key} is there and is not rendered") for key in sorted(more)
            )


def _route(rendered: Mapping[str, Any], running: Mapping[str, Any], path: str) -> Iterator[RunningDifference]:
    """A route acts by what it does not say, too: a field more is drift here."""
    own, other = ({k: v for k, v in side.items() if k != "routes" and v} for side in (rendered, running))
    yield from (RunningDifference(_AREA, path, text) for text in differences(own, other))
    for key in sorted(other.keys() - own.keys()):
        yield RunningDifference(_AREA, path, f"{key} is {other[key]} and is not rendered")
    ones, others = elements(rendered.get("routes")), elements(running.get("routes"))
    if len(ones) != len(others):
        yield RunningDifference(_AREA, path, f"has {len(others)} routes instead of {len(ones)}")
        return
    for index, (one, inner) in enumerate(zip(ones, others, strict=True)):
        where = f"{path}.routes[{index}] to {mapping(one).get('receiver')}"
        yield from _route(mapping(one), mapping(inner), where)
