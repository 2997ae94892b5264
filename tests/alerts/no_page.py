"""What must never page: healthy traffic, restarts, lost replicas, missed scrapes, single failures, short hiccups."""

from __future__ import annotations

from itertools import chain

from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.traffic import Replica, TrafficPhase, dead, serving, unanswered, unknown, untried

BEFORE = serving(600, 10)
"""Ten quiet minutes, so that every window but the longest holds normal traffic."""
AFTER = serving(600, 10)
WARMING_UP = serving(6, 10, failing=0.1)
"""The first seconds of a process: six of its first sixty answers are 503."""


def _rare(requests: int, gap: float, *, fails_at: int = -1, slow_at: int = -1) -> tuple[TrafficPhase, ...]:
    """Single requests, ``gap`` seconds apart, of which one fails and one is slow."""
    return tuple(
        chain.from_iterable(
            (serving(1, 1, failing=float(n == fails_at), slow=float(n == slow_at)), serving(gap - 1, 0))
            for n in range(requests)
        )
    )


HEALTHY = (
    Scenario(
        "30 minutes of healthy traffic",
        [Replica(f"api-{n}", [serving(1830, 20, failing=0.0005, slow=0.004)]) for n in "ab"],
        lasts=1800,
        evaluated=5,
        quiet=["slo.availability.slow", "slo.latency.slow", "api.latency.high", "meta.target_down"],
    ),
    Scenario(
        "a quiet night: no request for half an hour",
        [Replica(f"api-{n}", [serving(600, 10), serving(1800, 0), serving(600, 10)]) for n in "ab"],
        lasts=3000,
        quiet=["slo.availability.slow", "slo.latency.slow", "api.latency.high", "meta.target_down"],
    ),
)

RESTARTS = (
    Scenario(
        "rolling restart: each process comes back under its old address",
        [
            Replica("api-a", [BEFORE, dead(20), WARMING_UP, AFTER], offset=0),
            Replica("api-b", [BEFORE, serving(63, 20), dead(20), WARMING_UP, AFTER], offset=0),
        ],
        lasts=1250,
        evaluated=5,
        quiet=["meta.target_down", "slo.availability.slow", "api.latency.high"],
    ),
    Scenario(
        "rolling restart: each process is replaced by one with a new address",
        [
            Replica("api-a1", [BEFORE, dead(20), unknown(900)]),
            Replica("api-b1", [BEFORE, serving(63, 20), dead(20), unknown(900)]),
            Replica("api-a2", [unknown(615), WARMING_UP, AFTER], errors_known=False),
            Replica("api-b2", [unknown(678), WARMING_UP, AFTER], errors_known=False),
        ],
        lasts=1250,
        evaluated=5,
        quiet=["meta.target_down", "slo.availability.slow", "api.latency.high"],
    ),
    Scenario(
        "the first request that a new service ever gets fails",
        [Replica("api-a", [unknown(60), serving(20, 0), serving(1, 1, failing=1), serving(600, 0)])],
        lasts=660,
        proves=[Proof.FEW],
        evaluated=5,
    ),
)

LOST_REPLICAS = (
    Scenario(
        "one of three replicas is lost",
        [
            Replica("api-a", [BEFORE, dead(300), AFTER]),
            *(Replica(f"api-{n}", [BEFORE, serving(300, 15), AFTER]) for n in "bc"),
        ],
        lasts=1200,
        evaluated=5,
        fires=[
            Fires(
                "meta.target_down",
                quiet_until=655,
                by=670,
                over_by=910,
                summary="wellness-api (api-a): target down, up 0 (< 1)",
                labels={"instance": "api-a", "job": "wellness-api"},
            )
        ],
        quiet=["slo.availability.slow"],
    ),
    Scenario(
        "a replica dies of the only request that failed, at low traffic",
        [
            Replica("api-a", [*_rare(10, 10), serving(404, 0), serving(1, 1, failing=1), dead(395)]),
            Replica("api-b", [serving(900, 0)]),
        ],
        lasts=880,
        evaluated=5,
    ),
)

MISSED_SCRAPES = (
    Scenario(
        "the scrape of the only replica fails once",
        [Replica("api-a", [BEFORE, unanswered(5, 10), AFTER])],
        lasts=1000,
        evaluated=5,
        quiet=["meta.target_down", "api.outage.gone"],
        proves=[Proof.UNDER],
    ),
    Scenario(
        "one sample of the only replica is missing",
        [Replica("api-a", [BEFORE, untried(5, 10), AFTER])],
        lasts=1000,
        evaluated=5,
        quiet=["meta.target_down"],
    ),
    Scenario(
        "a minute without samples: Prometheus was restarted",
        [Replica(f"api-{n}", [BEFORE, untried(60, 10), AFTER]) for n in "ab"],
        lasts=1200,
        evaluated=5,
        quiet=["meta.target_down"],
    ),
)

SINGLE_FAILURES = (
    *(
        Scenario(
            f"one of {requests} requests an hour fails{and_is_born}",
            [
                Replica(
                    "api-a",
                    _rare(2 * requests, 3600 / requests, fails_at=requests + phase),
                    errors_known=not and_is_born,
                    failed_before=0 if and_is_born else 57,
                )
            ],
            lasts=7200 - 60,
            proves=[Proof.FEW],
            quiet=["slo.availability.slow", "slo.availability.fast"],
        )
        for requests, phase, and_is_born in [(72, 1, ""), (72, 2, ", the first ever"), (75, 2, "")]
    ),
    Scenario(
        "one of eight requests an hour is slow",
        [Replica("api-a", _rare(16, 450, slow_at=9))],
        lasts=7140,
        proves=[Proof.FEW],
        quiet=["slo.latency.slow", "slo.latency.fast"],
    ),
    Scenario(
        "the only request in twenty minutes fails, and then two scrapes are missed",
        [
            Replica(
                "api-a", [serving(1202, 0), serving(1, 1, failing=1), serving(2, 0), untried(10, 0), serving(600, 0)]
            )
        ],
        lasts=1800,
        evaluated=5,
    ),
)

HICCUPS = (
    *(
        Scenario(
            f"half of all requests fail for four seconds, beginning at second {start}",
            [
                Replica(f"api-{n}", [serving(start, 20), serving(4, 20, failing=0.5), serving(600, 20)], offset=offset)
                for n, offset in (("a", 0), ("b", 3))
            ],
            lasts=1180,
            evaluated=5,
            step=1,
        )
        for start in (600, 603)
    ),
    Scenario(
        "every request fails for two seconds",
        [Replica(f"api-{n}", [serving(601, 20), serving(2, 20, failing=1), serving(600, 20)]) for n in "ab"],
        lasts=1180,
        evaluated=5,
    ),
    Scenario(
        "every request hangs for four seconds, then all are answered at once",
        [
            Replica(f"api-{n}", [serving(601, 20), serving(4, 0), serving(1, 100, slow=0.8, takes=3), serving(600, 20)])
            for n in "ab"
        ],
        lasts=1180,
        evaluated=5,
        quiet=["api.latency.high"],
    ),
)

SCENARIOS = (*HEALTHY, *RESTARTS, *LOST_REPLICAS, *MISSED_SCRAPES, *SINGLE_FAILURES, *HICCUPS)
