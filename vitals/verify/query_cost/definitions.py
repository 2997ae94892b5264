"""What a query would be without recording rules: each recorded name replaced by the expression that defines it.

It is the comparison that a dashboard on records is held against, so it leans to the cheaper raw query: a mean over
recorded minute-rates, or over means of them, becomes one rate over the whole window, and no query asks how much of a
window is known: that is how it would be written by hand.
"""

import re
from collections.abc import Iterable, Sequence
from functools import partial

import promql_parser as ast

from vitals.local.stack.rendered_rules import RenderedRule, slot, trailing_mean

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SELECTOR = (
    r"(?P<name>[a-zA-Z_]\w*(?::\w+)+)"
    rf"(?P<matchers>\{{(?:[^{{}}\"]|{_QUOTED})*\}})?"
    r"(?P<window>\[[^\]]+\])?(?:\s+offset\s+(?P<offset>\w+))?"
)
_RECORDED = re.compile(_SELECTOR)
_MEAN = re.compile(rf"(?P<how>avg|sum)_over_time\(\s*{_SELECTOR}\s*\)")
_KNOWN = re.compile(rf"count_over_time\(\s*{_SELECTOR}\s*\)")
_SUBQUERY = ":"
_WINDOW = re.compile(r"\[[^\]]+\]")


class Definitions:
    """The recorded names of an environment and what they stand for.

    Args:
        rules: Every rule of it.
    """

    def __init__(self, rules: Iterable[RenderedRule]) -> None:
        self._rules: dict[str, list[RenderedRule]] = {}
        for rule in rules:
            if rule.records:
                self._rules.setdefault(rule.name, []).append(rule)

    def raw(self, query: str, within: frozenset[str] = frozenset()) -> str:
        """Return the query on what is scraped alone.

        Labels that the definition leaves open are not narrowed down.

        Args:
            query: PromQL.
            within: The records whose definition the query is a part of. One that stands on its own past is read there.
        """
        rate, definition = (partial(method, within=within) for method in (self._rate, self._definition))
        return _RECORDED.sub(definition, _MEAN.sub(rate, _KNOWN.sub(self._all, query)))

    def _all(self, found: re.Match[str]) -> str:
        """How many minutes of a recorded rate are known: taken for all, which costs nothing."""
        rates = [rule for rule in self._meant(found) if "rate(" in rule.expr]
        return "1" if rates and _SUBQUERY in (found["window"] or "") else found[0]

    def _rate(self, found: re.Match[str], within: frozenset[str]) -> str:
        """A mean over recorded rates, or over their means, as one rate, where the record is nothing but rates."""
        rules = self._meant(found)
        if any(slot(rule.expr) for rule in rules):
            rate = partial(self._rate, within=within)
            return _either([_MEAN.sub(rate, _original(rule, found["window"])) for rule in rules])
        if found["how"] != "avg":
            return found[0]
        defined = [self.raw(rule.expr, within | {rule.name}) for rule in rules if rule.name not in within]
        windows = {window for text in defined for window in _WINDOW.findall(text)}
        if len(windows) != 1 or not all("rate(" in text for text in defined):
            return found[0]
        longer = [_WINDOW.sub(lambda _: found["window"], text) for text in defined]
        return _either(longer)

    def _definition(self, found: re.Match[str], within: frozenset[str]) -> str:
        rules = self._meant(found)
        if not rules or found["name"] in within:
            return found[0]
        text = _either([self.raw(rule.expr, within | {rule.name}) for rule in rules])
        pace = f"{rules[0].interval_s:.0f}s"
        offset = f" offset {found['offset']}" if found["offset"] else ""
        if found["window"]:
            window = found["window"][1:-1]
            return f"{text}[{window if _SUBQUERY in window else f'{window}:{pace}'}]{offset}"
        return f"last_over_time({text}[{pace}:{pace}]{offset})" if offset else text

    def _meant(self, found: re.Match[str]) -> list[RenderedRule]:
        selector = ast.parse(found["name"] + (found["matchers"] or ""))
        matchers: Sequence[ast.Matcher] = selector.matchers.matchers if isinstance(selector, ast.VectorSelector) else []
        return [
            rule
            for rule in self._rules.get(found["name"], [])
            if all(_agrees(matcher, rule.labels[matcher.name]) for matcher in matchers if matcher.name in rule.labels)
        ]


def _original(rule: RenderedRule, window: str) -> str:
    """The mean over a window of what a rule records the mean of."""
    mean = trailing_mean(rule.expr)
    matchers = ", ".join(f'{name}="{value}"' for name, value in sorted(rule.labels.items()))
    return f"avg_over_time({mean[0] if mean else rule.name}{{{matchers}}}{window})"


def _either(texts: Sequence[str]) -> str:
    closed = (f"({text}\n)" if "#" in text else f"({text})" for text in dict.fromkeys(texts))
    return "(" + " or ".join(closed) + ")"  # a comment would swallow a bracket on its line


def _agrees(matcher: ast.Matcher, value: str) -> bool:
    same = matcher.value == value
    alike = (
        re.fullmatch(matcher.value, value) is not None if matcher.op in (ast.MatchOp.Re, ast.MatchOp.NotRe) else same
    )
    return alike is (matcher.op in (ast.MatchOp.Equal, ast.MatchOp.Re))
