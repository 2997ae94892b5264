"""What a query would be without recording rules: each recorded name replaced by the expression that defines it.

It is the comparison that a board on records is held against, so it leans to the cheaper raw query: a mean over recorded
minute-rates becomes one rate over the whole window, as anybody would write it.
"""

import re
from collections.abc import Iterable, Sequence

import promql_parser as ast

from vitals.stack.rendered_rules import Rule

_QUOTED = r'"(?:[^"\\]|\\.)*"'
_SELECTOR = (
    r"(?P<name>[a-zA-Z_]\w*(?::\w+)+)"
    rf"(?P<matchers>\{{(?:[^{{}}\"]|{_QUOTED})*\}})?"
    r"(?P<window>\[[^\]]+\])?(?:\s+offset\s+(?P<offset>\w+))?"
)
_RECORDED = re.compile(_SELECTOR)
_MEAN = re.compile(rf"avg_over_time\(\s*{_SELECTOR}\s*\)")
_WINDOW = re.compile(r"\[[^\]]+\]")


class Definitions:
    """The recorded names of an environment and what they stand for.

    Args:
        rules: Every rule of it.
    """

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules: dict[str, list[Rule]] = {}
        for rule in rules:
            if rule.records:
                self._rules.setdefault(rule.name, []).append(rule)

    def raw(self, query: str) -> str:
        """Return the query on what is scraped alone.

        Labels that the definition leaves open are not narrowed down.
        """
        return _RECORDED.sub(self._definition, _MEAN.sub(self._rate, query))

    def _rate(self, found: re.Match[str]) -> str:
        """A mean over recorded rates as one rate, where the record is nothing but rates."""
        defined = [self.raw(rule.expr) for rule in self._meant(found)]
        windows = {window for text in defined for window in _WINDOW.findall(text)}
        if len(windows) != 1 or not all("rate(" in text for text in defined):
            return found[0]
        longer = [_WINDOW.sub(lambda _: found["window"], text) for text in defined]
        return _either(longer)

    def _definition(self, found: re.Match[str]) -> str:
        rules = self._meant(found)
        if not rules:
            return found[0]
        text, pace = _either([self.raw(rule.expr) for rule in rules]), f"{rules[0].interval_s:.0f}s"
        offset = f" offset {found['offset']}" if found["offset"] else ""
        if found["window"]:
            return f"{text}[{found['window'][1:-1]}:{pace}]{offset}"
        return f"last_over_time({text}[{pace}:{pace}]{offset})" if offset else text

    def _meant(self, found: re.Match[str]) -> list[Rule]:
        selector = ast.parse(found["name"] + (found["matchers"] or ""))
        matchers: Sequence[ast.Matcher] = selector.matchers.matchers if isinstance(selector, ast.VectorSelector) else []
        return [
            rule
            for rule in self._rules.get(found["name"], [])
            if all(_agrees(matcher, rule.labels[matcher.name]) for matcher in matchers if matcher.name in rule.labels)
        ]


def _either(texts: Sequence[str]) -> str:
    closed = (f"({text}\n)" if "#" in text else f"({text})" for text in dict.fromkeys(texts))
    return "(" + " or ".join(closed) + ")"  # a comment would swallow a bracket on its line


def _agrees(matcher: ast.Matcher, value: str) -> bool:
    same = matcher.value == value
    alike = (
        re.fullmatch(matcher.value, value) is not None if matcher.op in (ast.MatchOp.Re, ast.MatchOp.NotRe) else same
    )
    return alike is (matcher.op in (ast.MatchOp.Equal, ast.MatchOp.Re))
