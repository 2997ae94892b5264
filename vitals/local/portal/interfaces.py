"""What the portal gets from the program that runs it: health of the parts, deliveries of alerts, and traces.

The portal draws; it neither supervises processes nor receives alerts nor stores spans. It takes these facts
through ``StackInterface`` so that it can be served by any supervisor and never imports one. Everything here is plain
data; wall-clock times are unix seconds, span times are unix nanoseconds as OpenTelemetry sends them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

from vitals.rendered import Channel

PartState = Literal["starting", "healthy", "failing", "stopped", "restarting"]
PartCondition = PartState | Literal["not run here"]
"""A part's state, or that it is watched elsewhere and this machine runs nothing of it."""
DeliveryStatus = Literal["firing", "resolved"]
DrillVerdict = Literal["passed", "failed", "skipped", "stopped"]
SpanStatus = Literal["unset", "ok", "error"]
AttributeValue = str | bool | int | float


@dataclass(frozen=True, slots=True, kw_only=True)
class PartHealth:
    """How one supervised part is doing.

    Attributes:
        name: The part as the supervisor calls it, for example ``prometheus`` or ``wellness-api-1``.
        state: Where it stands now.
        detail: One short sentence for a person; empty when there is nothing to add.
        pid: Process id; None while no process runs or when the part lives in the supervisor's own process.
        url: Address a person can open or query; None when the part has none.
        since: Unix seconds of the last change of ``state``.
    """

    name: str
    state: PartCondition
    detail: str = ""
    pid: int | None = None
    url: str | None = None
    since: float


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveredAlert:
    """One alert inside a delivery; ``labels`` are all of its labels, the named ones included.

    A channel that does not carry a label (an e-mail carries text) leaves ``severity`` or ``service`` empty.
    """

    name: str
    severity: str = ""
    service: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One message that reached a receiver.

    Attributes:
        channel: Protocol it came over.
        receiver: Who got it: a Slack channel, a mail address, a PagerDuty service.
        at: Unix seconds at which it arrived.
        status: Whether it was about firing or resolved alerts.
        alerts: What it was about.
        summary: The line a person would read first.
        text: The message as it arrived, as far as a page shows it; empty where the channel carries no text.
        picture: The name of the picture that it brought after a notification; such a message is about no alert of its
            own.
    """

    channel: Channel
    receiver: str
    at: float
    status: DeliveryStatus
    alerts: tuple[DeliveredAlert, ...]
    summary: str = ""
    text: str = ""
    picture: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """One finished OpenTelemetry span; ids are lower-case hex, ``parent_id`` is None for a root."""

    trace_id: str
    span_id: str
    parent_id: str | None = None
    name: str
    service: str
    start_ns: int
    end_ns: int
    status: SpanStatus = "unset"
    attributes: Mapping[str, AttributeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class TraceSummary:
    """One line in the list of recent traces: its root span and its size; times in nanoseconds."""

    trace_id: str
    name: str
    service: str
    start_ns: int
    duration_ns: int
    spans: int
    status: SpanStatus = "unset"


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedDrill:
    """One drill that can be started; ``alert`` is None where no page must follow."""

    name: str
    family: str
    service: str
    description: str
    expected: str
    alert: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DrillProgress:
    """The drill that runs, or ran last.

    Attributes:
        name: Which.
        begun_at: Unix seconds.
        ended_at: Unix seconds; None while it runs.
        lines: What happened so far, in order.
        verdict: ``passed``, ``failed``, ``skipped`` or ``stopped``; None while it runs.
    """

    name: str
    begun_at: float
    ended_at: float | None = None
    lines: tuple[str, ...] = ()
    verdict: DrillVerdict | None = None


class DrillControl(Protocol):
    """Who performs drills at a button; every method is called on the event loop and returns at once."""

    def listed(self) -> Sequence[ListedDrill]:
        """Return the drills that there are, in the order in which one does not disturb the next."""

    def progress(self) -> DrillProgress | None:
        """Return the drill that runs or ran last; None before the first."""

    def start(self, name: str) -> None:
        """Start a drill.

        Raises:
            VitalsError: There is none of that name, or one runs.
        """

    def stop(self) -> None:
        """End the one that runs, its fault cleared; nothing happens where none runs."""


class StackInterface(Protocol):
    """What the supervisor knows and the portal shows.

    Each method answers quickly from memory or a local store; the portal calls them from worker threads, so
    an implementation must be safe to call from several threads.
    """

    def health(self) -> Sequence[PartHealth]:
        """Return every part, in the order in which it should be listed."""

    def real_since(self) -> float | None:
        """Return the unix second from which on data are real; None when none of them is synthetic."""

    def deliveries(self) -> Sequence[Delivery]:
        """Return the messages that reached a receiver in this run, oldest first."""

    def trace(self, trace_id: str) -> Sequence[Span]:
        """Return the spans of a trace (lower-case hex id) in any order; empty when it is not known."""

    def recent_traces(self, limit: int) -> Sequence[TraceSummary]:
        """Return at most ``limit`` traces, newest first."""
