"""``vitals trace`` shows what the portal knows, and explains what it does not."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from vitals.cli.trace import fetch_trace, portal_of, waterfall_table
from vitals.errors import VitalsError

from .recorded_interface import TRACE


@pytest.mark.live
@pytest.mark.parametrize(("width", "bar"), [(140, 40), (80, 28), (30, 10)])
def test_the_bars_take_what_the_texts_leave(portal: str, width: int, bar: int) -> None:
    """A wide terminal gets bars of 40 characters, a usual one what fits beside the texts, a tiny one 10."""
    table = waterfall_table(fetch_trace(portal, TRACE), width)
    assert table.columns[3].width == bar


@pytest.mark.live
def test_the_waterfall_has_a_line_for_each_span(portal: str) -> None:
    """Spans are indented by depth with service, duration and a bar; a failed one says so."""
    out = io.StringIO()
    Console(file=out, width=140).print(waterfall_table(fetch_trace(portal, TRACE), 140))
    lines = out.getvalue().splitlines()
    root = next(line for line in lines if "POST /api/reports/generate" in line)
    child = next(line for line in lines if "firestore.query" in line)
    assert "400 ms" in root
    assert root.count("━") == 40
    assert child.startswith("  firestore.query  error")
    assert "300 ms" in child
    assert child.count("━") == 30


@pytest.mark.live
def test_an_unknown_trace_is_explained(portal: str) -> None:
    """The error names the trace and where the known ones are listed."""
    with pytest.raises(VitalsError, match=r"There is no trace '00'.*vitals status"):
        fetch_trace(portal, "00")


def test_a_malformed_trace_id_is_refused_before_asking() -> None:
    """Anything but hexadecimal digits never becomes part of an address."""
    with pytest.raises(VitalsError, match="32 hexadecimal digits"):
        fetch_trace("http://127.0.0.1:1", "../health")


def test_a_portal_that_does_not_answer_is_named() -> None:
    """The error names the address that was asked."""
    with pytest.raises(VitalsError, match=r"http://127\.0\.0\.1:1 does not answer"):
        fetch_trace("http://127.0.0.1:1", TRACE)


def test_without_a_stack_the_error_says_how_to_start_one(tmp_path: Path) -> None:
    """No run folder, no portal."""
    with pytest.raises(VitalsError, match="vitals up"):
        portal_of(tmp_path)
