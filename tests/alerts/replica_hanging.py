"""ReplicaHanging: for five minutes requests wait on one replica and hardly any ends there, while the others serve."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import NOISE
from vitals.verify.oracle.levels import counter, gauge, steady
from vitals.verify.oracle.measures import RateOf
from vitals.verify.oracle.observations import Group, Observations

OVER = 300
CALLS = RateOf("api_calls_total", OVER, ("instance",))


@dataclass(frozen=True, slots=True)
class Stuck:
    """Requests that wait on a replica throughout five minutes, where a tenth of the mean ends at most."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """By replica."""
        each = CALLS.at(world, instant)
        mean = sum(each.values()) / len(each) if each else 0.0
        if mean * OVER < 21 * (1 - NOISE):
            return {}
        waiting: dict[Group, float] = {}
        for group, series in world.chosen("api_requests_in_flight", ("instance",)):
            first, end = series.within(instant, OVER)
            before, then = series.within(instant - OVER, 60)
            fires = world.last_fired.get("ReplicaHanging", {}).get(group) == instant - world.evaluations.step
            if (before < then or fires) and first < end:
                waiting[group] = waiting.get(group, 0.0) + min(series.values[first:end])
        return {
            group: waits
            for group, waits in waiting.items()
            if waits > 1 and waits > 5 * mean * (1 + NOISE) and group in each and each[group] < 0.1 * mean * (1 - NOISE)
        }


def _of(replica: str) -> str:
    return f'service="wellness-api", job="wellness-api", instance="{replica}"'


def _calls(replica: str) -> str:
    return f'api_calls_total{{{_of(replica)}, endpoint="/api/dashboard", method="GET", status="200"}}'


CASES = (
    AlertCase(
        id="api.arrival.hanging_replica",
        name="ReplicaHanging",
        severity="critical",
        service="wellness-api",
        condition=Stuck(),
        for_=0,
        scraped=(
            # What waits on the first replica is no longer answered; a request that ends is not in flight.
            gauge(f"api_requests_in_flight{{{_of('api-a')}}}"),
            counter(_calls("api-a"), lambda waiting: 2.0 if waiting < 8 else 0.05),
            gauge(f"api_requests_in_flight{{{_of('api-b')}}}", lambda _: 1),
            counter(_calls("api-b"), lambda _: 2.0),
            gauge(f"api_requests_in_flight{{{_of('api-c')}}}", lambda _: 0),
            counter(_calls("api-c"), lambda _: 2.0),
            *(steady(f"up{{{_of(replica)}}}", 1) for replica in ("api-a", "api-b", "api-c")),
        ),
        low=0,
        under=6,
        high=12,
        summary="wellness-api (api-a): completions below 10% of a replica's mean, requests waiting 12 (> 1)",
        labels={"instance": "api-a"},
        every=5,
    ),
)
