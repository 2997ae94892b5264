"""A scenario with a gap: for some minutes Prometheus scrapes nothing at all, and everything goes on behind it."""

from __future__ import annotations

from dataclasses import replace

from tests.alert_rules.scenario_run import one_by_one, paced, samples_of
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Scenario
from vitals.render import Plan
from vitals.verify.oracle.traffic import MISSING


def with_gap(
    scenario: Scenario, alert: str, plan: Plan, *, begins: int, seconds: int, pauses: bool = False
) -> Scenario:
    """The scenario of one alert with a gap.

    Args:
        scenario: The scenario.
        alert: The id of the alert; of others it says nothing.
        plan: The environment whose scrapes it has.
        begins: The second of the run at which the gap begins.
        seconds: How long nothing is scraped.
        pauses: Whether everything stands still meanwhile, where a fault would else be over before the gap is.
    """
    step = paced(scenario, plan)
    tokens = {series: list(one_by_one(some)) for series, some in samples_of(scenario, plan).items()}
    at, gap = begins // step, [MISSING] * (seconds // step)
    behind = at if pauses else at + len(gap)
    return replace(
        scenario,
        name=f"{alert}: {scenario.name}, with a gap of {seconds // 60}m at {begins}",
        replicas=[ScrapedSeries({series: [*some[:at], *gap, *some[behind:]] for series, some in tokens.items()})],
        lasts=scenario.lasts + seconds * pauses,
        step=step,
        fires=[Fires(alert, by=begins + seconds - scenario.evaluated)],
        quiet=(),
    )
