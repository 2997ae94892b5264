"""What the texts of an alert ask by ``query``, held against what exists.

A query that ``printf`` makes is known only when the alert fires. What the alert puts between quotes may be any value of
a label; where it puts a name or a duration, nothing can be said.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from vitals.kit.alerts.template_values import STAND_IN, STAND_IN_NUMBER
from vitals.kit.imports.selectors import TextMatcher, with_matchers
from vitals.model.promql import PromqlError, Series, SeriesType, Vocabulary, resolve, written

_UNKNOWN = f"[{STAND_IN}{STAND_IN_NUMBER}]"
_ANY_VALUE = ("=~'.+'", "='…'")
"""Of a label with a closed set one of its values, of another a single one: what fails with either has a problem."""
_NAME = "__name__"


def problem_of(query: str, known: Vocabulary) -> str:
    """Why on-call would read an error or a gap instead of the answer of a query; empty where nothing is known.

    Args:
        query: PromQL, with stand-ins for what only the alert knows.
        known: Every series that exists.
    """
    said = re.sub(_UNKNOWN, "…", query)
    problems = []
    for any_value in _ANY_VALUE:
        judged = with_matchers(query, partial(_filled_in, any_value)).replace(STAND_IN_NUMBER, "1")
        if STAND_IN in judged:
            return ""
        try:
            resolve(written(judged), _Shown(known))
        except PromqlError as error:
            problems.append((error, judged))
        else:
            return ""
    problem, judged = problems[0]
    if problem.reason:
        return (
            f"asks for {said!r}, which is not PromQL ({problem.reason}). Prometheus would take the rule, and on-call "
            "would read an error instead of the text. Correct the query."
        )
    return f"asks for a query that has no answer here. {str(problem).replace(judged, said)}"


def _filled_in(any_value: str, one: TextMatcher) -> str | None:
    """A matcher with some value in place of the one that the alert has."""
    return f"{one.label}{any_value}" if one.label != _NAME and re.search(_UNKNOWN, one.value) else None


class _Shown(Mapping[str, Series]):
    """The series as a text shows them: once, so a counter may stand alone, as what has come since the start."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known

    def __getitem__(self, name: str) -> Series:
        series = self._known[name]
        return replace(series, type=SeriesType.UNKNOWN) if series.type is SeriesType.COUNTER else series

    def __iter__(self) -> Iterator[str]:
        return iter(self._known)

    def __len__(self) -> int:
        return len(self._known)
