"""Which alerts are judged: those of the rendered rules, beside what they were at another revision."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import eq
from pathlib import Path

import yaml

from vitals.errors import VitalsError
from vitals.model.promql import duration
from vitals.rendered import RuleGroupEntry, groups_in, groups_of, names
from vitals.verify.backtest.expand import RecordedExpressions, read_selectors
from vitals.verify.changes import texts_at_fork
from vitals.verify.changes.pairing import paired

Differs = Callable[[str], bool]
"""Whether a selector reads something that is recorded otherwise at the other revision."""
_IDENTITY = ("service", "slo", "reason", "signal")
"""Labels that distinguish alerts of one name."""


@dataclass(frozen=True, slots=True)
class BacktestAlert:
    """One alerting rule, durations in seconds.

    Attributes:
        name: The ``alertname``.
        labels: The labels that the rule sets, those of its group included.
        expr: Its condition.
        for_s: How long it must hold.
        keep_s: How long the alert goes on firing without it.
        interval_s: Between two evaluations.
    """

    name: str
    labels: tuple[tuple[str, str], ...]
    expr: str
    for_s: float
    keep_s: float
    interval_s: float

    @property
    def identity(self) -> tuple[str, ...]:
        """Its name and what distinguishes it from others of that name."""
        labels = dict(self.labels)
        return (self.name, *(f"{key}={labels[key]}" for key in _IDENTITY if key in labels))


@dataclass(frozen=True, slots=True)
class RuleSet:
    """The rules of an environment: its alerts, and the records that they may read."""

    alerts: tuple[BacktestAlert, ...]
    records: RecordedExpressions

    def against(self, other: RuleSet | None) -> Differs | None:
        """Which selectors read something that is recorded otherwise there; None where there is nothing to compare."""
        return None if other is None else lambda selector: self.records.differs(selector, other.records)


@dataclass(frozen=True, slots=True)
class AlertPair:
    """An alert as it is and as it was; one of both may be None, and ``before`` is where nothing is compared."""

    now: BacktestAlert | None
    before: BacktestAlert | None

    @property
    def any(self) -> BacktestAlert:
        """The alert as it is, or as it was where it is removed."""
        found = self.now or self.before
        if found is None:
            raise AssertionError("a pair has one side")
        return found


def read_alerts(environment: Path) -> RuleSet:
    """Read the rules of a rendered environment.

    Raises:
        VitalsError: It is not rendered, or a file cannot be read.
    """
    folder = environment / names.RULES
    if not folder.is_dir():
        others = sorted(one.parent.name for one in environment.parent.glob(f"*/{names.RULES}"))
        raise VitalsError(
            f"There are no rules of an environment {environment.name!r}; there are those of "
            f"{', '.join(others) or 'none'}. Nothing was asked. Name one with --env, or run `vitals render`."
        )
    return rule_set(groups_of(folder))


def read_alerts_at(repository: Path, revision: str, environment: str) -> RuleSet:
    """Read the rules that an environment had where this branch began, as committed files; nothing of it is run.

    Raises:
        VitalsError: There is no such revision, or its rules cannot be read.
    """
    files = texts_at_fork(repository, revision, f"{environment}/{names.RULES}/")
    groups: list[RuleGroupEntry] = []
    for path, text in sorted(files.items()):
        try:
            groups += groups_in(text)
        except (ValueError, yaml.YAMLError) as error:
            why = " ".join(str(error).split())
            raise VitalsError(
                f"rendered/{path} at {revision} cannot be read ({why}), so nothing can be compared with it. Name a "
                "later revision with --base, or leave it out."
            ) from error
    return rule_set(groups)


def rule_set(groups: Sequence[RuleGroupEntry]) -> RuleSet:
    """The alerts and records of rule groups."""
    alerts = tuple(
        BacktestAlert(
            name=rule.alert,
            labels=tuple(sorted({**group.labels, **rule.labels}.items())),
            expr=rule.expr,
            for_s=duration(rule.for_ or "0"),
            keep_s=duration(rule.keep_firing_for or "0"),
            interval_s=duration(group.interval),
        )
        for group in groups
        for rule in group.rules
        if rule.alert
    )
    return RuleSet(alerts, RecordedExpressions(groups))


def pairs(now: RuleSet, before: RuleSet | None) -> list[AlertPair]:
    """Each alert beside what it was: of those alike, equal ones first and then in their order."""
    if before is None:
        return [AlertPair(one, None) for one in now.alerts]
    found = paired(_by_identity(before.alerts), _by_identity(now.alerts), eq)
    return [AlertPair(new, old) for _, old, new in found]


def chosen(found: Sequence[AlertPair], wanted: Sequence[str], differs: Differs | None) -> list[AlertPair]:
    """The alerts that are asked for: those named; or, where none is, the changed ones of a comparison, or all.

    Args:
        found: All alerts.
        wanted: Names.
        differs: Whether a selector reads what is recorded otherwise; None where nothing is compared.

    Raises:
        VitalsError: A name that no alert has.
    """
    known = sorted({one.any.name for one in found})
    unknown = [name for name in wanted if name not in known]
    if unknown:
        raise VitalsError(
            f"No alert is called {', '.join(unknown)}. Nothing was asked. There are: {', '.join(known) or 'none'}."
        )
    if wanted:
        return [one for one in found if one.any.name in wanted]
    return [one for one in found if differs is None or is_changed(one, differs)]


def is_changed(pair: AlertPair, differs: Differs) -> bool:
    """Whether it may fire at other times: another rule, or the same one that reads a record with another meaning."""
    return pair.now != pair.before or any(map(differs, read_selectors(pair.any.expr)))


def _by_identity(alerts: Iterable[BacktestAlert]) -> Mapping[tuple[str, ...], list[BacktestAlert]]:
    found: dict[tuple[str, ...], list[BacktestAlert]] = defaultdict(list)
    for one in alerts:
        found[one.identity].append(one)
    return found
