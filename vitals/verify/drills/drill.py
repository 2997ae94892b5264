"""A drill and its outcome, as data."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vitals.model.conventions import Severity
from vitals.rendered import Channel
from vitals.verify.drills.injections import Injection

Expected = Literal["page", "notify", "alarm", "silence"]
EVERYTHING = ""
"""The root of what a drill may touch: nothing can run beside it."""


@dataclass(frozen=True, kw_only=True)
class Drill:
    """One fault and what must follow.

    How long that may take is not part of it: :mod:`vitals.verify.drills.budget` computes it from the rendered rules.

    Attributes:
        name: Unique; contains the family.
        family: The metric family it belongs to.
        service: The service that it is about.
        description: What is injected, in words.
        injection: What is done to the stack.
        beforehand: What must be so before the fault, and is undone after it; None where it meets the stack as it is.
        touches: What the fault and its consequences change, as paths: ``wellness-api`` is all of that service,
            ``wellness-api/latency`` one side of it, ``EVERYTHING`` the whole stack.
        expected: Who must hear of it: ``page`` means the on-call person, ``notify`` people but not by a page, ``alarm``
            that the dead man's switch reports what nothing else can, and ``silence`` that no page is sent.
        alert: The alert that must fire and resolve; None for ``silence``.
        rule: Id of its rule, by which several rules of that name are distinguished.
        severity: Its severity; None for ``silence``.
        follows: Other alerts of the service that are a true consequence of the fault, so their pages are not a mistake.
        strength: The share of events that the fault makes bad.
        builds_up_s: Seconds until the fault has its whole effect: tasks must pile up before the last one waits long.
        lingers_s: How long what vanishes with the fault is still read: gauges are read over their last four scrapes.
        watched_s: How long a drill that expects silence is watched after the injection.
        panels: Signals whose panels must show the fault, beside the panel to which the alert links.
        once_a_day: What it makes fire stays for up to an hour and is not said again for a day, as with anomalies: its
            end is not awaited, and it is skipped where it was said within a day.
        needs: Signals of which something must be known, each with how long ago (``0s`` for now), because the alert
            compares with it.
    """

    name: str
    family: str
    service: str
    description: str
    injection: Injection
    touches: tuple[str, ...]
    expected: Expected
    beforehand: Injection | None = None
    alert: str | None = None
    rule: str = ""
    severity: Severity | None = None
    follows: tuple[str, ...] = ()
    strength: float = 1.0
    builds_up_s: float = 0.0
    lingers_s: float = 0.0
    watched_s: float = 0.0
    panels: tuple[str, ...] = ()
    once_a_day: bool = False
    needs: tuple[tuple[str, str], ...] = ()

    @property
    def end_awaited(self) -> bool:
        """Whether the resolved notification is waited for."""
        return self.alert is not None and not self.once_a_day


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What happened in one run of a drill; times are seconds on the real clock.

    Attributes:
        drill: Its name.
        family: As in the drill.
        alert: As in the drill.
        severity: As in the drill.
        within_s: The computed time until every receiver is notified; for ``silence``, how long it was watched.
        fired_after_s: From the fault until Prometheus had the alert firing, or the dead man's switch its alarm.
        notified_after_s: From the fault until each receiver had it; None for a channel that did not get it.
        resolved_within_s: The computed time for the resolved notification; None where that is not awaited.
        resolved_after_s: From the end of the fault until the last receiver knew that it is over.
        expected: As in the drill.
        skipped: Why this machine could not do what the drill does; None when it was performed.
        problem: Why the drill failed; None when everything was as it must be.
    """

    drill: str
    family: str
    alert: str | None
    severity: Severity | None
    within_s: float | None = None
    fired_after_s: float | None = None
    notified_after_s: Mapping[Channel, float | None]
    resolved_within_s: float | None = None
    resolved_after_s: float | None = None
    expected: Expected
    skipped: str | None = None
    problem: str | None = None
