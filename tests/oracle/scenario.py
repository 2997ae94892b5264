"""A scenario: the pasts of replicas, and in round numbers which alerts fire when.

It is what one level that rises and falls cannot show of an alert. It knows no rule: the oracle makes exact times of its
samples, and :mod:`tests.alert_rules.promtool_cases` hands both to the real ``promtool test rules``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from vitals.verify.oracle.conditions import Statement


class Sampled(Protocol):
    """Whatever has samples to bring home: a replica, a process of any kind, or recorded history."""

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:
        """Tokens of promtool's notation by series."""
        ...


class Proof(StrEnum):
    """What a scenario shows about the alerts that it names, beside their firing and their end."""

    UNDER = "it is quiet just under the bound"
    MISSING = "its series go missing"
    FEW = "there is hardly any traffic"
    START = "the history has only begun"


@dataclass(frozen=True, slots=True)
class Fires:
    """An alert that must fire.

    Attributes:
        alert: Its id.
        by: The second by which it fires.
        quiet_until: It has not fired before this second.
        over_by: The second by which it is over and stays so; ``None`` where the scenario does not end it.
        summary: Its whole summary at ``by``, so that the current value in it is held too.
        labels: Labels that the firing alert carries beside those of its rule.
    """

    alert: str
    by: float
    quiet_until: float = 0
    over_by: float | None = None
    summary: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """The samples of a past and the alerts that fire in it.

    Attributes:
        name: Its id in the test report.
        replicas: The lives of the replicas.
        lasts: Seconds from the first to the last evaluation.
        fires: The alerts that must fire; any other critical one must not.
        quiet: Ids of further alerts that must not fire at any time.
        evaluated: Seconds between evaluations. promtool evaluates every group at one pace.
        step: Seconds between two tokens of the input; ``None`` for the scrape interval.
        service: Whose replicas they are.
        proves: What it shows about the alerts that it names.
    """

    name: str
    replicas: Sequence[Sampled]
    lasts: float
    fires: Sequence[Fires] = ()
    quiet: Sequence[str] = ()
    evaluated: int = 15
    step: int | None = None
    service: str = "wellness-api"
    proves: Sequence[Proof] = ()

    @property
    def last(self) -> int:
        """The second of the last evaluation."""
        return int(self.lasts // self.evaluated) * self.evaluated

    @property
    def named(self) -> set[str]:
        """Ids of the alerts of which it says something itself."""
        return {*(fires.alert for fires in self.fires), *self.quiet}


def specs_of(service: str, statements: Mapping[str, Statement]) -> dict[tuple[str, str], Statement]:
    """What is promised of some alerts of a service, by id and service, as a file of ``tests/alerts`` has it."""
    return {(alert, service): statement for alert, statement in statements.items()}
