"""Why the matchers of a selector take none of the series that a name has, so that it would stay empty."""

from __future__ import annotations

import re

import promql_parser as ast

from vitals.model.promql import matching
from vitals.model.promql.bounds import stored_bound
from vitals.model.promql.vocabulary import Series, values_like


def mismatch(node: ast.VectorSelector, series: Series, effect: str) -> str:
    """What is wrong with a selector for the series of a name; empty where it takes some of them.

    Args:
        node: The selector.
        series: Those of the name.
        effect: What follows where it takes none.
    """
    matchers = [one for one in matching.narrowing(node.matchers.matchers, series) if one.name != "__name__"]
    for matcher in matchers:
        if matcher.name not in series.labels:
            return f"{series.name} has no label {matcher.name!r}; it has {', '.join(sorted(series.labels))}."
        possible = series.possible.get(matcher.name, frozenset())
        if problem := _no_value(series.name, matcher, series.labels[matcher.name] or possible, effect):
            return problem
        if possible and matcher.value and _leaves_nothing_out(matcher, possible):
            return (
                f"{series.name}: {matching.shown([matcher])} leaves nothing out, for no value is like that. Correct "
                f"it{_family(matcher)}, or take the matcher out."
            )
    return _never_at_once(matchers, series, effect)


def _no_value(name: str, matcher: ast.Matcher, allowed: frozenset[str], effect: str) -> str:
    if not allowed and (bound := stored_bound(matcher.name, matching.sign_of(matcher), matcher.value)):
        return (
            f"{name}: {matching.shown([matcher])} matches nothing: since version 3 Prometheus writes each bound with a "
            f"point: {effect}. Write {bound!r}, or =~ with both where an older one reads it too."
        )
    if not allowed or not matcher.value or matcher.op not in (ast.MatchOp.Equal, ast.MatchOp.Re):
        return ""
    if any(matching.takes(matcher, value) for value in allowed):
        return ""
    return (
        f"{name}: {matcher.name}={matcher.value!r} matches none of its values "
        f"({values_like(matcher.value, allowed)}): {effect}. Name one of them{_family(matcher)}, "
        "or take the matcher out."
    )


def _leaves_nothing_out(matcher: ast.Matcher, possible: frozenset[str]) -> bool:
    excludes = matcher.op in (ast.MatchOp.NotEqual, ast.MatchOp.NotRe)
    return excludes and all(matching.takes(matcher, value) for value in possible)


def _family(matcher: ast.Matcher) -> str:
    """How a family of statuses is matched, for one who wrote it as people say it: ``5xx``."""
    said = re.search(r"[\d.\])]x", matcher.value, re.IGNORECASE)
    return f' (a family is {matcher.name}=~"5..")' if said else ""


def _never_at_once(matchers: list[ast.Matcher], series: Series, effect: str) -> str:
    if wrong := matching.exclude_each_other(matchers):
        return f"{series.name}: {matching.shown(wrong)} exclude each other: {effect}. Take one out."
    if wrong := matching.never_together(matchers, series.variants):
        allowed = series.labels[wrong[0].name] if len({one.name for one in wrong}) == 1 else frozenset()
        has = f"; {wrong[0].name} can be {values_like(wrong[0].value, allowed)}" if allowed else ""
        return (
            f"{series.name}: nothing that emits it has {matching.shown(wrong)}{has}: {effect}. "
            "Correct one of the matchers, or take it out."
        )
    return ""
