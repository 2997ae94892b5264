"""Reading the alerts out of a message's text.

The channels carry text for people, not labels. Two forms are understood: Alertmanager's list of labels
(``- name = value`` lines, one ``alertname`` for each alert) and the headline ``[FIRING] AlertName: service``.
What a text does not say stays empty; nothing is guessed from the time or from other messages. Any program may send any
text, so it is read line by line, once, and only as far as a message of ours reaches.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from vitals.local.portal.interfaces import DeliveredAlert
from vitals.model.conventions import ALERTNAME, SERVICE, SEVERITY

LINE_CHARACTERS = 1024
"""Of a headline or a value: as much as PagerDuty takes of a summary; what is longer is cut."""
_TEXT_CHARACTERS = 64 * 1024
"""Of a text: more than twice our longest."""
SHOWN_CHARACTERS = 8 * 1024
"""Of a message that is kept to be shown: four times our longest."""
_ALERTS = 100
_LABELS = 64
_HEADLINE = re.compile(r"(?:\[[A-Z]+(?::\d+)?\]\s*)?(?P<name>(?:[A-Z][a-z0-9]+)+)(?::\s*(?P<service>[\w-]+)?)")
_NAME = re.compile(r"[a-z_]\w*")


def shortened(text: str) -> str:
    """A line of bearable length, in which half a character (a lone surrogate) is a question mark: UTF-8 has none."""
    return _bounded(text, LINE_CHARACTERS)


def readable(text: str) -> str:
    """A message as a page shows it: bounded, and without the half characters that UTF-8 has none of."""
    return _bounded(text.strip(), SHOWN_CHARACTERS)


def _bounded(text: str, most: int) -> str:
    text = text if len(text) <= most else text[: most - 1] + "…"
    return text.encode("utf-8", "replace").decode("utf-8")


def is_resolved(headline: str) -> bool:
    """Whether a message with that headline says that its alerts are over."""
    return shortened(headline).lstrip().upper().startswith("[RESOLVED")


def alerts_of(headline: str, *texts: str) -> tuple[DeliveredAlert, ...]:
    """Return the alerts that a message is about.

    Args:
        headline: Subject, title or summary.
        texts: The rest of the message; label lists in it say more than the headline does.
    """
    listed: dict[tuple[tuple[str, str], ...], dict[str, str]] = {}
    for text in texts:
        for labels in _label_lists(text[:_TEXT_CHARACTERS]):
            if len(listed) < _ALERTS:
                listed.setdefault(tuple(sorted(labels.items())), labels)
    if listed:
        return tuple(map(alert_of, listed.values()))
    named = _HEADLINE.match(shortened(headline).strip())
    return (DeliveredAlert(name=named["name"], service=named["service"] or ""),) if named else ()


def _label_lists(text: str) -> Iterator[dict[str, str]]:
    labels: dict[str, str] | None = None
    for line in text.splitlines():
        dash, _, rest = line.strip().partition(" ")
        name, equals, value = rest.partition("=")
        name = name.strip()
        if dash != "-" or not equals or not _NAME.fullmatch(name):
            continue
        if name == ALERTNAME:
            if labels:
                yield labels
            labels = {}
        if labels is not None:
            labels.setdefault(name, value.strip())
    if labels:
        yield labels


def alert_of(labels: Mapping[str, Any]) -> DeliveredAlert:
    """Return the alert that has these labels; what is too long or too much of them is left out."""
    known = {
        shortened(name): shortened(value) for name, value in list(labels.items())[:_LABELS] if isinstance(value, str)
    }
    return DeliveredAlert(
        name=known.get(ALERTNAME, ""),
        severity=known.get(SEVERITY, ""),
        service=known.get(SERVICE, ""),
        labels=known,
    )
