"""Which alerts a name and some labels mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence

from vitals.errors import VitalsError
from vitals.rendered import AlertEntry


def chosen_alerts(alerts: Sequence[AlertEntry], name: str, wanted: Mapping[str, str]) -> list[dict[str, str]]:
    """The labels of every alert of a name that can have some labels.

    Args:
        alerts: The alerts of an environment.
        name: Name of an alert.
        wanted: Labels; one that no rule sets, such as ``instance``, is added to the alert.

    Raises:
        VitalsError: There is no such alert, or none of them has such a label; the message names the nearest.
    """
    named = [alert for alert in alerts if alert.name == name]
    if not named:
        known = {alert.name for alert in alerts}
        raise VitalsError(f"There is no alert {name!r}, so no notification can be looked up.{_nearest(name, known)}")
    found = [labels for labels in (alert.all_labels for alert in named) if _can_have(labels, wanted)]
    if found:
        return [labels | dict(wanted) for labels in found]
    for label, value in wanted.items():
        values = {alert.all_labels[label] for alert in named if label in alert.all_labels}
        if values and value not in values:
            raise VitalsError(f"No {name} has {label}={value!r}.{_nearest(value, values)}")
    raise VitalsError(f"No {name} has all of {', '.join(f'{k}={v}' for k, v in wanted.items())} at once. Name fewer.")


def _can_have(labels: Mapping[str, str], wanted: Mapping[str, str]) -> bool:
    return all(labels.get(label, value) == value for label, value in wanted.items())


def _nearest(name: str, known: Iterable[str]) -> str:
    by_lower = {one.lower(): one for one in known}
    close = difflib.get_close_matches(name.lower(), list(by_lower), n=1)
    return f" Did you mean {by_lower[close[0]]}?" if close else f" Known are {', '.join(sorted(known))}."
