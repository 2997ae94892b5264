"""What an expression may speak of: the series that exist, their labels and how they behave.

A vocabulary is an argument, never a global, so the same check serves real metrics, recorded ones and those of a test.
"""

from __future__ import annotations

import difflib
from collections import ChainMap
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import cast

from vitals.errors import VitalsError


class PromqlError(VitalsError):
    """An expression that cannot be parsed, or that speaks of something that does not exist.

    Attributes:
        reason: Why it is not PromQL, for an expression in a place where another sentence must stand around the reason;
            empty where that is not the problem.
    """

    def __init__(self, message: str, reason: str = "") -> None:
        """Keep the message, complete, and the reason alone."""
        super().__init__(message)
        self.reason = reason


class UnknownSeriesError(PromqlError):
    """An expression that speaks of a series which nothing emits and nothing records.

    Attributes:
        name: Of the series.
    """

    def __init__(self, name: str, message: str) -> None:
        """Keep the name."""
        super().__init__(message)
        self.name = name


class SeriesType(StrEnum):
    """How the samples of a series behave; buckets are counters that also carry ``le``.

    A sample of a native histogram holds all of its buckets, and grows as a counter does. What a program exposes as
    ``untyped`` is one of the others, and it does not say which.
    """

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Variant:
    """Label values that occur together, because the same programs emit them.

    Attributes:
        labels: Every label with its closed set of values, one of which it always has; an empty set means open.
        same: Labels that have one value between them, as ``job`` and ``service`` of what is scraped.
        present: Open labels that are never missing.
        others: Whether there may be labels beside these, with any values.
    """

    labels: Mapping[str, frozenset[str]] = field(default_factory=dict)
    same: frozenset[str] = frozenset()
    present: frozenset[str] = frozenset()
    others: bool = False


@dataclass(frozen=True, slots=True)
class Series:
    """One name that a selector may use.

    Attributes:
        name: The name in the selector, such as ``api_calls_total`` or a recorded name.
        type: Counter, gauge or native histogram.
        labels: Every label of the series with its closed set of values; an empty set means open.
        variants: Which values occur together; none where that is not known.
        possible: Of an open label that has a form, every value that it can have. Of a closed set each may be there; of
            these hardly any is.
    """

    name: str
    type: SeriesType
    labels: Mapping[str, frozenset[str]]
    variants: tuple[Variant, ...] = ()
    possible: Mapping[str, frozenset[str]] = field(default_factory=dict)


Vocabulary = Mapping[str, Series]


def joined(*parts: Vocabulary) -> Vocabulary:
    """Several vocabularies as one that copies none; the first that has a name decides."""
    return ChainMap(*cast("tuple[MutableMapping[str, Series], ...]", parts))  # none of them is written to


def values_like(wanted: str, allowed: frozenset[str]) -> str:
    """Say which values may be meant: all where they are few, else the most alike."""
    few = 12
    found = sorted(allowed)
    if len(found) <= few:
        return ", ".join(found)
    alike = difflib.get_close_matches(wanted, found, n=3, cutoff=0.3)
    return f"{len(found)} values, most alike {', '.join(alike)}" if alike else f"{len(found)} values, none like it"


def nearest(name: str, vocabulary: Vocabulary) -> str:
    """Ask for the series with the most similar name; empty where there is none."""
    # As in reviews (vitals/verify/review/known.py): below it the hint names another program's metric.
    close = difflib.get_close_matches(name, list(vocabulary), n=1, cutoff=0.75)
    return f" Did you mean {close[0]}?" if close else ""
