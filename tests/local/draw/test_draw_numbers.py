"""Numbers in panels read as Grafana's package wrote them when the table beside this test was recorded."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from vitals.local.draw.number_format import panel_text

RECORDED = Path(__file__).with_name("grafana_numbers.tsv")


def test_every_unit_is_written_as_recorded() -> None:
    """Some numbers of each unit that Grafana offers; a nightly test asks for more, and whether the table is old."""
    rows = [line.split("\t") for line in RECORDED.read_text(encoding="utf-8").splitlines()]
    other = [
        (unit, value, text, ours)
        for unit, value, decimals, step, text in rows
        if (
            ours := panel_text(
                float(value), unit, int(decimals) if decimals else None, of_step=int(step) if step else None
            )
        )
        != text
    ]

    assert len({row[0] for row in rows}) > 250
    assert other == []


def test_units_with_words_of_their_own_are_read() -> None:
    """What people write behind a colon."""
    assert panel_text(1234, "count:tasks/s") == "1.23K tasks/s"
    assert panel_text(0.5, "suffix:users") == "0.500 users"
    assert panel_text(2, "prefix:~") == "~2"
    assert panel_text(1500, "si:mW") == "1.50 W"
    assert panel_text(-3, "currency:Fr") == "-Fr3"
    assert (panel_text(1, "bool:open/shut"), panel_text(0, "bool:open/shut")) == ("open", "shut")


@pytest.mark.parametrize("unit", ["s", "none", "locale", "string", "sci", "hex", "dtdurations", "dthms", "clocks"])
def test_infinity_is_written_in_every_unit(unit: str) -> None:
    """As of a time until nothing is left, when nothing is used: it has neither digits nor a clock."""
    assert panel_text(math.inf, unit) == "∞"
    assert panel_text(-math.inf, unit, 2) == "-∞"
