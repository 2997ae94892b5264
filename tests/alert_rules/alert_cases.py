"""The scenarios of the alerts that have their whole test in one file of ``tests/alerts/``."""

from __future__ import annotations

from tests.alert_rules.level_scenarios import LevelScenarios
from vitals.verify.oracle.alert_case import AlertCase, declared


def kind(case: AlertCase) -> LevelScenarios:
    """What its scenarios need."""
    return LevelScenarios(
        case.id,
        case.service,
        case.scraped,
        low=case.low,
        under=case.under,
        high=case.high,
        summary=case.summary,
        labels=case.labels,
        holds=max(1200, 2 * case.for_),
        step=case.every,
        few=case.few,
    )


CASES = tuple(scenario for case in declared() for scenario in kind(case).scenarios())
