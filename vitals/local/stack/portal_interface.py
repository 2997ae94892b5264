"""What the portal gets from a running stack."""

from collections.abc import Sequence
from dataclasses import dataclass

from vitals.local.portal.interfaces import Delivery, PartHealth, Span, TraceSummary
from vitals.local.processes.record import PartRecord
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.deadman import DeadMan
from vitals.local.stack.journal import Journal
from vitals.local.stack.parts.prometheus import PROMETHEUS
from vitals.local.stack.receivers.inbox import Inbox
from vitals.local.stack.traces.store import TraceStore


@dataclass(frozen=True)
class RunInterface:
    """The portal's ``StackInterface`` over the parts of one run; safe to call from several threads."""

    journal: Journal
    supervisor: Supervisor
    inbox: Inbox
    deadman: DeadMan
    traces: TraceStore

    def health(self) -> Sequence[PartHealth]:
        """Return the supervisor and its dead man's switch, every part in start order, and what does not run here."""
        state = self.journal.state
        elsewhere = [PartHealth(name=name, state="not run here", since=state.started_at) for name in state.not_run_here]
        parts = map(_health, self.supervisor.records())
        return [self.journal.health(), *self.deadman.health(), *parts, *elsewhere]

    def real_since(self) -> float | None:
        """Return since when data are real, None if there is no synthetic past."""
        return self.journal.state.real_since

    def deliveries(self) -> Sequence[Delivery]:
        """Return what the receivers got, oldest first."""
        return self.inbox.all()

    def trace(self, trace_id: str) -> Sequence[Span]:
        """Return the spans of one trace."""
        return self.traces.trace(trace_id)

    def recent_traces(self, limit: int) -> Sequence[TraceSummary]:
        """Return the newest traces."""
        return self.traces.recent(limit)


_PAGES = {PROMETHEUS: "/query"}
"""Where people ask a part that has no pages itself: the Prometheus that is built here answers its own with an error."""


def _health(part: PartRecord) -> PartHealth:
    url = _PAGES.get(part.name, part.url) if part.url else None
    return PartHealth(name=part.name, state=part.state, detail=part.detail, pid=part.pid, url=url, since=part.since)
