"""Units in prose: the text for people and the expression for Vega say the same."""

from __future__ import annotations

import math
import xml.etree.ElementTree as ET

import pytest
import vl_convert

from vitals.local.draw.units import axis_expression, format_value

CASES = [
    (0.25, "s", "250 ms"),
    (90, "s", "1.5 mins"),
    (60, "s", "1 min"),
    (1, "s", "1 s"),
    (0, "s", "0 s"),
    (0.0001, "s", "100 µs"),
    (172800, "s", "2 days"),
    (250, "ms", "250 ms"),
    (1536, "bytes", "1.5 KiB"),
    (0, "bytes", "0 B"),
    (0.5, "percentunit", "50%"),
    (0, "percentunit", "0%"),
    (42, "percent", "42%"),
    (3.5, "reqps", "3.5 req/s"),
    (3.5, "count:queries/s", "3.5 queries/s"),
    (1200, "count:tasks/s", "1.2K tasks/s"),
    (0, "count:tasks/s", "0 tasks/s"),
    (12000, "short", "12 K"),
    (-12000, "short", "-12 K"),
    (12.5, "currencyUSD", "$12.5"),
    (7, "furlong", "7 furlong"),
    (7, "suffix:users", "7 users"),
    (7, "prefix:~", "~7"),
]


@pytest.mark.parametrize(("value", "unit", "text"), CASES)
def test_values_are_written_for_people(value: float, unit: str, text: str) -> None:
    """Each unit takes its usual prefix, zero takes none, an unknown unit keeps its name."""
    assert format_value(value, unit) == text


def test_precision_keeps_what_matters() -> None:
    """An availability keeps its nines, whole digits are never lost, NaN is a dash."""
    assert format_value(0.99942, "percentunit") == "99.9%"
    assert format_value(0.99951, "percentunit") == "99.95%"
    assert format_value(0.9999949, "percentunit") == "99.999%"
    assert format_value(0.9999999999, "percentunit") == "100%"
    assert format_value(0.0744, "percentunit") == "7.44%"
    assert format_value(1234, "none") == "1234"
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
