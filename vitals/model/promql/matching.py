"""Whether any series can satisfy all matchers of a selector at once.

``node_load1{service="prometheus"}`` names a metric, a label and a target that all exist, and stays empty for ever: only
the node exporter emits that metric. So do two matchers of one label that exclude each other.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

import promql_parser as ast

from vitals.model.promql import regex
from vitals.model.promql.vocabulary import Series, Variant

_SIGNS = ((ast.MatchOp.Equal, "="), (ast.MatchOp.NotEqual, "!="), (ast.MatchOp.Re, "=~"), (ast.MatchOp.NotRe, "!~"))
"""Pairs, for the parser's operators can be compared and not hashed."""
_LITERALS = re.compile(r"[^\\.+*?()\[\]{}^$]*")
"""A pattern that is a list of texts between bars."""
_ANYTHING = Variant(others=True)


def sign_of(matcher: ast.Matcher) -> str:
    """How a matcher compares, as it is written."""
    return next(sign for operator, sign in _SIGNS if operator == matcher.op)


def takes(matcher: ast.Matcher, value: str) -> bool:
    """Whether a matcher takes a value; a label that is missing has the empty one."""
    sign = sign_of(matcher)
    if sign in ("=", "!="):
        return bool((matcher.value == value) == (sign == "="))
    return bool(regex.matches(matcher.value, value) == (sign == "=~"))


def shown(matchers: Iterable[ast.Matcher]) -> str:
    """Matchers as a message says them."""
    return " and ".join(f"{one.name}{sign_of(one)}{one.value!r}" for one in matchers)


def narrowing(matchers: Iterable[ast.Matcher], series: Series) -> list[ast.Matcher]:
    """The matchers that may leave series out; a label that is not there is empty, so asking for that does not."""
    return [one for one in matchers if one.value or one.op != ast.MatchOp.Equal or one.name in series.labels]


def exclude_each_other(matchers: Sequence[ast.Matcher]) -> list[ast.Matcher]:
    """Matchers of one label of which no value satisfies all; none where there are no such."""
    for name in dict.fromkeys(one.name for one in matchers):
        of_label = [one for one in matchers if one.name == name]
        if len(of_label) > 1 and not _satisfied(of_label, _ANYTHING, frozenset({name})):
            return of_label
    return []


def never_together(matchers: Sequence[ast.Matcher], variants: Sequence[Variant]) -> list[ast.Matcher]:
    """Matchers that no variant satisfies at once; none where one does, or where no variant is known.

    Those of a single label if they suffice, else all.
    """
    if not variants or any(_takes_all(matchers, variant) for variant in variants):
        return []
    for name in dict.fromkeys(one.name for one in matchers):
        of_label = [one for one in matchers if one.name == name]
        if not any(_takes_all(of_label, variant) for variant in variants):
            return of_label
    return list(matchers)


def _takes_all(matchers: Sequence[ast.Matcher], variant: Variant) -> bool:
    asked = {one.name for one in matchers}
    groups = [variant.same & asked] if variant.same & asked else []
    groups += [frozenset({name}) for name in asked - variant.same]
    return all(_satisfied([one for one in matchers if one.name in group], variant, group) for group in groups)


def _satisfied(matchers: Sequence[ast.Matcher], variant: Variant, names: frozenset[str]) -> bool:
    """Whether one value of some labels, which have it in common, satisfies all matchers of them."""
    values = [variant.labels[name] for name in names if name in variant.labels]
    if len(values) < len(names) and not variant.others:
        return all(takes(one, "") for one in matchers)
    closed = [one for one in values if one]
    if closed:
        return any(all(takes(one, value) for one in matchers) for value in frozenset.intersection(*closed))
    may_be_missing = not names & variant.present
    listed = [found for one in matchers if (found := _listed(one)) is not None]
    if listed:
        wanted = (value for value in listed[0] if value or may_be_missing)
        return any(all(takes(one, value) for one in matchers) for value in wanted)
    probes = (*regex.PROBES, "") if may_be_missing else regex.PROBES
    return not any(
        sign_of(one) == "!~" and all(regex.matches(one.value, probe) for probe in probes) for one in matchers
    )


def _listed(matcher: ast.Matcher) -> list[str] | None:
    """The only values that a matcher takes, where it lists them."""
    sign = sign_of(matcher)
    if sign == "=":
        return [matcher.value]
    return matcher.value.split("|") if sign == "=~" and _LITERALS.fullmatch(matcher.value) else None
