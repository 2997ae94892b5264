"""The way of an alert through the routing tree, with the times that a route inherits from those above it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from vitals.verify.routing.matcher import all_match, parse

DEFAULTS = {"group_wait": "30s", "group_interval": "5m", "repeat_interval": "4h"}
"""What Alertmanager takes where no route says anything."""


@dataclass(frozen=True, slots=True)
class Route:
    """Where an alert ends up.

    Attributes:
        receiver: Name of the receiver.
        group_by: Labels by which alerts share a notification.
        group_wait: How long the first notification waits for others of its group.
        group_interval: How long news of the group waits.
        repeat_interval: After which time it is said again.
        mute: Names of time intervals in which nothing is sent.
        active: Names of time intervals outside which nothing is sent; always where there is none.
    """

    receiver: str
    group_by: tuple[str, ...]
    group_wait: str
    group_interval: str
    repeat_interval: str
    mute: tuple[str, ...]
    active: tuple[str, ...] = ()


def routes_of(config: Mapping[str, Any], labels: Mapping[str, str]) -> list[Route]:
    """The routes that an alert takes, in order; more than one only where a route says ``continue``.

    Args:
        config: A parsed ``alertmanager.yml``.
        labels: Labels of the alert, with ``alertname``.
    """
    return _walk(config["route"], labels, {**DEFAULTS, "group_by": ()})


def _walk(node: Mapping[str, Any], labels: Mapping[str, str], above: Mapping[str, Any]) -> list[Route]:
    """Times and grouping are inherited, muting is not (Alertmanager, dispatch/route.go)."""
    here = {**above, **{key: node[key] for key in (*DEFAULTS, "group_by", "receiver") if key in node}}
    found: list[Route] = []
    for child in node.get("routes", ()):
        if all_match(map(parse, child.get("matchers", ())), labels):
            found += _walk(child, labels, here)
            if not child.get("continue", False):
                break
    return found or [
        Route(
            here["receiver"],
            tuple(here["group_by"]),
            here["group_wait"],
            here["group_interval"],
            here["repeat_interval"],
            tuple(node.get("mute_time_intervals", ())),
            tuple(node.get("active_time_intervals", ())),
        )
    ]
