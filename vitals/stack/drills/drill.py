"""A drill and its outcome, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vitals.portal.feeds import Channel
from vitals.stack.drills.injections import Injection

Severity = Literal["critical", "warning", "info"]
Expected = Literal["page", "notify", "silence"]


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One fault and what must follow.

    Attributes:
        name: Unique; contains the family.
        family: The metric family it belongs to.
        service: The service that it is about.
        means: What is injected, in words.
        injection: What is done to the stack.
        expected: Who must hear of it: ``page`` means the on-call person, ``notify`` people but not by a page, and
            ``silence`` that nobody is paged.
        alert: The alert that must fire and resolve; None for ``silence``.
        severity: Its severity; None for ``silence``.
        panels: Signals whose panels must show the fault, beside the panel to which the alert links.
        within_s: Seconds from the fault until every receiver must have been told; for ``silence``, how long it is
            watched after the injection.
        resolved_within_s: Seconds from the end of the fault until every receiver must know.
    """

    name: str
    family: str
    service: str
    means: str
    injection: Injection
    expected: Expected
    alert: str | None = None
    severity: Severity | None = None
    panels: tuple[str, ...] = ()
    within_s: float
    resolved_within_s: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened in one run of a drill; times are seconds on the real clock.

    Attributes:
        drill: Its name.
        alert: As in the drill.
        severity: As in the drill.
        fired_after_s: From the fault until Prometheus had the alert firing.
        notified_after_s: From the fault until each receiver had it; None for a channel that did not get it.
        resolved_after_s: From the end of the fault until the last receiver knew that it is over.
        expected: As in the drill.
        problem: Why the drill failed; None when everything was as it must be.
    """

    drill: str
    alert: str | None
    severity: Severity | None
    fired_after_s: float | None = None
    notified_after_s: Mapping[Channel, float | None]
    resolved_after_s: float | None = None
    expected: Expected
    problem: str | None = None
