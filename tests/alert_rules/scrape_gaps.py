"""A scenario with a gap: for some minutes Prometheus scrapes nothing at all, and everything goes on behind it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import zip_longest

from tests.alert_rules.scenario_run import paced, samples_of
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Scenario
from vitals.render import Plan
from vitals.verify.oracle.observations import labels_of
from vitals.verify.oracle.traffic import MISSING, selector

_REPEATED = re.compile(r"(?P<value>[^x]+)x(?P<times>\d+)")


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
    found = {series: list(_one_by_one(tokens)) for series, tokens in samples_of(scenario, plan).items()}
    tokens = {**_targets(found, scenario.service), **found}
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


def _one_by_one(tokens: Iterable[str]) -> Iterator[str]:
    """A token for each sample; ``1x3`` stands for four, and ``_x3`` for three."""
    for token in tokens:
        found = _REPEATED.fullmatch(token)
        if found is None:
            yield token
        else:
            yield from [found["value"]] * (int(found["times"]) + (found["value"] != MISSING))


def _targets(found: Mapping[str, list[str]], service: str) -> dict[str, list[str]]:
    """The scrape's own series, where a scenario has only what an alert is about."""
    if any(series.startswith("up{") and labels_of(series)["service"] == service for series in found):
        return {}
    target = {"service": service, "job": service, "instance": "t:9000"}
    moments = zip_longest(*found.values(), fillvalue=MISSING)
    return {selector("up", target): [MISSING if set(seen) == {MISSING} else "1" for seen in moments]}
