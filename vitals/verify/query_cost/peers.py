"""The rules that other generators make of an objective, as far as they cost samples: written by us, in their shape.

Labels, names and texts are shortened, because they cost nothing; windows, sources and the number of rules are theirs.

Sources: slok/sloth v0.16.0, eight windows, of which that of thirty days is made of the recorded ones of five minutes,
seven records of metadata and two alerts; pyrra-dev/pyrra v0.10.1, the increase over four weeks, seven burn rates, four
alerts and one of absence. Its four records for dashboards are left out.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vitals.local.stack.rendered_rules import RenderedRule

SERVER_S = 30.0
"""What rules without an interval of their own are evaluated at: kube-prometheus sets so many seconds, and sloth writes
none. pyrra writes the same for its burn rates."""
INCREASE_S = 150.0
"""The interval that pyrra writes for increases over four weeks."""
_SLOTH_WINDOWS = ("5m", "30m", "1h", "2h", "6h", "1d", "3d")
_SLOTH_ALERTS = {"page": (("5m", "1h", 14.4), ("30m", "6h", 6.0)), "ticket": (("2h", "1d", 3.0), ("6h", "3d", 1.0))}
_PYRRA_ALERTS = (("5m", "1h", 14.0), ("30m", "6h", 7.0), ("2h", "1d", 2.0), ("6h", "4d", 1.0))


@dataclass(frozen=True)
class Objective:
    """One objective by its counters.

    Attributes:
        service: Whose it is.
        slo: Its kind.
        budget: The share of events that may be bad.
        every: Selector of all events, without a window.
        good: Selector of the good ones where those are counted; else empty.
        bad: Selector of the bad ones where those are counted; else empty.
    """

    service: str
    slo: str
    budget: float
    every: str
    good: str = ""
    bad: str = ""

    @property
    def labels(self) -> dict[str, str]:
        """What distinguishes its records from those of another."""
        return {"service": self.service, "slo": self.slo}

    @property
    def matchers(self) -> str:
        """The same as matchers of a selector."""
        return f'service="{self.service}",slo="{self.slo}"'

    def share(self, window: str) -> str:
        """The share of bad events over a window of raw counters."""
        every = f"sum(rate({self.every}[{window}]))"
        bad = f"sum(rate({self.bad}[{window}]))" if self.bad else f"({every} - sum(rate({self.good}[{window}])))"
        return f"{bad} / {every}"


def sloth(of: Objective) -> Iterator[RenderedRule]:
    """Seventeen rules in the shape of sloth's."""

    def sli(window: str) -> str:
        return f"slo:sli_error:ratio_rate{window}"

    def rule(name: str, expr: str, *, records: bool = True) -> RenderedRule:
        return RenderedRule(f"sloth.{of.service}.{of.slo}", SERVER_S, name, records, expr, of.labels)

    for window in _SLOTH_WINDOWS:
        yield rule(sli(window), of.share(window))
    month = f"{sli('5m')}{{{of.matchers}}}[30d]"
    yield rule(sli("30d"), f"sum_over_time({month}) / count_over_time({month})")
    yield rule("slo:objective:ratio", f"vector({1 - of.budget})")
    yield rule("slo:error_budget:ratio", f"vector({of.budget})")
    yield rule("slo:time_period:days", "vector(30)")
    for name, window in (("slo:current_burn_rate:ratio", "5m"), ("slo:period_burn_rate:ratio", "30d")):
        yield rule(name, f"{sli(window)}{{{of.matchers}}} / on (service, slo) slo:error_budget:ratio{{{of.matchers}}}")
    yield rule("slo:period_error_budget_remaining:ratio", f"1 - slo:period_burn_rate:ratio{{{of.matchers}}}")
    yield rule("sloth_slo_info", "vector(1)")
    for name, pairs in _SLOTH_ALERTS.items():
        both = (
            " and ".join(f"max({sli(window)}{{{of.matchers}}} > {burn * of.budget:g})" for window in (short, long))
            for short, long, burn in pairs
        )
        yield rule(name, " or ".join(f"({one})" for one in both), records=False)


def pyrra(of: Objective) -> Iterator[RenderedRule]:
    """Thirteen rules, or fourteen where good events are counted, in the shape of pyrra's."""

    def rule(name: str, expr: str, *, records: bool = True, interval_s: float = SERVER_S) -> RenderedRule:
        return RenderedRule(f"pyrra.{of.service}.{of.slo}.{interval_s:g}", interval_s, name, records, expr, of.labels)

    for counted in (of.every, of.good):
        if counted:
            yield rule("events:increase4w", f"sum by (status, le) (increase({counted}[4w]))", interval_s=INCREASE_S)
    for window in dict.fromkeys(window for short, long, _ in _PYRRA_ALERTS for window in (short, long)):
        yield rule(f"events:burnrate{window}", of.share(window))
    for short, long, burn in _PYRRA_ALERTS:
        both = (f"events:burnrate{window}{{{of.matchers}}} > {burn * of.budget:g}" for window in (short, long))
        yield rule("ErrorBudgetBurn", " and ".join(both), records=False)
    yield rule("SLOMetricAbsent", f"absent({of.every}) == 1", records=False)
