"""Why the matchers of a selector take none of the series that a name has, so that it would stay empty."""

from __future__ import annotations

import promql_parser as ast

from vitals.model.promql import matching
from vitals.model.promql.vocabulary import Series, values_like


def mismatch(node: ast.VectorSelector, series: Series) -> str:
    """What is wrong with a selector for the series of a name; empty where it takes some of them."""
    matchers = [one for one in matching.narrowing(node.matchers.matchers, series) if one.name != "__name__"]
    for matcher in matchers:
        if matcher.name not in series.labels:
            return f"{series.name} has no label {matcher.name!r}; it has {', '.join(sorted(series.labels))}."
        if problem := _no_value(series.name, matcher, series.labels[matcher.name]):
            return problem
    return _never_at_once(matchers, series)


def _no_value(name: str, matcher: ast.Matcher, allowed: frozenset[str]) -> str:
    if not allowed or not matcher.value or matcher.op not in (ast.MatchOp.Equal, ast.MatchOp.Re):
        return ""
    if any(matching.takes(matcher, value) for value in allowed):
        return ""
    return (
        f"{name}: {matcher.name}={matcher.value!r} matches none of its values "
        f"({values_like(matcher.value, allowed)}): the expression would stay empty. Name one of them, "
        "or take the matcher out."
    )


def _never_at_once(matchers: list[ast.Matcher], series: Series) -> str:
    if wrong := matching.exclude_each_other(matchers):
        return (
            f"{series.name}: {matching.shown(wrong)} exclude each other: the expression would stay empty. Take one out."
        )
    if wrong := matching.never_together(matchers, series.variants):
        allowed = series.labels[wrong[0].name] if len({one.name for one in wrong}) == 1 else frozenset()
        has = f"; {wrong[0].name} can be {values_like(wrong[0].value, allowed)}" if allowed else ""
        return (
            f"{series.name}: nothing that emits it has {matching.shown(wrong)}{has}: the expression would stay empty. "
            "Correct one of the matchers, or take it out."
        )
    return ""
