"""Phrases of PromQL that a reader would stop at, each under the name of what it achieves.

They work on whatever has the operators of PromQL: an expression, or a query that still waits for its target.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from typing import Protocol, Self, TypeVar


class Operand(Protocol):
    """What can stand beside an operator of PromQL."""

    def __or__(self, other: Self, /) -> Self: ...

    def __rmul__(self, other: float, /) -> Self: ...

    def __truediv__(self, other: Self | float, /) -> Self: ...

    def __gt__(self, other: Self | float, /) -> Self: ...

    def __ge__(self, other: Self | float, /) -> Self: ...


Operands = TypeVar("Operands", bound=Operand)


def or_zero(part: Operands, whole: Operands) -> Operands:
    """``part | 0 * whole``: zero for what ``whole`` has and ``part`` has not.

    A counter with a label exists from its first event on. Without the zero, a service that never failed would have no
    error ratio instead of one of zero.
    """
    return part | 0 * whole


def where_positive(whole: Operands) -> Operands:
    """``whole > 0``: as a divisor it leaves a hole where nothing happened, not a quotient that is not a number."""
    return whole > 0


def share(part: Operands, whole: Operands) -> Operands:
    """The share that ``part`` has of ``whole``: zero where only the whole exists, nothing where the whole is zero."""
    return or_zero(part, whole) / where_positive(whole)


def where_number(values: Operands) -> Operands:
    """``values >= 0``: keeps what is a number, for values that are never negative.

    A quantile over no events is not a number, which no comparison holds for.
    """
    return values >= 0


def any_of(alternatives: Iterable[Operands]) -> Operands:
    """Each element that one of the alternatives has; of elements with the same labels the first counts.

    Raises:
        TypeError: There is no alternative.
    """
    return reduce(lambda first, second: first | second, alternatives)
