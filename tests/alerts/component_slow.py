"""ComponentSlow: for a minute a twentieth of the runs of a component takes longer than a second, of more than 25."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.samples import Process, Stretch, histogram
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both, busy
from vitals.verify.oracle.levels import Following
from vitals.verify.oracle.levels import histogram as level_histogram
from vitals.verify.oracle.measures import P95, RateOf

TIMES, PER = "component_duration_seconds", ("component",)
BUCKETS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)


def _case(service: str, every: int) -> AlertCase:
    component = f'service="{service}", job="{service}", instance="a", component="analysis"'

    def running(per_second: float) -> tuple[Following, ...]:
        return level_histogram(TIMES, component, (0.5, 1.0, 2.5), per_second=per_second)

    return AlertCase(
        id="components.time.high",
        name="ComponentSlow",
        severity="warning",
        service=service,
        condition=both(Above(P95(TIMES, 300, PER), 1), busy(RateOf(f"{TIMES}_count", 300, PER), 25)),
        for_=60,
        record="service_component:component_duration_seconds:p95_5m",
        events="service_component:component_calls:rate5m",
        more_than=25,
        scraped=running(20),
        few=running(0.08),
        low=0.1,
        under=0.97,
        high=1.2,
        summary=f"{service} (analysis): p95 component time 1.2s (> 1s)",
        labels={"component": "analysis"},
        every=every,
    )


CASES = (_case("wellness-api", 5), _case("wellness-worker", 15))


def _passed(seconds: float, per_second: float, shares: Mapping[float, float]) -> Stretch:
    """Requests that pass through one part of the service; a share of them takes so long."""
    return Stretch(seconds, histogram(TIMES, BUCKETS, per_second, shares, component="analysis"))


SCENARIOS = tuple(
    Scenario(
        f"{service}: a component that runs 30 times in five minutes, slowly",
        [Process("api-a", [_passed(1500, 0.1, {2: 1.0})])],
        lasts=1485,
        service=service,
        fires=[Fires("components.time.high", by=480)],
    )
    for service in ("wellness-api", "wellness-worker")
)
