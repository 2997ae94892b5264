"""LimitAhead: within two hours the connections of a database, or the places of a queue, will be used up."""

from __future__ import annotations

from tests.oracle.of_api import API
from tests.oracle.of_database import HELD, WELLNESS, asking
from tests.oracle.of_tasks import LENGTH, MOST, REPORTS, WORKER, doing
from tests.oracle.of_trends import limit_ahead
from tests.oracle.samples import Process, silent
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.conditions import Statement
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.measures import Derived

CONNECTIONS, CONNECTIONS_AHEAD = "database.connections.high", "database.connections.ahead"
FILLING, QUEUE_AHEAD = "tasks.queue.high", "tasks.queue.ahead"


def _connections(limit: int, scraped: int) -> Statement:
    """A service that may hold so many connections and is scraped every so many seconds."""
    held = Lately(HELD, 4 * scraped, tuple(WELLNESS), several=sum, targets=True)
    used = Derived(lambda held: held / limit, (held,))
    return limit_ahead(used, tuple(WELLNESS), "database.saturation.connections")


FILLED = Derived(lambda length: length / MOST, (Lately(LENGTH, 4 * 15, tuple(REPORTS)),))
SPECS = {
    (CONNECTIONS_AHEAD, API): _connections(100, scraped=5),
    (CONNECTIONS_AHEAD, WORKER): _connections(20, scraped=15),
    (QUEUE_AHEAD, WORKER): limit_ahead(FILLED, tuple(REPORTS), "tasks.saturation.queue"),
}


def _of_database(service: str, limit: int) -> tuple[Scenario, ...]:
    """Connections leak in a service that may hold so many."""
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
                    CONNECTIONS_AHEAD,
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
            quiet=[CONNECTIONS_AHEAD],
        ),
        Scenario(
            f"{service}: connections grow fast from few, and are reported from a fifth of the limit on",
            [Process("api-a", [asking(1500, 20, connections=2 / 100 * limit, opening=0.0157 / 100 * limit)])],
            lasts=1485,
            service=service,
            fires=[Fires(CONNECTIONS_AHEAD, quiet_until=1440, by=1485)],
        ),
        Scenario(
            f"{service}: more connections than it may hold, and still more",
            [Process("api-a", [asking(1200, 20, connections=101 / 100 * limit, opening=0.01 / 100 * limit)])],
            lasts=1185,
            service=service,
            fires=[
                Fires(CONNECTIONS, by=400),
                Fires(
                    CONNECTIONS_AHEAD,
                    quiet_until=950,
                    by=1080,
                    summary=f"{service} (wellness): database connection use at 100% in 0s (< 2h)",
                    labels=WELLNESS,
                ),
            ],
        ),
        Scenario(
            f"{service}: many connections, which are closed slowly",
            [Process("api-a", [asking(1500, 20, connections=70 / 100 * limit, opening=-0.008 / 100 * limit)])],
            lasts=1485,
            service=service,
            quiet=[CONNECTIONS_AHEAD, CONNECTIONS],
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
            fires=[Fires(CONNECTIONS_AHEAD, by=1150, over_by=1200 + 60)],
        ),
    )


OF_QUEUE = (
    Scenario(
        "about three tasks more wait every hundred seconds, from the start: full in less than two hours",
        [Process("worker-a", [doing(1200, 2, length=90, growing=0.0303), doing(1200, 2, length=126.36)])],
        service=WORKER,
        lasts=2385,
        proves=[Proof.START],
        fires=[
            Fires(
                QUEUE_AHEAD,
                quiet_until=950,
                by=1080,
                over_by=1200 + 600,
                summary="wellness-worker (reports): queue fill at 100% in 1h 37m 30s (< 2h)",
                labels=REPORTS,
            )
        ],
        quiet=[FILLING],
    ),
    Scenario(
        "the queue grows, and then the metrics vanish",
        [Process("worker-a", [doing(1200, 2, length=90, growing=0.0303), silent(900)])],
        service=WORKER,
        lasts=2085,
        proves=[Proof.MISSING],
        fires=[Fires(QUEUE_AHEAD, by=1150, over_by=1200 + 60)],
    ),
    Scenario(
        "the queue grows slowly: full in a little more than two hours",
        [Process("worker-a", [doing(1500, 2, length=90, growing=0.024)])],
        service=WORKER,
        lasts=1485,
        proves=[Proof.UNDER],
        quiet=[QUEUE_AHEAD],
    ),
    Scenario(
        "the queue is beyond its limit and grows: nothing is left",
        [Process("worker-a", [doing(1200, 2, length=301, growing=0.01)])],
        service=WORKER,
        lasts=1185,
        fires=[
            Fires(FILLING, by=90),
            Fires(
                QUEUE_AHEAD,
                quiet_until=950,
                by=1080,
                summary="wellness-worker (reports): queue fill at 100% in 0s (< 2h)",
                labels=REPORTS,
            ),
        ],
    ),
    Scenario(
        "the queue is long and empties, or stays as it is",
        [Process("worker-a", [doing(1500, 2, length=149, growing=-0.02), doing(1500, 2, length=119)])],
        service=WORKER,
        lasts=2985,
        quiet=[QUEUE_AHEAD, FILLING],
    ),
    Scenario(
        "the queue grows fast from nothing, and is reported from a fifth of its limit on",
        [Process("worker-a", [doing(1500, 2, length=0, growing=0.052)])],
        service=WORKER,
        lasts=1485,
        fires=[Fires(QUEUE_AHEAD, quiet_until=1440, by=1485)],
    ),
)

SCENARIOS = (*_of_database(API, 100), *_of_database(WORKER, 20), *OF_QUEUE)
