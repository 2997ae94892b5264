"""A scenario with a gap: for some minutes Prometheus scrapes nothing at all, and everything goes on behind it."""

from __future__ import annotations

from dataclasses import replace

from tests.alert_rules.missed_scrapes import is_recorded
from tests.alert_rules.scenario_run import one_by_one, paced, samples_of
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Scenario
from vitals.render import Plan
from vitals.verify.oracle.traffic import MISSING, STALE


def with_gap(
    scenario: Scenario, alert: str, plan: Plan, *, begins: int, seconds: int, pauses: bool = False, fails: bool = False
) -> Scenario:
    """The scenario of one alert with a gap.

    Args:
        scenario: The scenario.
        alert: The id of the alert; of others it says nothing.
        plan: The environment whose scrapes it has.
        begins: The second of the run at which the gap begins.
        seconds: How long nothing is scraped.
        pauses: Whether everything stands still meanwhile, where a fault would else be over before the gap is.
        fails: Whether scrapes are tried, and none is answered.
    """
    step = paced(scenario, plan)
    tokens = {series: list(one_by_one(some)) for series, some in samples_of(scenario, plan).items()}
    at, length = begins // step, seconds // step
    behind = at if pauses else at + length
    seen = {series: _of_failing(series) if fails else MISSING for series in tokens}
    what = "every scrape failing" if fails else "a gap"
    return replace(
        scenario,
        name=f"{alert}: {scenario.name}, with {what} for {seconds // 60}m at {begins}",
        replicas=[
            ScrapedSeries(
                {series: [*some[:at], *[seen[series]] * length, *some[behind:]] for series, some in tokens.items()}
            )
        ],
        lasts=scenario.lasts + seconds * pauses,
        step=step,
        fires=[Fires(alert, by=begins + seconds - scenario.evaluated)],
        quiet=(),
    )


def _of_failing(series: str) -> str:
    """What is stored of a scrape that is tried and fails; of what a rule records, nothing."""
    if series.startswith("up{"):
        return "0"
    return MISSING if is_recorded(series) else STALE
