"""Arrival fuzz: hours in which replicas wait, hang, answer hardly anything, and are scraped with gaps, by chance.

Scenarios of hanging say what people would write down; what lies between, a gap that is a scrape longer or a pace just
beside a bound, is tried here. Before chance begins, all replicas and then one hang long enough to be seen. Every number
stays clear of its bound, so that rounding decides nothing, and is the same in every run. The oracle says when each
alert fires.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.alert_rules.boundary_fuzz import PresetSeries
from tests.alert_rules.promtool_cases import PromtoolCase, expectations
from tests.alert_rules.scenario_run import expected_by_oracle, groups_of, promtool_test
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.of_api import API
from tests.oracle.scenario import Scenario
from vitals.render import Plan
from vitals.verify.oracle.traffic import MISSING, STALE, selector

STEP, STEPS, EVALUATED = 5, 1440, 15
"""Seconds between two scrapes, how many there are, and seconds between two evaluations: two hours."""
WELL_FIRST = 240
"""Scrapes at the beginning in which all is well: what is usual needs a quarter of an hour."""
ALERTS = "api.arrival.hanging", "api.arrival.hanging_replica"
PACES = (0.0655, 0.0745, 0.195, 0.23, 0.33, 0.37, 2.0, 9.0)
"""Requests per second of all replicas together that are usual, one case each: just too few and just enough to be missed
in five minutes, on one replica, in one minute, and many."""
REPLICAS = ("a", "b", "c")
SERIES = (("GET", 0.75), ("POST", 0.25))
"""Each replica counts its requests under two methods, and shows two gauges of requests in flight: a part in each."""
WELL = (6, 13, 24, 62)
HANGS = (13, 24, 59, 62, 66, 75, 90, 120)
"""For how many scrapes nothing changes: about one minute, about five, and longer."""
LONG = 90
"""For how many scrapes all replicas and then one hang at first, whatever the chance: each pace is compared with what is
just enough. No scrape is missed until then."""
UNEVEN = (0.96, 1.03)
"""A minute of what is usual, among nine of nothing, would be just the tenth of it that is asked for."""
APART = (24, 48, 75, 90)
GAPS = (1, 2, 3, 4, 5, 7, 8, 11, 12, 13, 23, 25)
"""How many scrapes lie between two gaps, and how many are missed: about each window in which they are looked for."""
UNSCRAPED, GONE, FAILING = "unscraped", "gone", "failing"


@dataclass(frozen=True)
class ReplicaState:
    """What some replica does for a while: the requests per second that end, and how many wait in each gauge."""

    ended: float
    waiting: tuple[int, int]


def arrival_fuzz_cases(plan: Plan) -> list[PromtoolCase]:
    """Those scenarios as cases for promtool."""
    return [_case(scenario, plan) for scenario in scenarios()]


def scenarios() -> list[Scenario]:
    """Two hours of each pace, beside as many of a control service."""
    return [
        Scenario(
            f"replicas hang by chance, where {pace:g} requests/s are usual",
            [PresetSeries({**hours(API, pace), **hours(CONTROL, pace)})],
            lasts=(STEPS - 1) * STEP,
            quiet=ALERTS,  # for their rule groups: when they fire the oracle alone says
            evaluated=EVALUATED,
            step=STEP,
            service=API,
        )
        for pace in PACES
    ]


def _case(scenario: Scenario, plan: Plan) -> PromtoolCase:
    def test() -> dict[str, object]:
        return promtool_test(scenario, plan, expectations(scenario, plan, expected_by_oracle(scenario, plan)))

    return PromtoolCase(scenario.name, frozenset(ALERTS), groups_of(scenario, plan), EVALUATED, test)


def hours(service: str, pace: float) -> dict[str, list[str]]:
    """What is scraped of a service in two hours, where so many requests per second are usual."""
    rng = seeded("arrival", service, pace)
    states = _states(rng, pace / len(REPLICAS))
    totals = {(name, method): 100.0 for name in REPLICAS for method, _ in SERIES}
    found: dict[str, list[str]] = {}
    for step in range(STEPS):
        seen = {}
        for name, state in next(states).items():
            of = {"service": service, "job": service, "instance": name}
            seen[selector("up", of)] = "1"
            for (method, share), waiting in zip(SERIES, state.waiting, strict=True):
                totals[name, method] += STEP * share * state.ended
                calls = {**of, "endpoint": "/x", "method": method, "status": "200"}
                seen[selector("api_calls_total", calls)] = f"{totals[name, method]:.9g}"
                seen[selector("api_requests_in_flight", {**of, "worker": method.lower()})] = str(waiting)
        for series, token in seen.items():
            found.setdefault(series, [MISSING] * step).append(token)
    return _with_gaps(rng, found)


def _states(rng: random.Random, usual: float) -> Iterator[dict[str, ReplicaState]]:
    """What each replica does at each scrape."""
    yield from [_well(usual)] * (WELL_FIRST - LONG)
    yield from [_well(usual * UNEVEN[0])] * LONG
    yield from [dict.fromkeys(REPLICAS, ReplicaState(0, (1, 0)))] * LONG
    yield from [_well(usual * UNEVEN[0])] * LONG
    others = usual * len(REPLICAS) / (len(REPLICAS) - 1)
    yield from [{**_well(others), REPLICAS[0]: ReplicaState(0, (2 + round(10 * usual), 0))}] * LONG
    while True:
        yield from [rng.choice((_all_hang, _one_hangs, _one_hangs, _gone))(rng, usual)] * rng.choice(HANGS)
        yield from [_well(usual * rng.choice(UNEVEN))] * rng.choice(WELL)


def _well(usual: float) -> dict[str, ReplicaState]:
    """Requests end on every replica, and another is always in flight."""
    return dict.fromkeys(REPLICAS, ReplicaState(usual, (1, 0)))


def _all_hang(rng: random.Random, usual: float) -> dict[str, ReplicaState]:
    """Hardly any request ends, on no replica."""
    ended = usual * rng.choice((0, 0, 0.05, 0.085, 0.115))
    waiting = rng.choice(((1, 0), (3, 2), (0, 0)))
    return dict.fromkeys(REPLICAS, ReplicaState(ended, waiting))


def _one_hangs(rng: random.Random, usual: float) -> dict[str, ReplicaState]:
    """Hardly any request ends on one replica, where about as many wait as arrive at the others in five seconds."""
    others = usual * len(REPLICAS) / (len(REPLICAS) - 1)
    share = rng.choice((0, 0, 0.05, 0.085, 0.115))
    mean = usual * (1 + share / len(REPLICAS))
    waiting = max(0, round(5 * mean * rng.choice((0.5, 0.9, 1.1, 2))) + rng.choice((0, 1, 1, 2)))
    first = rng.choice((0, waiting // 2, waiting))
    stuck = rng.choice(REPLICAS)
    return {
        name: ReplicaState(share * mean, (first, waiting - first)) if name == stuck else ReplicaState(others, (1, 0))
        for name in REPLICAS
    }


def _gone(rng: random.Random, usual: float) -> dict[str, ReplicaState]:  # noqa: ARG001 - as the others
    """No request comes."""
    return dict.fromkeys(REPLICAS, ReplicaState(0, (0, 0)))


def _with_gaps(rng: random.Random, found: dict[str, list[str]]) -> dict[str, list[str]]:
    """Scrapes missed now and then: of all replicas or of one; not made, or tried in vain."""
    at = WELL_FIRST + 3 * LONG
    while (at := at + rng.choice(APART)) < STEPS:
        length = rng.choice(GAPS)
        replica = rng.choice((None, None, *REPLICAS))
        how = rng.choice((UNSCRAPED, UNSCRAPED, UNSCRAPED, FAILING, GONE))
        for series, tokens in found.items():
            if replica is None or f'instance="{replica}"' in series:
                some = _missed(series, how, min(length, STEPS - at))
                tokens[at : at + len(some)] = some
        at += length
    return found


def _missed(series: str, how: str, scrapes: int) -> list[str]:
    if how == UNSCRAPED:
        return [MISSING] * scrapes
    if how == FAILING and series.startswith("up{"):
        return ["0"] * scrapes
    return [STALE, *[MISSING] * (scrapes - 1)]
