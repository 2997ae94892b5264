"""Why each number of an alert is that number: evidence, a source, or an assumption that says so.

An on-call who is woken by a bound asks why it lies there, and an owner who moves it must know what is lost. So a
declaration without reasons is refused, and so is an alert whose condition holds a bound or a window that no reason
speaks of.
"""

from __future__ import annotations

import inspect
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any, get_args, get_type_hints

import promql_parser as ast

from vitals.errors import VitalsError
from vitals.model.catalog.fields import seconds
from vitals.model.promql import parse
from vitals.model.promql.kinds import every
from vitals.paths import ROOT

_NUMBER = re.compile(r"(?<![\w.])\d[\d.]*(?:(?:ms|[smhdwy])(?:\d+(?:ms|[smhdwy]))*|%)?(?![\w])")
_CLOSE = 1e-3
"""A reason may round: 87 requests are what 86.8056 in a condition means."""
_PLAIN = frozenset({0.0, 1.0})
"""Nothing and all, which are compared with because of what they mean; a threshold at zero still has its reason."""
_OF_TYPES = frozenset({"declared_at", "required", "__init__", "__post_init__", "replace", "_replace"})
"""Functions between a declaration and its refusal."""

BRIEF = (
    "the signal looks back 5m already, so a minute, which is four evaluations, only leaves out one that fell between "
    "two scrapes"
)
"""Why a minute suffices for what is read over five."""
ENOUGH = (
    "of 20 events one is already the 5% that decide a p95, and where scrapes fall may count it as 1.25: with more than "
    "25 no single event can break the bound"
)
"""Why a p95 needs so many events."""
FEWER = (
    "assumed: a quiet day has half of the usual; where less than a third comes, a client is gone or a way to the "
    "service is broken"
)
"""Why so much less than a week ago is said."""
FEWER_THEN = (
    "0.02 per second are 72 in an hour, of which fewer than 22 come by chance less than once in a billion hours"
)
"""Why so many must have come a week ago."""
NOTICED = "below 100ms an answer seems instantaneous (J. Nielsen, Usability Engineering, 1993, chapter 5)"
THOUGHT = "after a second a user's train of thought breaks (J. Nielsen, Usability Engineering, 1993, chapter 5)"


@dataclass(frozen=True, slots=True)
class Because:
    """The reasons beside the numbers of a declaration.

    Attributes:
        bound: Why the bound lies where it does.
        duration: Why the condition must hold so long.
        events: Why so many events are asked for.
        change: Why so large a change is one.
        floor: Why nothing is said before another value is reached.
    """

    bound: str = ""
    duration: str = ""
    events: str = ""
    change: str = ""
    floor: str = ""


def required(alert: str, because: Because, numbers: Mapping[str, str]) -> None:
    """Refuse a declaration that has a number and no reason for it.

    Args:
        alert: The alert, as a message names it: with its file and line.
        because: Its reasons.
        numbers: What people call the number, by the field of ``because`` that must speak of it; empty for none.

    Raises:
        VitalsError: Naming file, alert, number and what to write.
    """
    for field, number in numbers.items():
        if number and not getattr(because, field).strip():
            raise VitalsError(
                f"{alert}: nothing says why it is {number}, so the on-call cannot judge it and its "
                f'owner dares not move it. Write because=Because({field}="..."): the evidence, a source, or '
                '"assumed: ..." and what the assumption rests on.'
            )


def of_its_type(declaration: Any, alert: str) -> None:  # noqa: ANN401 - each kind of declaration is a type of its own
    """Refuse a declaration whose field holds a value of another type, which would be noticed far from it or never.

    Args:
        declaration: A dataclass.
        alert: The alert, as a message names it: with its file and line.

    Raises:
        VitalsError: Naming file, alert, field and the type that it takes.
    """
    for name, wanted in get_type_hints(type(declaration)).items():
        value = getattr(declaration, name)
        if not isinstance(value, wanted):
            kinds = [getattr(kind, "__name__", "") for kind in get_args(wanted) or (wanted,)]
            words = "a text in quotes" if wanted is str else f"a {' or '.join(kinds).replace('NoneType', 'None')}"
            raise VitalsError(f"{alert}, field {name}: {value!r} is not {words}. Nothing was rendered; correct it.")


def covered(alert: str, condition: str, for_: str, because: Mapping[str, str]) -> None:
    """Refuse an alert whose condition or duration holds a number that no reason speaks of.

    Args:
        alert: The alert, as a message names it: with its file and line.
        condition: Its condition, of whichever service; zero and one need no reason.
        for_: How long it must hold.
        because: Reasons by the number as people write it, such as ``> 500ms``, ``for 1m`` or ``30% of the usual``.

    Raises:
        VitalsError: Naming file, alert, number and what to write.
    """
    for said, reason in because.items():
        if not reason.strip():
            raise VitalsError(f"{alert}: the reason for {said!r} is empty. Write it, or assume it.")
    known = {value for said in because for value in _values(said)}
    numbers = dict(_numbers(condition))
    if for_ != "0s":
        numbers[seconds(for_)] = for_
    for value, text in numbers.items():
        if value not in _PLAIN and not any(math.isclose(value, other, rel_tol=_CLOSE) for other in known):
            raise VitalsError(
                f"{alert}: nothing says why its condition holds the number {text}, so the "
                f'on-call cannot judge it. Write because={{"... {text} ...": "..."}}: the number as people say it, and '
                'the evidence, a source, or "assumed: ..." and what the assumption rests on.'
            )


def lines(because: Mapping[str, str]) -> Iterator[str]:
    """The reasons as lines of Markdown, for a runbook."""
    for number, reason in because.items():
        yield f"- **{number}**: {reason}"


@lru_cache(maxsize=4096)
def _values(text: str) -> tuple[float, ...]:
    """Each number of a text in its base unit."""
    return tuple(_value(found.rstrip(".")) for found in _NUMBER.findall(text))


def _value(number: str) -> float:
    if number.endswith("%"):
        return float(number[:-1]) / 100
    return seconds(number) if number[-1].isalpha() else float(number)


@lru_cache(maxsize=4096)
def _numbers(condition: str) -> tuple[tuple[float, str], ...]:
    """Bounds, factors, windows and offsets of a condition, each with its text; the step of a subquery is none."""
    return tuple(number for node in every(parse(condition)) for number in _numbers_of(node))


def _numbers_of(node: ast.Expr) -> Iterator[tuple[float, str]]:
    windows: tuple[timedelta | None, ...] = ()
    match node:
        case ast.NumberLiteral():
            yield abs(node.val), f"{node.val:g}"
        case ast.VectorSelector():
            windows = (node.offset,)
        case ast.MatrixSelector():
            windows = (node.range,)
        case ast.SubqueryExpr():
            windows = (node.range, node.offset)
    for window in windows:
        if window is not None:
            yield window.total_seconds(), f"{window.total_seconds():g}s"


def declared_at() -> str:
    """File and line of a declaration: of the first frame that is not of the types in which it is written."""
    frame = inspect.currentframe()
    while frame is not None and frame.f_code.co_name in _OF_TYPES:
        frame = frame.f_back
    if frame is None:
        return ROOT.name
    file = Path(frame.f_code.co_filename)
    return f"{file.relative_to(ROOT).as_posix() if file.is_relative_to(ROOT) else file.name}:{frame.f_lineno}"
