"""Recorded names that a server does not have, replaced by what their rules would have recorded.

The replacement yields the labels of the record: those that its rule sets are put on by ``label_replace``. A matcher on
any other label is applied to the result, through a mark that only matching series get, for PromQL has no filter on
labels of an expression. Both are exact. What differs is the phase: a record is evaluated at moments of its group, the
replacement at whole multiples of the group's interval.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

import promql_parser as ast

from vitals.errors import VitalsError
from vitals.model.promql import ResultKind, duration, kind_of, parse
from vitals.model.promql.lexer import Token, TokenKind, tokens
from vitals.model.promql.matching import sign_of
from vitals.rendered import RuleEntry, RuleGroupEntry

_MARK = "vitals_matches"
"""A label that nothing has: it lives only within a replacement."""
_LISTS_LABELS = frozenset({"by", "without", "on", "ignoring", "group_left", "group_right"})
_LONGEST = 200_000
"""Characters of an expanded expression: our own largest has a tenth of it, and a server refuses a few megabytes."""
Missing = Callable[[str], Awaitable[bool]]
"""Whether a selector of a recorded name must be replaced, because the server has no data of it."""


class NotExpandableError(VitalsError):
    """A recorded name is missing and cannot be replaced."""


@dataclass(frozen=True, slots=True)
class _Definition:
    rule: RuleEntry
    labels: tuple[tuple[str, str], ...]
    interval_s: float


class RecordedExpressions:
    """The records of an environment and what they stand for.

    Args:
        groups: Its rule groups.
    """

    def __init__(self, groups: Iterable[RuleGroupEntry]) -> None:
        self._of: dict[str, list[_Definition]] = {}
        for group in groups:
            for rule in group.rules:
                if rule.record:
                    labels = tuple(sorted({**group.labels, **rule.labels}.items()))
                    self._of.setdefault(rule.record, []).append(_Definition(rule, labels, duration(group.interval)))

    def differs(self, selector: str, other: RecordedExpressions, within: frozenset[str] = frozenset()) -> bool:
        """Whether a selector reads something that is recorded otherwise there, itself or through further records."""
        name = selector.partition("{")[0]
        if name in within or not (name in self._of or name in other._of):
            return False
        mine = self._meant(selector)
        return mine != other._meant(selector) or any(
            self.differs(inner, other, within | {name}) for one in mine for inner in read_selectors(one.rule.expr)
        )

    async def expand(self, text: str, missing: Missing, within: frozenset[str] = frozenset()) -> str:
        """Replace each recorded selector that is missing.

        Args:
            text: PromQL.
            missing: Whether a selector is to be replaced.
            within: Records whose definition the text is a part of.

        Raises:
            NotExpandableError: A record reads its own past, or the result is too long.
        """
        found, out, at = tokens(text), [], 0
        listed = _in_label_lists(found)
        while at < len(found):
            token = found[at]
            called = at + 1 < len(found) and found[at + 1].text == "("
            name = token.kind is TokenKind.WORD and not (token.braces or token.window or called or listed[at])
            if name and token.text in self._of:
                after = _past(found, at + 1, "{", "}")
                selector = _written(found[at:after]).strip()
                if await missing(selector):
                    replaced, at = await self._replaced(found, at, missing, within)
                    out.append(f" {replaced}")
                    continue
            out.append(f" {token.text}" if token.apart else token.text)
            at += 1
        whole = "".join(out).strip()
        if len(whole) > _LONGEST:
            raise NotExpandableError(f"its records, written out, have more than {_LONGEST} characters")
        return whole

    async def _replaced(
        self, found: Sequence[Token], start: int, missing: Missing, within: frozenset[str]
    ) -> tuple[str, int]:
        """What stands for the selector that begins here, its window and offset; and the place behind these."""
        name, at = found[start].text, _past(found, start + 1, "{", "}")
        if name in within:
            raise NotExpandableError(
                f"{name} has no data and is defined by its own past, so only a server that records it can tell"
            )
        text = await self._defined(_written(found[start:at]).strip(), missing, within | {name})
        behind = _past(found, at, "[", "]")
        window = _written(found[at:behind]).strip()
        end = _past_modifiers(found, behind)
        modifiers = _written(found[behind:end]).strip()
        pace = f"{int(self._of[name][0].interval_s * 1000)}ms"
        if window:
            ranged = window if ":" in window else f"{window[:-1]}:{pace}]"
            return f"({text}){ranged} {modifiers}".rstrip(), end
        return (f"last_over_time(({text})[{pace}:{pace}] {modifiers})" if modifiers else text), end

    async def _defined(self, selector: str, missing: Missing, within: frozenset[str]) -> str:
        texts = []
        for one in self._meant(selector):
            labels = dict(one.labels)
            inner = await self.expand(one.rule.expr, missing, within)
            left = [each for each in _matchers(selector) if each.name not in labels]
            texts.append(_labelled(_filtered(inner, left), labels))
        # No rule records such a series: the selector stays, and selects nothing.
        return f"({' or '.join(dict.fromkeys(texts))})" if texts else selector

    def _meant(self, selector: str) -> list[_Definition]:
        """The rules that a selector can read: those whose own labels agree with its matchers."""
        asked = _matchers(selector)
        return [
            one
            for one in self._of.get(selector.partition("{")[0], ())
            if all(_agrees(each, dict(one.labels)[each.name]) for each in asked if each.name in dict(one.labels))
        ]


@lru_cache(maxsize=4096)
def read_selectors(text: str) -> tuple[str, ...]:
    """The selectors of an expression without window and offset, each once, as Prometheus reads them.

    Raises:
        PromqlError: It is not PromQL.
    """
    found: dict[str, None] = {}
    ast.walk(parse(text), lambda node: _note(node, found))
    return tuple(found)


def _matchers(selector: str) -> list[ast.Matcher]:
    node = parse(selector)
    asked = node.matchers.matchers if isinstance(node, ast.VectorSelector) else []
    return [one for one in asked if one.name != "__name__"]


def _note(node: ast.Expr, found: dict[str, None]) -> None:
    if isinstance(node, ast.MatrixSelector):
        node = node.vector_selector
    if isinstance(node, ast.VectorSelector):
        matchers = [one for one in node.matchers.matchers if not (node.name and one.name == "__name__")]
        inner = ",".join(f"{one.name}{sign_of(one)}{_quoted(one.value)}" for one in matchers)
        found[f"{node.name or ''}{{{inner}}}" if inner else str(node.name)] = None


def _filtered(text: str, matchers: Sequence[ast.Matcher]) -> str:
    for one in matchers:
        pattern = one.value if _is_pattern(one) else re.escape(one.value)
        marked = f'label_replace({_vector(text)}, "{_MARK}", "1", {_quoted(one.name)}, {_quoted(pattern)})'
        mark = f'on ({_MARK}) label_replace(vector(1), "{_MARK}", "1", "", "")'
        if _is_positive(one):
            text = f'label_replace(({marked} and {mark}), "{_MARK}", "", "", "")'
        else:
            text = f"({marked} unless {mark})"
    return text


def _labelled(text: str, labels: dict[str, str]) -> str:
    text = _vector(text)
    for name, value in labels.items():
        text = f'label_replace({text}, {_quoted(name)}, {_quoted(value.replace("$", "$$"))}, "", "")'
    return text


def _vector(text: str) -> str:
    return f"vector({text})" if kind_of(parse(text)) is ResultKind.SCALAR else f"({text})"


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _is_pattern(matcher: ast.Matcher) -> bool:
    return sign_of(matcher).endswith("~")


def _is_positive(matcher: ast.Matcher) -> bool:
    return sign_of(matcher).startswith("=")


def _agrees(matcher: ast.Matcher, value: str) -> bool:
    if _is_pattern(matcher):
        return (re.fullmatch(matcher.value, value) is not None) is _is_positive(matcher)
    return (matcher.value == value) is _is_positive(matcher)


def _written(found: Iterable[Token]) -> str:
    return "".join(f" {one.text}" if one.apart else one.text for one in found)


def _in_label_lists(found: Sequence[Token]) -> list[bool]:
    """For each token, whether it stands in the brackets behind ``by``, ``on`` and the like: names there are labels."""
    inside, answer = False, []
    for at, token in enumerate(found):
        if token.text == "(" and at and found[at - 1].low in _LISTS_LABELS:
            inside = True
        elif token.text == ")":
            inside = False
        answer.append(inside)
    return answer


def _past(found: Sequence[Token], at: int, opening: str, closing: str) -> int:
    """The place behind a pair of brackets that begins here; the same place where none does."""
    if at >= len(found) or found[at].text != opening:
        return at
    while found[at].text != closing or found[at].kind is not TokenKind.SIGN:
        at += 1
    return at + 1


def _past_modifiers(found: Sequence[Token], at: int) -> int:
    while at < len(found) and found[at].low in ("offset", "@"):
        at += 1
        if found[at].text in ("-", "+"):
            at += 1
        at = _past(found, at + 1, "(", ")")
    return at
