"""Small builders for PromQL, so that an expression is put together from parts instead of formatted strings.

A text that a person wrote is parsed the moment it becomes an ``Expr``. What the builders put together is parsed once,
as a whole, when it is resolved or laid out: an alert has six times as many parts as conditions, and parsing every part
took a third of a render. The builders add the parentheses; they refuse nothing about meaning, which is the work of
:mod:`vitals.model.promql.resolve`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import InitVar, dataclass
from functools import lru_cache

import promql_parser

from vitals.model.promql.functions import GONE
from vitals.model.promql.plain import minus_for_plus, plain
from vitals.model.promql.vocabulary import PromqlError

_UNKNOWN = re.compile(r"unknown function with name '(\w+)'")


@lru_cache(maxsize=4096)
def parse(text: str) -> promql_parser.Expr:
    """Parse an expression; equal texts share one syntax tree.

    What the parser does not know is written in words that it knows, and parsed then.

    Raises:
        PromqlError: It cannot be parsed; the message says whose verdict that is.
    """
    try:
        return promql_parser.parse(text)
    except ValueError:
        return _parse_plain(plain(text), text)


def _parse_plain(known: str, text: str) -> promql_parser.Expr:
    try:
        return promql_parser.parse(known)
    except ValueError as error:
        if unknown := _UNKNOWN.search(str(error)):
            hint = GONE.get(unknown[1], "Correct its name")
            raise PromqlError(f"Prometheus has no function {unknown[1]}(): {text!r}. {hint}.", str(error)) from None
        raise PromqlError(
            f"This is not PromQL as far as our parser knows it: {text!r} ({error}). Correct the expression; if "
            "`promtool check rules` accepts it, our parser is behind, and the same must be written in other words.",
            str(error),
        ) from None


def written(text: str) -> Expr:
    """An expression as people wrote it, which is what is rendered: its comments, lines and units stay.

    Raises:
        PromqlError: Prometheus, as it is shipped here, refuses it, or our parser does not know it.
    """
    known = plain(text)
    _parse_plain(known, text)
    if "+" in known:
        _parse_plain(minus_for_plus(known), text)
    return Expr(known, compound=True, source=text.strip())


@dataclass(frozen=True, slots=True)
class Expr:
    """A PromQL expression; operators build larger ones.

    Attributes:
        text: The expression on one line.
        compound: Whether it needs parentheses as an operand.
        source: What is rendered instead, for an expression written by hand.
        built: Whether a builder made the text of parts, so that the whole is parsed when it is used.
    """

    text: str
    compound: bool = False
    source: str = ""
    built: InitVar[bool] = False

    def __post_init__(self, built: bool) -> None:
        """Parse at once what a person wrote, so that a wrong expression fails where it is written."""
        if not built:
            parse(self.text)

    @property
    def operand(self) -> str:
        """The text as it may stand beside an operator."""
        return f"({self.text})" if self.compound else self.text

    def pretty(self) -> str:
        """The same expression on several lines where it is long, as rule files show it."""
        return self.source or parse(self.text).prettify()

    def __truediv__(self, other: Expr | float) -> Expr:
        return _binary(self, "/", other)

    def __mul__(self, other: Expr | float) -> Expr:
        return _binary(self, "*", other)

    def __rmul__(self, other: float) -> Expr:
        return _binary(number(other), "*", self)

    def __add__(self, other: Expr | float) -> Expr:
        return _binary(self, "+", other)

    def __sub__(self, other: Expr | float) -> Expr:
        return _binary(self, "-", other)

    def __rsub__(self, other: float) -> Expr:
        return _binary(number(other), "-", self)

    def __gt__(self, other: Expr | float) -> Expr:
        return _binary(self, ">", other)

    def __ge__(self, other: Expr | float) -> Expr:
        return _binary(self, ">=", other)

    def __lt__(self, other: Expr | float) -> Expr:
        return _binary(self, "<", other)

    def below_its(self, labels: tuple[str, ...], other: Expr) -> Expr:
        """Keep the elements below the one of ``other`` that agrees in ``labels``, which several may share."""
        return _binary(self, f"< on ({', '.join(labels)}) group_left ()", other)

    def above_its(self, labels: tuple[str, ...], other: Expr) -> Expr:
        """Keep the elements above the one of ``other`` that agrees in ``labels``, which several may share."""
        return _binary(self, f"> on ({', '.join(labels)}) group_left ()", other)

    def equals(self, other: Expr | float) -> Expr:
        """Keep the elements equal to ``other`` (``==`` itself compares two ``Expr`` objects)."""
        return _binary(self, "==", other)

    def __and__(self, other: Expr) -> Expr:
        return _binary(self, "and", other)

    def and_on(self, labels: tuple[str, ...], other: Expr) -> Expr:
        """Keep the elements that ``other`` has too, comparing only ``labels``; with none, all or nothing."""
        return _binary(self, f"and on ({', '.join(labels)})", other)

    def unless(self, other: Expr) -> Expr:
        """Drop the elements that ``other`` has too."""
        return _binary(self, "unless", other)

    def unless_on(self, labels: tuple[str, ...], other: Expr) -> Expr:
        """Drop the elements that ``other`` has too, comparing only ``labels``."""
        return _binary(self, f"unless on ({', '.join(labels)})", other)

    def __or__(self, other: Expr) -> Expr:
        return _binary(self, "or", other)


def _binary(left: Expr, operator: str, right: Expr | float) -> Expr:
    other = right if isinstance(right, Expr) else number(right)
    return Expr(f"{left.operand} {operator} {other.operand}", compound=True, built=True)


def number(value: float) -> Expr:
    """A number literal, in the shortest form that reads back equal."""
    return Expr(format(value, ".15g"), built=True)


def select(name: str, matchers: Mapping[str, str] | None = None, *, window: str = "", offset: str = "") -> Expr:
    """Select a series by name.

    Args:
        name: The metric or recorded name.
        matchers: Label to value; a value that starts with ``~`` matches as a regular expression, ``!`` negates.
        window: A duration such as ``5m`` for a range vector; empty for an instant vector.
        offset: How long ago, a duration such as ``1w``; empty for now.
    """
    inner = ", ".join(_matcher(label, value) for label, value in (matchers or {}).items())
    braces = f"{{{inner}}}" if inner else ""
    since = f" offset {offset}" if offset else ""
    return Expr(f"{name}{braces}{f'[{window}]' if window else ''}{since}", built=True)


def subquery(inner: Expr, window: str, step: str, *, offset: str = "") -> Expr:
    """Evaluate an instant vector every ``step`` over a window, as a range vector that ends ``offset`` ago."""
    since = f" offset {offset}" if offset else ""
    return Expr(f"{inner.operand}[{window}:{step}]{since}", built=True)


def _matcher(label: str, value: str) -> str:
    operator = "="
    if value.startswith(("!~", "~")):
        operator, value = ("!~", value[2:]) if value.startswith("!~") else ("=~", value[1:])
    elif value.startswith("!"):
        operator, value = "!=", value[1:]
    return f'{label}{operator}"{_escaped(value)}"'


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def call(function: str, *arguments: Expr | float) -> Expr:
    """Call a PromQL function such as ``rate`` or ``clamp_max``."""
    texts = [argument.text if isinstance(argument, Expr) else number(argument).text for argument in arguments]
    return Expr(f"{function}({', '.join(texts)})", built=True)


def over_time(operation: str, name: str, matchers: Mapping[str, str], window: str) -> Expr:
    """Aggregate a gauge over a window: ``over_time("avg", ...)`` is ``avg_over_time(name{...}[window])``."""
    return call(f"{operation}_over_time", select(name, matchers, window=window))


def sum_by(labels: tuple[str, ...], inner: Expr) -> Expr:
    """Sum, keeping ``labels``."""
    return Expr(f"sum by ({', '.join(labels)}) ({inner.text})", built=True)


def sum_without(labels: tuple[str, ...], inner: Expr) -> Expr:
    """Sum, dropping ``labels``."""
    return Expr(f"sum without ({', '.join(labels)}) ({inner.text})", built=True)


def max_by(labels: tuple[str, ...], inner: Expr) -> Expr:
    """Take the maximum, keeping ``labels``."""
    return Expr(f"max by ({', '.join(labels)}) ({inner.text})", built=True)


def min_by(labels: tuple[str, ...], inner: Expr) -> Expr:
    """Take the minimum, keeping ``labels``."""
    return Expr(f"min by ({', '.join(labels)}) ({inner.text})", built=True)


def avg_by(labels: tuple[str, ...], inner: Expr) -> Expr:
    """Take the mean, keeping ``labels``."""
    return Expr(f"avg by ({', '.join(labels)}) ({inner.text})", built=True)


def count_by(labels: tuple[str, ...], inner: Expr) -> Expr:
    """Count the elements, keeping ``labels``."""
    return Expr(f"count by ({', '.join(labels)}) ({inner.text})", built=True)


def quantile(share: float, inner: Expr) -> Expr:
    """Estimate a quantile from buckets (``histogram_quantile``); ``share`` lies between 0 and 1."""
    return call("histogram_quantile", share, inner)


def relabel(inner: Expr, label: str, replacement: str, source: str, pattern: str) -> Expr:
    """Write a label of each element from another one of it (``label_replace``)."""
    texts = ", ".join(f'"{_escaped(text)}"' for text in (label, replacement, source, pattern))
    return Expr(f"label_replace({inner.text}, {texts})", built=True)


def absent(inner: Expr) -> Expr:
    """One element when ``inner`` selects nothing."""
    return call("absent", inner)
