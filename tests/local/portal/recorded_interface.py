"""What the portal reads of a running stack, with content that a test sets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from vitals.local.portal.interfaces import Delivery, PartHealth, Span, TraceSummary

TRACE = "0af7651916cd43dd8448eb211c80319c"
_SECOND_NS = 1_000_000_000


@dataclass
class RecordedInterface:
    """Feeds whose content a test sets; the portal sees the same types as from a running stack."""

    parts: list[PartHealth] = field(default_factory=list)
    delivered: list[Delivery] = field(default_factory=list)
    spans: list[Span] = field(default_factory=list)
    since: float | None = None

    def real_since(self) -> float | None:
        """Return what is set."""
        return self.since

    def health(self) -> Sequence[PartHealth]:
        """Return the parts as set."""
        return self.parts

    def deliveries(self) -> Sequence[Delivery]:
        """Return the deliveries as set."""
        return self.delivered

    def trace(self, trace_id: str) -> Sequence[Span]:
        """Return the spans of this trace."""
        return [span for span in self.spans if span.trace_id == trace_id]

    def recent_traces(self, limit: int) -> Sequence[TraceSummary]:
        """Return one summary for each root span."""
        return [
            TraceSummary(
                trace_id=span.trace_id,
                name=span.name,
                service=span.service,
                start_ns=span.start_ns,
                duration_ns=span.end_ns - span.start_ns,
                spans=len(self.trace(span.trace_id)),
                status=span.status,
            )
            for span in self.spans
            if span.parent_id is None
        ][:limit]


def span(span_id: str, parent: str | None, name: str, start_ms: int, end_ms: int, **more: Any) -> Span:  # noqa: ANN401
    """Make a span of ``TRACE`` with times in milliseconds from a fixed moment."""
    base = 1_790_000_000 * _SECOND_NS
    return Span(
        trace_id=TRACE,
        span_id=span_id,
        parent_id=parent,
        name=name,
        service=more.pop("service", "wellness-api"),
        start_ns=base + start_ms * 1_000_000,
        end_ns=base + end_ms * 1_000_000,
        **more,
    )
