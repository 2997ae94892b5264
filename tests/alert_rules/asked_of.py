"""Of which alerts the tests ask more than that they are rendered: ours, and pasted ones that the oracle speaks of.

Pasting a rule changes content and no test. Its proof, if it gets one, is a promtool test beside its file; an
oracle, scenarios, a runbook and a drill are asked for again once the oracle has a statement about it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.published import PUBLISHED
from vitals.kit.alerts.alert import Alert

_SPOKEN_OF = frozenset(said.name for said in PUBLISHED.values())


def asked_of(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts that must have every proof that the repository knows."""
    return [alert for alert in alerts if not alert.where or alert.name in _SPOKEN_OF]


def without_proof(alerts: Iterable[Alert]) -> set[str]:
    """The names of the others: pasted, and nothing more is said of them."""
    return {alert.name for alert in alerts if alert.where} - _SPOKEN_OF
