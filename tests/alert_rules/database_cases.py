"""The database, beyond the levels of ``tests/alerts``.

How fast a total failure is known, just enough queries, connections over several replicas and a deploy, and connections
that leak. A service may hold 100 connections.
"""

from __future__ import annotations

from tests.alert_rules.samples import Key, Process, ScrapedSeries, Stretch, histogram, key, silent
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED as STEP
from vitals.verify.project.traffic import MISSING, STALE, selector
from vitals_telemetry.metrics.database import (
    DATABASE_CONNECTIONS_OPEN,
    DATABASE_QUERY_DURATION,
    DATABASE_QUERY_ERRORS,
)

WELLNESS = {"database": "wellness"}
OPERATION = {**WELLNESS, "collection": "check_ins", "operation": "query"}
HIGH, FAILING = "database.time.high", "database.errors.high"
CONNECTIONS, AHEAD = "database.connections.high", "database.connections.ahead"


def asking(
    seconds: float,
    per_second: float,
    *,
    slow: float = 0.0,
    takes: float = 0.8,
    failing: float = 0.0,
    connections: float = 2.0,
    opening: float = 0.0,
) -> Stretch:
    """A process that asks the database; ``opening`` is how many connections a second are opened and not closed."""
    paces: dict[Key, float] = histogram(
        DATABASE_QUERY_DURATION, per_second, {takes: slow, 0.004: 1 - slow}, **OPERATION, query="user_id ="
    )
    paces[key(DATABASE_QUERY_ERRORS.name, **OPERATION)] = per_second * failing
    return Stretch(seconds, paces, {key(DATABASE_CONNECTIONS_OPEN.name, **WELLNESS): (connections, opening)})


def _thresholds(service: str, limit: int) -> tuple[Scenario, ...]:
    return (
        Scenario(
            f"{service}: every query is slow: known within two minutes",
            [Process("api-a", [asking(600, 20), asking(300, 20, slow=1.0), asking(600, 20)])],
            lasts=1485,
            service=service,
            fires=[Fires(HIGH, quiet_until=660, by=720, over_by=900 + 330)],
        ),
        Scenario(
            f"{service}: 30 queries in five minutes, all of them slow and failing",
            [Process("api-a", [asking(1500, 0.1, slow=1.0, failing=1.0)])],
            lasts=1485,
            service=service,
            fires=[Fires(HIGH, by=480), Fires(FAILING, by=480)],
        ),
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


def _aheads(service: str, limit: int) -> tuple[Scenario, ...]:
    return (
        Scenario(
            f"{service}: one connection in a hundred seconds leaks, from the start: full in less than two hours",
            [
                Process(
                    "api-a",
                    [
                        asking(1200, 20, connections=30 / 100 * limit, opening=0.0101 / 100 * limit),
                        asking(1200, 20, connections=42.12 / 100 * limit),
                    ],
                )
            ],
            lasts=2385,
            proves=[Proof.START],
            service=service,
            fires=[
                Fires(
                    AHEAD,
                    quiet_until=950,
                    by=1080,
                    over_by=1200 + 600,
                    summary=f"{service} (wellness): database connection use at 100% in 1h 37m 30s (< 2h)",
                    labels=WELLNESS,
                )
            ],
            quiet=[CONNECTIONS],
        ),
        Scenario(
            f"{service}: connections leak slowly: full in a little more than two hours",
            [Process("api-a", [asking(1500, 20, connections=30 / 100 * limit, opening=0.008 / 100 * limit)])],
            lasts=1485,
            proves=[Proof.UNDER],
            service=service,
            quiet=[AHEAD],
        ),
        Scenario(
            f"{service}: connections grow fast from few, and are reported from a fifth of the limit on",
            [Process("api-a", [asking(1500, 20, connections=2 / 100 * limit, opening=0.0157 / 100 * limit)])],
            lasts=1485,
            service=service,
            fires=[Fires(AHEAD, quiet_until=1440, by=1485)],
        ),
        Scenario(
            f"{service}: connections grow, and then the metrics vanish",
            [
                Process(
                    "api-a", [asking(1200, 20, connections=30 / 100 * limit, opening=0.0101 / 100 * limit), silent(900)]
                )
            ],
            lasts=2085,
            proves=[Proof.MISSING],
            service=service,
            fires=[Fires(AHEAD, by=1150, over_by=1200 + 60)],
        ),
    )


def _of(service: str, limit: int) -> tuple[Scenario, ...]:
    """The scenarios of a service that may hold so many connections."""
    return (*_thresholds(service, limit), *_aheads(service, limit))


REPLACED_S = 45
"""Between two replicas that a deploy replaces: as long as the last value of one that is gone could still count."""


def _replaced(number: int) -> dict[str, list[str]]:
    """One of the replicas, each of which holds a quarter of the limit; the first three run before the deploy begins."""
    every = REPLACED_S // STEP
    begins = 0 if number < 3 else 40 + (number - 3) * every
    lives = 40 + number * every - begins
    target = {"service": "wellness-worker", "job": "wellness-worker", "instance": f"worker-{number}"}
    values = {selector("up", target): "1", selector(DATABASE_CONNECTIONS_OPEN.name, target | WELLNESS): "5"}
    return {series: [MISSING] * begins + [value] * lives + [STALE] for series, value in values.items()}


DEPLOY = Scenario(
    "a deploy replaces replicas one after another, and three quarters of the limit stay in use",
    [ScrapedSeries({series: tokens for number in range(14) for series, tokens in _replaced(number).items()})],
    lasts=40 * STEP + 11 * REPLACED_S,
    quiet=[CONNECTIONS],
    step=STEP,
    service="wellness-worker",
)

CASES = (*_of("wellness-api", 100), *_of("wellness-worker", 20), DEPLOY)
