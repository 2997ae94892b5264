"""Whatever an application may hand over where a name, number or text is meant: strategies of the fuzz tests."""

from __future__ import annotations

import enum
import uuid
from decimal import Decimal
from pathlib import PurePath
from typing import Any

from hypothesis import strategies as st
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.openmetrics.exposition import generate_latest as generate_openmetrics
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text


class OddEnum(enum.Enum):
    """A cohort as many applications have it."""

    GOLD = "gold"
    NESTED = ("a", "b")


class OddNumber(enum.IntEnum):
    """A number with a name."""

    ONE = 1


class Failing:
    """An object whose every text, number and hash is an exception."""

    def __str__(self) -> str:
        raise LookupError("no text")

    __repr__ = __str__
    __hash__ = None  # type: ignore[assignment]

    def __eq__(self, other: object) -> bool:
        raise LookupError("no comparison")

    def __float__(self) -> float:
        raise LookupError("no number")

    def __bool__(self) -> bool:
        raise LookupError("no truth")


class Text(str):
    """A text that claims to be another."""

    __slots__ = ()

    def __str__(self) -> str:
        raise LookupError("no text")

    def isprintable(self) -> bool:
        """Fail, as an overridden method may."""
        raise LookupError("no answer")


TEXTS = st.text(st.characters(exclude_categories=()), max_size=30)
"""Any texts, half surrogate pairs, line feeds and zero bytes among them."""

ODD: list[Any] = [
    None,
    True,
    "",
    "other",
    "\ud800",
    'a\nb\r\0"\\',
    "x" * 5000,
    b"bytes\xff",
    10**5000,
    float("nan"),
    float("-inf"),
    Decimal("NaN"),
    uuid.UUID(int=7),
    PurePath("/a"),
    OddEnum.GOLD,
    OddEnum.NESTED,
    OddNumber.ONE,
    ["list"],
    {"sub": "x"},
    ("tuple", ["unhashable"]),
    object(),
    Failing(),
    Failing,
    Text("odd"),
    Text("\ud800"),
    LookupError("\ud800"),
]
"""Values that were seen to break one thing or another."""

ANYTHING: st.SearchStrategy[Any] = st.one_of(
    st.sampled_from(ODD), TEXTS, st.integers(), st.floats(), st.binary(max_size=10), st.lists(st.integers(), max_size=2)
)


def scraped(registry: CollectorRegistry) -> dict[str, Family]:
    """Return the families of a scrape, which must be readable in both formats and say the same in them."""
    families = {family.name: family for family in parse_text(generate_latest(registry).decode())}
    again = {family.name: family for family in parse_openmetrics(generate_openmetrics(registry).decode())}  # type: ignore[no-untyped-call]
    assert families.keys() == again.keys()
    for name, family in families.items():
        assert len(family.samples) == len(again[name].samples)
    return families


def total(families: dict[str, Family], name: str, **labels: str) -> float:
    """Return the sum of all samples of a name that have these labels."""
    return sum(
        sample.value
        for family in families.values()
        for sample in family.samples
        if sample.name == name and labels.items() <= sample.labels.items()
    )
