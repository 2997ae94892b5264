"""What the portal is told by a running stack."""

from collections.abc import Sequence
from dataclasses import dataclass

from vitals.portal.feeds import Delivery, PartHealth, Span, TraceSummary
from vitals.processes.record import PartRecord
from vitals.processes.supervisor import Supervisor
from vitals.stack.journal import Journal
from vitals.stack.receivers.inbox import Inbox
from vitals.stack.traces.store import TraceStore


@dataclass(frozen=True)
class StackFeeds:
    """The portal's ``Feeds`` over the parts of one run; safe to call from several threads."""

    journal: Journal
    supervisor: Supervisor
    inbox: Inbox
    traces: TraceStore

    def health(self) -> Sequence[PartHealth]:
        """Return the supervisor, every part in start order, and the services of which nothing runs here."""
        state = self.journal.state
        elsewhere = [PartHealth(name=name, state="not run here", since=state.started_at) for name in state.not_run_here]
        return [self.journal.health(), *map(_health, self.supervisor.records()), *elsewhere]

    def deliveries(self) -> Sequence[Delivery]:
        """Return what the receivers got, oldest first."""
        return self.inbox.all()

    def trace(self, trace_id: str) -> Sequence[Span]:
        """Return the spans of one trace."""
        return self.traces.trace(trace_id)

    def recent_traces(self, limit: int) -> Sequence[TraceSummary]:
        """Return the newest traces."""
        return self.traces.recent(limit)


def _health(part: PartRecord) -> PartHealth:
    return PartHealth(
        name=part.name, state=part.state, detail=part.detail, pid=part.pid, url=part.url, since=part.since
    )
