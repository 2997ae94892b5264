"""Units: the text for people and the expression for the axis say the same."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
import vl_convert

from vitals.local.draw.units import axis_expression, format_value, tick_values

CASES = [
    (0.25, "s", "250 ms"),
    (90, "s", "1.5 min"),
    (1, "s", "1 s"),
    (0, "s", "0 s"),
    (0.0001, "s", "100 µs"),
    (250, "ms", "250 ms"),
    (1536, "bytes", "1.5 KiB"),
    (0, "bytes", "0 B"),
    (0.5, "percentunit", "50%"),
    (0, "percentunit", "0%"),
    (42, "percent", "42%"),
    (3.5, "reqps", "3.5 req/s"),
    (3.5, "count:queries/s", "3.5 queries/s"),
    (1200, "count:tasks/s", "1.2 K tasks/s"),
    (0, "count:tasks/s", "0 tasks/s"),
    (12000, "short", "12 K"),
    (-12000, "short", "-12 K"),
    (7, "furlong", "7 furlong"),
    (7, "suffix: users", "7 users"),
]


@pytest.mark.parametrize(("value", "unit", "text"), CASES)
def test_values_are_written_for_people(value: float, unit: str, text: str) -> None:
    """Each unit takes its usual prefix, zero takes none, an unknown unit keeps its name."""
    assert format_value(value, unit) == text


def test_precision_keeps_what_matters() -> None:
    """An availability keeps its nines, whole digits are never lost, decimals can be fixed, NaN is a dash."""
    assert format_value(0.99942, "percentunit") == "99.9%"
    assert format_value(0.99951, "percentunit") == "99.95%"
    assert format_value(0.9999949, "percentunit") == "99.999%"
    assert format_value(0.9999999999, "percentunit") == "100%"
    assert format_value(0.0744, "percentunit") == "7.44%"
    assert format_value(1234, "none") == "1234"
    assert format_value(0.123456, "s", 1) == "123.5 ms"
    assert format_value(math.nan, "s") == "\u2013"
    assert format_value(0.00001, "percentunit") == "0.001%"


def test_vega_writes_the_same_text() -> None:
    """Drawn by Vega, every case above reads exactly as Python wrote it."""
    layers = [
        {
            "data": {"values": [{"value": value}]},
            "transform": [{"calculate": axis_expression(unit), "as": "text"}],
            "mark": "text",
            "encoding": {"text": {"field": "text", "type": "nominal"}},
        }
        for value, unit, _ in CASES
    ]
    svg = ET.fromstring(vl_convert.vegalite_to_svg({"layer": layers}))  # noqa: S314 our own drawing
    drawn = [node.text for node in svg.iter("{http://www.w3.org/2000/svg}text")]
    assert [text.replace("\u2212", "-") for text in drawn if text] == [text for _, _, text in CASES]


@pytest.mark.parametrize(
    ("low", "high", "unit", "texts"),
    [
        (0, 23.4e9, "bytes", ["0 B", "4 GiB", "8 GiB", "12 GiB", "16 GiB", "20 GiB"]),
        (0, 900, "bytes", ["0 B", "256 B", "512 B", "768 B"]),
        (0, 5000, "binBps", ["0 B/s", "1 KiB/s", "2 KiB/s", "3 KiB/s", "4 KiB/s"]),
        (-3000, 3000, "bytes", ["-2 KiB", "-1 KiB", "0 B", "1 KiB", "2 KiB"]),
        (0, 3600, "s", ["0 s", "10 min", "20 min", "30 min", "40 min", "50 min", "1 h"]),
        (0, 240_000, "ms", ["0 ms", "1 min", "2 min", "3 min", "4 min"]),
        (0, 30 * 86400, "s", ["0 s", "5 d", "10 d", "15 d", "20 d", "25 d", "30 d"]),
    ],
)
def test_ticks_of_units_that_are_not_decimal_are_round(low: float, high: float, unit: str, texts: list[str]) -> None:
    """Bytes are halved and doubled, times go by the clock; 18.63 GiB is a decimal step."""
    ticks = tick_values(low, high, unit)

    assert ticks is not None
    assert [format_value(one, unit) for one in ticks] == texts


@pytest.mark.parametrize(
    ("high", "unit"), [(0.5, "s"), (90, "s"), (5e9, "decbytes"), (5000, "short"), (1, "percentunit")]
)
def test_decimal_units_have_the_ticks_of_vega(high: float, unit: str) -> None:
    """Which are round as they are."""
    assert tick_values(0, high, unit) is None
