"""When a budget is burnt too fast over two windows of which not everything is known.

Sources: docs/adr/0002, 0004, 0006, 0017 and 0043. Written by hand; nothing here is read from a rule.
"""

from __future__ import annotations

from typing import NamedTuple

from vitals.verify.oracle.conditions import Above, Condition, FiresAlready, HeldBack, IsKnown, Without, both, either
from vitals.verify.oracle.measures import (
    HOUR,
    MINUTE,
    CountOfKept,
    Derived,
    MeanOfKept,
    MinutesKnown,
    OnTheClock,
    Share,
    SumOfKept,
)
from vitals.verify.oracle.observations import Measure

FIVE_MINUTES = 5 * MINUTE


class SloCounts(NamedTuple):
    """What is counted of an objective.

    Attributes:
        bad: Bad events per second.
        every: All events per second.
        bad_slots: Bad events per second over five minutes of the clock; what is not known is none.
        every_slots: All events per second over what is known of them.
        budget: The share of events that may be bad.
    """

    bad: Measure
    every: Measure
    bad_slots: Measure
    every_slots: Measure
    budget: float


def slo_counts(bad: Measure, every: Measure, budget: float, evaluated: int) -> SloCounts:
    """An objective, of events that are counted each minute."""
    minutes = MinutesKnown(every, FIVE_MINUTES)
    known_bad = Derived(lambda mean, known: mean * known / 5, (MeanOfKept(bad, FIVE_MINUTES), minutes))
    bad_slots = OnTheClock(known_bad, FIVE_MINUTES, evaluated)
    every_slots = OnTheClock(MeanOfKept(every, FIVE_MINUTES), FIVE_MINUTES, evaluated)
    return SloCounts(bad, every, bad_slots, every_slots, budget)


def burns(
    of: SloCounts, rate: float, window: int, short: int, alert: str, *, first: int = 0, after: str = ""
) -> Condition:
    """A budget is burnt too fast over a window and its last minutes, and one bad request alone would not do it.

    Args:
        of: What is counted of the objective.
        rate: How many times too fast.
        window: Seconds.
        short: Its last minutes, of which the alert asks whether it goes on.
        alert: The name of the alert.
        first: Seconds of the long window of the alert's first pair, where this is another one.
        after: An alert that holds it back until the short window has forgotten it, unless it fires already.
    """
    enough = busy_enough(of.every if window <= HOUR else of.every_slots, window, least_requests(rate, of.budget))
    long, last = (WindowBurn(burn_rate(of, each), known(of, each)) for each in (window, short * MINUTE))
    begins: Condition = Above(long.burn, rate)
    if after:
        begins = HeldBack(begins, after, (short + 1) * MINUTE)
    return both(
        pair(
            begins,
            long if window <= 6 * HOUR else None,
            last,
            rate,
            alert,
            first=burn_rate(of, first) if first else None,
        ),
        enough,
    )


class WindowBurn(NamedTuple):
    """The burn rate of a window, and which share of the window is known."""

    burn: Measure
    known: Measure


def pair(
    begins: Condition, long: WindowBurn | None, short: WindowBurn, rate: float, alert: str, *, first: Measure | None
) -> Condition:
    """Both windows burn too fast; once the alert fires, only what is known of them ends it.

    Args:
        begins: Whether an alert that does not fire yet may begin.
        long: The window that says that it matters; none where it begins an alert and does not hold it.
        short: The window that says that it goes on.
        rate: How many times too fast.
        alert: The name of the alert.
        first: The burn rate of the alert's first long window, where this is another pair: it holds an alert only by
            half of its own long window, and by what is not known only where that one is known.
    """
    fires: Condition = FiresAlready(alert)
    matters = begins
    if long is not None:
        held = both(Above(of_known(long), rate), fires)
        matters = either(begins, held if first is None else both(held, Above(long.known, 0.5, or_at=True)))
    if first is not None:
        fires = both(fires, IsKnown(first))
    undecided = Without(fires, Above(short.known, 0.5, or_at=True))
    return both(matters, either(Above(of_known(short), rate), undecided))


def of_known(window: WindowBurn) -> Measure:
    """The burn rate of the part of a window that is known."""
    return Derived(lambda burn, share: burn / share, (window.burn, window.known))


def known(of: SloCounts, seconds: int) -> Measure:
    """Which share of a window is known."""
    if seconds <= HOUR:
        return Derived(lambda minutes: minutes * MINUTE / seconds, (MinutesKnown(of.every, seconds),))
    return Derived(lambda slots: slots * FIVE_MINUTES / seconds, (CountOfKept(of.every_slots, seconds),))


def burn_rate(of: SloCounts, seconds: int) -> Measure:
    """How many times too fast a budget is spent over a window.

    Bad events of the window are compared with those that the whole window would hold, at the pace of what is known.
    """
    if seconds <= HOUR:
        share = Share(MeanOfKept(of.bad, seconds), MeanOfKept(of.every, seconds))
        known = MinutesKnown(of.every, seconds)
        return Derived(lambda bad, minutes: bad * minutes * MINUTE / seconds / of.budget, (share, known))
    bad = Derived(lambda total: total * FIVE_MINUTES / seconds, (SumOfKept(of.bad_slots, seconds),))
    return Derived(lambda share: share / of.budget, (Share(bad, MeanOfKept(of.every_slots, seconds)),))


def least_requests(rate: float, budget: float) -> float:
    """How many requests a window must hold, so that one bad request alone does not burn at that rate."""
    return 1.25 / (rate * budget)


def busy_enough(every: Measure, seconds: int, least: float) -> Condition:
    """More requests than that in a window, at the pace of what is known."""
    return Above(Derived(lambda pace: pace * seconds, (MeanOfKept(every, seconds),)), least)
