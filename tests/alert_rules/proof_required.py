"""Which alerts need every proof beyond being rendered: ours, and pasted ones that have a spec in the oracle.

Pasting a rule changes content and no test. Its proof, if it gets one, is a promtool test beside its file; a
spec, scenarios, a runbook and a drill are required again once the oracle has a spec of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from tests.oracle.specs import SPECS
from vitals.kit.alerts.alert import Alert

_WITH_SPEC = frozenset(said.name for said in SPECS.values())


def needs_proof(alerts: Iterable[Alert]) -> list[Alert]:
    """The alerts that must have every proof that the repository knows."""
    return [alert for alert in alerts if not alert.where or alert.name in _WITH_SPEC]


def without_proof(alerts: Iterable[Alert]) -> set[str]:
    """The names of the others: pasted, without a spec."""
    return {alert.name for alert in alerts if alert.where} - _WITH_SPEC
