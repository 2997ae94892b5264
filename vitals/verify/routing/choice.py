"""Which alerts somebody means by a name and some labels."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from vitals.errors import VitalsError


def labels_of(alert: Mapping[str, Any]) -> dict[str, str]:
    """The labels with which an alert of ``model.json`` reaches Alertmanager, but for those of its series."""
    named = {"alertname": "name", "severity": "severity", "service": "service", "owner": "owner"}
    return {label: alert[key] for label, key in named.items()} | dict(alert["labels"])


def chosen_alerts(alerts: Sequence[Mapping[str, Any]], name: str, wanted: Mapping[str, str]) -> list[dict[str, str]]:
    """The labels of every alert of a name that can have some labels.

    Args:
        alerts: The alerts of a ``model.json``.
        name: Name of an alert.
        wanted: Labels; one that no rule sets, such as ``instance``, is added to the alert.

    Raises:
        VitalsError: There is no such alert, or none of them has such a label; the message names the nearest.
    """
    named = [alert for alert in alerts if alert["name"] == name]
    if not named:
        known = {alert["name"] for alert in alerts}
        raise VitalsError(f"There is no alert {name!r}, so nobody would be told.{_nearest(name, known)}")
    found = [labels for labels in map(labels_of, named) if _can_have(labels, wanted)]
    if found:
        return [labels | dict(wanted) for labels in found]
    for label, value in wanted.items():
        values = {labels_of(alert)[label] for alert in named if label in labels_of(alert)}
        if values and value not in values:
            raise VitalsError(f"No {name} has {label}={value!r}.{_nearest(value, values)}")
    raise VitalsError(f"No {name} has all of {', '.join(f'{k}={v}' for k, v in wanted.items())} at once. Name fewer.")


def _can_have(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(labels.get(label, value) == value for label, value in wanted.items())


def _nearest(name: str, known: Iterable[str]) -> str:
    by_lower = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.lower(), list(by_lower), n=1)
    return f" Did you mean {by_lower[close[0]]}?" if close else f" Known are {', '.join(sorted(known))}."
