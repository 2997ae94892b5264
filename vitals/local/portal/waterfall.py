"""The order, depth and place of a trace's spans in a waterfall: the same rows for the page and the terminal."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from vitals.local.portal.interfaces import Span


@dataclass(frozen=True, slots=True)
class WaterfallRow:
    """One span in the waterfall.

    Attributes:
        span: The span.
        depth: How many of its ancestors are in the trace.
        offset_ns: Nanoseconds from the start of the trace.
        duration_ns: Nanoseconds, never negative.
        orphan: Its parent is named but not here (not sampled, not finished, or lost).
    """

    span: Span
    depth: int
    offset_ns: int
    duration_ns: int
    orphan: bool


@dataclass(frozen=True, slots=True)
class Waterfall:
    """Rows from top to bottom, start in unix nanoseconds and length of the whole trace in nanoseconds."""

    start_ns: int
    duration_ns: int
    rows: tuple[WaterfallRow, ...]


def waterfall(spans: Sequence[Span]) -> Waterfall:
    """Lay out a trace: children below their parent, siblings by start.

    Args:
        spans: At least one span of one trace, in any order. A span without its parent stands at depth 0; a ring
            of parents, which only a broken sender makes, is entered at its earliest span.

    Returns:
        Every span exactly once.
    """
    ordered = sorted(spans, key=lambda span: (span.start_ns, span.end_ns, span.span_id))
    known = {span.span_id for span in ordered}
    children: dict[str | None, list[Span]] = defaultdict(list)
    for span in ordered:
        children[span.parent_id if span.parent_id in known else None].append(span)
    start = ordered[0].start_ns
    rows: list[WaterfallRow] = []
    placed: set[str] = set()
    for root in (*children[None], *ordered):
        waiting = [(root, 0)]
        while waiting:
            span, depth = waiting.pop()
            if span.span_id in placed:
                continue
            placed.add(span.span_id)
            rows.append(_row(span, depth, start, orphan=span.parent_id is not None and depth == 0))
            waiting += [(child, depth + 1) for child in reversed(children[span.span_id])]
    return Waterfall(start, max(span.end_ns for span in ordered) - start, tuple(rows))


def _row(span: Span, depth: int, start: int, *, orphan: bool) -> WaterfallRow:
    return WaterfallRow(span, depth, span.start_ns - start, max(span.end_ns - span.start_ns, 0), orphan)
