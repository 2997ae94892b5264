"""Which rule reads which: by this it is known what a mutated rule can change, and only that is tested.

Names and the labels that rules set are compared with the matchers of selectors. A label that a rule does not set may
have any value, so a rule counts as read unless it certainly is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import NamedTuple

import promql_parser as ast

from tests.mutation.rules import FileRule, Rules
from vitals.model.conventions import SERVICE
from vitals.model.promql import parse

ALERTS = frozenset({"ALERTS", "ALERTS_FOR_STATE"})
"""What an alert records."""
_ALERT = "ALERTS"
"""Under which of the two alerts are kept here."""
RECORDS_ONLY = "(records only)"
"""Stands for the kind of alert of a record that no alert reads: a panel shows it."""


class Selector(NamedTuple):
    """What an expression selects: a name, and matchers as label, operator and value."""

    name: str
    matchers: tuple[tuple[str, str, str], ...]


_OPERATORS = ((ast.MatchOp.Equal, "="), (ast.MatchOp.NotEqual, "!="), (ast.MatchOp.Re, "=~"), (ast.MatchOp.NotRe, "!~"))


@lru_cache(maxsize=65536)
def selectors(expr: str) -> frozenset[Selector]:
    """Everything that an expression selects."""
    found: set[Selector] = set()

    def see(node: ast.Expr) -> None:
        if isinstance(node, ast.VectorSelector):
            matchers = tuple((m.name, _operator(m), m.value) for m in node.matchers.matchers)
            found.add(Selector(node.name or "", matchers))

    ast.walk(parse(expr), see)
    return frozenset(found)


def _operator(matcher: ast.Matcher) -> str:
    return next(text for kind, text in _OPERATORS if kind == matcher.op)


def _matches(selector: Selector, labels: Mapping[str, str]) -> bool:
    for label, how, value in selector.matchers:
        if label not in labels:
            continue
        equal = labels[label] == value if how in ("=", "!=") else re.fullmatch(value, labels[label]) is not None
        if equal != (how in ("=", "=~")):
            return False
    return True


def gives(rule: FileRule, selector: Selector) -> bool:
    """Whether a selector may find what a rule records."""
    if rule.alerting:
        return selector.name in ALERTS and _matches(selector, {**rule.labels, "alertname": rule.name})
    return selector.name == rule.name and _matches(selector, rule.labels)


class Dependencies:
    """Which rule reads which in one set of rules."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._alerts: dict[str, list[int]] = {}
        self._by_service: dict[str, dict[str, list[int]]] = {}
        for place, rule in enumerate(rules):
            if rule.alerting:
                self._alerts.setdefault(rule.name, []).append(place)
            of_name = self._by_service.setdefault(_ALERT if rule.alerting else rule.name, {})
            of_name.setdefault(rule.labels.get(SERVICE, ""), []).append(place)
        self._made_of: dict[Selector, tuple[int, ...]] = {}
        self._behind: dict[tuple[Selector, frozenset[str]], frozenset[int]] = {}

    def behind(self, found: Iterable[Selector], preset: frozenset[str] = frozenset()) -> frozenset[int]:
        """The places of all rules that can change what selectors give, directly or through other rules.

        Args:
            found: The selectors.
            preset: Names of series that are not made by rules.
        """
        return frozenset().union(*(self._all_behind(selector, preset) for selector in found))

    def _all_behind(self, selector: Selector, preset: frozenset[str]) -> frozenset[int]:
        if (selector, preset) not in self._behind:
            reached, todo = set[int](), [*self._made(selector, preset)]
            while todo:
                place = todo.pop()
                if place not in reached:
                    reached.add(place)
                    todo += [made for one in selectors(self._rules[place].expr) for made in self._made(one, preset)]
            self._behind[selector, preset] = frozenset(reached)
        return self._behind[selector, preset]

    def _made(self, selector: Selector, preset: frozenset[str]) -> tuple[int, ...]:
        if selector.name in preset:
            return ()
        if selector not in self._made_of:
            self._made_of[selector] = tuple(self._given(selector))
        return self._made_of[selector]

    def _given(self, selector: Selector) -> Iterator[int]:
        of_name = self._by_service.get(_ALERT if selector.name in ALERTS else selector.name, {})
        # Most ask for one service, and there are many: the rules of others need not be compared.
        only = next((value for label, how, value in selector.matchers if (label, how) == (SERVICE, "=")), None)
        possible = of_name.values() if only is None else (of_name.get(only, ()), of_name.get("", ()) if only else ())
        yield from (place for places in possible for place in places if gives(self._rules[place], selector))

    def kinds(self) -> list[tuple[str, ...]]:
        """For each rule the kinds of alert that it can change, by name; a record that none reads is of its own kind."""
        found: list[set[str]] = [set() for _ in self._rules]
        for name, places in self._alerts.items():
            for place in places:
                for read in (place, *self.behind(selectors(self._rules[place].expr))):
                    found[read].add(name)
        return [tuple(sorted(kinds)) or (RECORDS_ONLY,) for kinds in found]

    def kinds_of(self, some: Iterable[FileRule]) -> set[str]:
        """The kinds of alert that some of the rules can change."""
        wanted = {rule.identity for rule in some}
        of_each = zip(self._rules, self.kinds(), strict=True)
        return {kind for rule, kinds in of_each if rule.identity in wanted for kind in kinds}
