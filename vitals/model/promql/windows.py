"""The arithmetic of durations: ``[5m * 2]``, ``offset -(1h / 2)``, folded into one number of seconds.

Prometheus calculates them when it evaluates the rule. ``step()`` and ``range()`` are those of the query; a rule is
evaluated for one moment, so both are zero there (``promql/durations.go``).
"""

from __future__ import annotations

import math
from collections.abc import Callable

from vitals.model.promql.lexer import LONGEST_S, Token, TokenKind, quantity

_BINDS = {"+": 1, "-": 1, "*": 2, "/": 2, "%": 2, "^": 3}
_UNARY = 3
"""A sign binds as ``*`` does, so it takes what binds stronger: ``-2^2`` is ``-(2^2)``."""


class NeverEvaluatedError(Exception):
    """A duration that Prometheus parses and cannot use, so that each evaluation fails."""


class Arithmetic:
    """Reads a duration from tokens, from a place on.

    Attributes:
        at: The place behind what was read.
    """

    def __init__(self, tokens: list[Token], at: int) -> None:
        """Begin at a place."""
        self._tokens = tokens
        self.at = at

    def of_window(self) -> float:
        """The length of a window or the step of a subquery.

        Raises:
            ValueError: It is not a duration, or none above zero.
            NeverEvaluatedError: It is calculated, and the result is none above zero.
        """
        start = self.at
        value = self._expression(1)
        if not 0 < value <= LONGEST_S:
            literal = all(token.text in ("+", "-") for token in self._tokens[start : self.at - 1])
            reason = "a window must be longer than nothing" if not value > LONGEST_S else "a window is out of range"
            raise (
                ValueError(reason)
                if literal and self._tokens[start].kind is not TokenKind.WORD
                else NeverEvaluatedError(reason)
            )
        return value

    def of_offset(self) -> float:
        """How far back ``offset`` looks, negative for the future.

        A literal ends at once, so that ``a offset 5m + b`` adds ``b``; only behind a bracket does the sum go on.

        Raises:
            ValueError: It is not a duration.
            NeverEvaluatedError: It is calculated, and the result is none.
        """
        sign = 1.0
        if signed := self._word() in ("+", "-"):
            sign = -1.0 if self._take() == "-" else 1.0
        bracket = self._word() == "("
        value = self._expression(1) if bracket and not signed else sign * self._operand()
        if not abs(value) <= LONGEST_S:
            raise (
                NeverEvaluatedError("an offset is out of range") if bracket else ValueError("an offset is out of range")
            )
        return value

    def _word(self) -> str:
        return self._tokens[self.at].low if self.at < len(self._tokens) else ""

    def _take(self, wanted: str = "") -> str:
        word = self._word()
        if wanted and word != wanted:
            raise ValueError(f"{wanted!r} is missing in a duration")
        self.at += 1
        return word

    def _expression(self, least: int) -> float:
        if self._word() in ("+", "-"):
            left = -self._expression(_UNARY) if self._take() == "-" else self._expression(_UNARY)
        else:
            left = self._operand()
        while (binds := _BINDS.get(self._word(), 0)) >= least:
            sign, start = self._take(), self.at
            right = self._expression(binds if sign == "^" else binds + 1)
            if right == 0 and sign in "/%" and self.at == start + 1:
                raise ValueError("division by zero")
            left = _calculate(sign, left, right)
        return left

    def _operand(self) -> float:
        if self.at >= len(self._tokens):
            raise ValueError("a duration is missing")
        token = self._tokens[self.at]
        self.at += 1
        if token.kind in (TokenKind.NUMBER, TokenKind.DURATION):
            return quantity(token.kind, token.text)
        if token.low == "(":
            value = self._expression(1)
            self._take(")")
            return value
        if token.low in ("step", "range"):
            self._take("(")
            self._take(")")
            return 0.0
        if token.low in ("max_of", "min_of"):
            which: Callable[[float, float], float] = max if token.low == "max_of" else min
            self._take("(")
            left = self._expression(1)
            self._take(",")
            right = self._expression(1)
            self._take(")")
            return which(left, right)
        raise ValueError(f"a duration is missing before {token.text!r}")


def _calculate(sign: str, left: float, right: float) -> float:
    try:
        match sign:
            case "+":
                return left + right
            case "-":
                return left - right
            case "*":
                return left * right
            case "/":
                return left / right
            case "%":
                return math.fmod(left, right)
            case _:
                return math.pow(left, right)
    except (ZeroDivisionError, OverflowError, ValueError):
        raise NeverEvaluatedError("a duration cannot be calculated") from None
