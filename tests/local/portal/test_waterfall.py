"""The waterfall holds every span once, children below their parents."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from vitals.local.portal.interfaces import Span
from vitals.local.portal.waterfall import waterfall

MS = 1_000_000


def _span(span_id: str, parent: str | None, start: int, end: int) -> Span:
    return Span(
        trace_id="t", span_id=span_id, parent_id=parent, name=span_id, service="s", start_ns=start * MS, end_ns=end * MS
    )


def test_children_stand_below_their_parent_by_start() -> None:
    """Order is depth first, siblings by start, and times count from the start of the trace."""
    spans = [
        _span("late", "root", 130, 180),
        _span("grandchild", "early", 112, 118),
        _span("root", None, 100, 200),
        _span("early", "root", 110, 120),
    ]
    found = waterfall(spans)
    assert [(row.span.name, row.depth, row.offset_ns // MS, row.duration_ns // MS) for row in found.rows] == [
        ("root", 0, 0, 100),
        ("early", 1, 10, 10),
        ("grandchild", 2, 12, 6),
        ("late", 1, 30, 50),
    ]
    assert (found.start_ns, found.duration_ns) == (100 * MS, 100 * MS)


def test_a_span_without_its_parent_is_a_marked_root() -> None:
    """A lost parent is visible, not fatal."""
    (row,) = waterfall([_span("a", "lost", 0, 1)]).rows
    assert (row.depth, row.orphan) == (0, True)


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 50), st.integers(0, 50)),
        min_size=1,
        unique_by=lambda item: item[0],
    )
)
def test_every_span_appears_exactly_once(items: list[tuple[int, int, int, int]]) -> None:
    """Whatever parents are named (rings and oneself too), each span is there once and inside the trace."""
    spans = [_span(str(own), str(parent), start, end) for own, parent, start, end in items]
    found = waterfall(spans)
    assert sorted(row.span.span_id for row in found.rows) == sorted(span.span_id for span in spans)
    assert all(row.offset_ns >= 0 and row.duration_ns >= 0 for row in found.rows)
