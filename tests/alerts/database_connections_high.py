"""DatabaseConnectionsHigh: for two minutes a service holds more than four fifths of the connections that it may."""

from __future__ import annotations

from tests.oracle.of_database import HELD, WELLNESS, asking
from tests.oracle.samples import Process, ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED as STEP
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived
from vitals.verify.oracle.traffic import MISSING, STALE, selector


def _case(service: str, limit: int, every: int) -> AlertCase:
    replica = f'service="{service}", job="{service}", instance="a"'
    held = Lately(HELD, 4 * every, ("database",), several=sum, targets=True)
    return AlertCase(
        id="database.connections.high",
        name="DatabaseConnectionsHigh",
        severity="warning",
        service=service,
        condition=Above(Derived(lambda held: held / limit, (held,)), 0.8),
        for_=120,
        record="service_database:database_connections:ratio",
        scraped=(
            gauge(f'{HELD}{{{replica}, database="wellness"}}', lambda share: share * limit),
            gauge(f"up{{{replica}}}", lambda _: 1),
        ),
        low=0.1,
        under=0.8,
        high=0.85,
        summary=f"{service} (wellness): database connection use 85% (> 80%)",
        labels={"database": "wellness"},
        every=every,
    )


CASES = (_case("wellness-api", 100, 5), _case("wellness-worker", 20, 15))
CONNECTIONS = "database.connections.high"


def _of(service: str, limit: int) -> tuple[Scenario, ...]:
    """The scenarios of a service that may hold so many connections."""
    return (
        Scenario(
            f"{service}: 81 of 100 connections, over two replicas",
            [
                Process(
                    f"api-{n}",
                    [asking(600, 20), asking(600, 20, connections=connections / 100 * limit), asking(600, 20)],
                )
                for n, connections in (("a", 41), ("b", 40))
            ],
            lasts=1785,
            service=service,
            fires=[
                Fires(
                    CONNECTIONS,
                    quiet_until=600 + 115,
                    by=600 + 150,
                    over_by=1230,
                    summary=f"{service} (wellness): database connection use 81% (> 80%)",
                    labels=WELLNESS,
                )
            ],
        ),
        Scenario(
            f"{service}: 80 of 100 connections, and more for a moment",
            [
                Process(
                    "api-a",
                    [
                        asking(600, 20, connections=80 / 100 * limit),
                        asking(90, 20, connections=95 / 100 * limit),
                        asking(600, 20),
                    ],
                )
            ],
            lasts=1275,
            proves=[Proof.UNDER],
            service=service,
            quiet=[CONNECTIONS],
        ),
    )


REPLACED_S = 45
"""Between two replicas that a deploy replaces: as long as the last value of one that is gone could still count."""


def _replaced(number: int) -> dict[str, list[str]]:
    """One of the replicas, each of which holds a quarter of the limit; the first three run before the deploy begins."""
    every = REPLACED_S // STEP
    begins = 0 if number < 3 else 40 + (number - 3) * every
    lives = 40 + number * every - begins
    target = {"service": "wellness-worker", "job": "wellness-worker", "instance": f"worker-{number}"}
    values = {selector("up", target): "1", selector(HELD, target | WELLNESS): "5"}
    return {series: [MISSING] * begins + [value] * lives + [STALE] for series, value in values.items()}


DEPLOY = Scenario(
    "a deploy replaces replicas one after another, and three quarters of the limit stay in use",
    [ScrapedSeries({series: tokens for number in range(14) for series, tokens in _replaced(number).items()})],
    lasts=40 * STEP + 11 * REPLACED_S,
    quiet=[CONNECTIONS],
    step=STEP,
    service="wellness-worker",
)

SCENARIOS = (*_of("wellness-api", 100), *_of("wellness-worker", 20), DEPLOY)
