"""Reading the alerts out of a message's text.

The channels carry text for people, not labels. Two forms are understood: Alertmanager's list of labels
(``- name = value`` lines, one ``alertname`` for each alert) and the headline ``[FIRING] AlertName: service``.
What a text does not say stays empty; nothing is guessed from the time or from other messages.
"""

import re
from collections.abc import Mapping

from vitals.portal.feeds import DeliveredAlert

_HEADLINE = re.compile(r"^(?:\[[A-Z]+(?::\d+)?\]\s*)?(?P<name>(?:[A-Z][a-z0-9]+)+)(?::\s*(?P<service>[\w-]+)?)")
_LABEL = re.compile(r"^\s*(?:[-*•]\s*)?(?P<name>[a-z_]\w*)\s*=\s*(?P<value>.*?)\s*$", re.MULTILINE)


def is_resolved(headline: str) -> bool:
    """Whether a message with that headline says that its alerts are over."""
    return headline.lstrip().upper().startswith("[RESOLVED")


def alerts_of(headline: str, *texts: str) -> tuple[DeliveredAlert, ...]:
    """Return the alerts that a message is about.

    Args:
        headline: Subject, title or summary.
        texts: The rest of the message; label lists in it tell more than the headline does.
    """
    listed: list[dict[str, str]] = []
    for text in texts:
        for match in _LABEL.finditer(text):
            if match["name"] == "alertname":
                listed.append({})
            if listed:
                listed[-1].setdefault(match["name"], match["value"])
    if listed:
        return tuple(alert_of(labels) for number, labels in enumerate(listed) if labels not in listed[:number])
    named = _HEADLINE.match(headline.strip())
    return (DeliveredAlert(name=named["name"], service=named["service"] or ""),) if named else ()


def alert_of(labels: Mapping[str, str]) -> DeliveredAlert:
    """Return the alert that has these labels, ``alertname`` among them."""
    return DeliveredAlert(
        name=labels["alertname"],
        severity=labels.get("severity", ""),
        service=labels.get("service", ""),
        labels=labels,
    )
