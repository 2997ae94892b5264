"""Jumping stories of alerts that look back: each at the pace at which its windows are short enough to be told.

What is recorded at a slower pace than in life means the same: a window holds fewer samples, and sums are so much
smaller.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from tests.alert_rules.jumping_story import GONE, STRANGER, groups, jumps, told
from tests.alert_rules.stories import Story
from tests.alert_rules.traffic import MISSING, STALE, selector
from tests.oracle.conditions import Statement
from tests.oracle.of_long_records import API, BUDGETS, HOURS, LIMITS, burning, limits, outages, trends
from tests.oracle.of_records import Alert
from vitals.render import Plan

MINUTE, HOUR = 60, 3600
BURN_RATES = {"5m": 14.4, "1h": 14.4, "30m": 6, "6h": (6, 1), "2h": 3, "1d": 3, "3d": 1}


def long_jumps(plan: Plan) -> list[Story]:
    """Every such story."""
    return [
        told("burn rates jump about their bounds", API, _burn_rates(), burning(), plan, step=5 * MINUTE),
        told("failures and scrapes jump about the bounds of an outage", API, _failures(), outages(), plan, step=5),
        *_limits(plan),
        *_trends(plan),
    ]


def _chance(*what: object) -> random.Random:
    return random.Random(" ".join(map(str, what)))  # noqa: S311


def _burn_rates() -> dict[str, list[str]]:
    """Five days in steps of five minutes, with a promise and a service that nobody asks about."""
    steps, tokens = 5 * 288, {}
    for service, slo in ((API, "availability"), (API, "latency"), (API, "other"), (STRANGER, "availability")):
        of = {"service": service, "slo": slo}
        for window, bounds in BURN_RATES.items():
            record = f"service_slo:burn_rate:{window}"
            values = [share * bound for bound in _several(bounds) for share in (0.9, 1, 1.1, 1.1)]
            tokens[selector(record, of)] = list(islice(jumps(_chance(record, of), values, (2, 6, 24, 60)), steps))
        few = 1.25 / BUDGETS.get(slo, 0.001) / 15
        values = [share * few / rate / count for rate, count in ((14.4, 12), (6, 72), (3, 288), (1, 864)) for share in (0.9, 1.1)]
        tokens[selector("service_slo:events:rate1m", of)] = list(
            islice(jumps(_chance("events", of), values, (12, 72, 144, 288)), steps)
        )
    for service in (API, STRANGER):
        out = {"alertname": "ServiceOutage", "alertstate": "firing", "service": service}
        outages = islice(_now_and_then(_chance("out", service)), steps)
        tokens[selector("ALERTS", out)] = list(outages)
    return tokens


def _several(bounds: float | Sequence[float]) -> Sequence[float]:
    return bounds if isinstance(bounds, Sequence) else (bounds,)


def _now_and_then(chance: random.Random) -> Iterator[str]:
    """A short time of an outage, a long one without."""
    while True:
        yield from ["1"] * chance.choice((1, 2, 4))
        yield from [STALE] * chance.choice((3, 5, 8, 30, 60))


def _failures() -> dict[str, list[str]]:
    """An hour in steps of five seconds."""
    values = {
        "service:api_errors:ratio_irate": (0.85, 0.9, 0.95, 0.95, 1),
        "service:api_errors:irate": (0, 0, 0.72, 0.8, 0.88, 3),
        "service:api_calls:irate": (0, 0.8, 0.88, 0.9, 3),
    }
    tokens = {}
    for service in (API, STRANGER):
        for record, found in values.items():
            jumping = jumps(_chance(record, service), found, (1, 2, 5, 20, 61))
            tokens[selector(record, {"service": service})] = list(islice(jumping, 720))
        for instance in "ab":
            target = {"service": service, "job": service, "instance": instance}
            tokens[selector("up", target)] = list(islice(_scrapes(_chance(service, instance)), 720))
    return tokens


def _scrapes(chance: random.Random) -> Iterator[str]:
    """A target answers, does not answer, is not asked or not known, each mostly for a short while."""
    while True:
        token = chance.choice(("1", "0", "0", "0", MISSING, STALE))
        yield from [token] * chance.choice((1, 1, 2, 3, 5, 20))


def _limits(plan: Plan) -> Iterator[Story]:
    """Ten hours of levels that climb and fall, each on its own."""
    for record, (alert, per) in LIMITS.items():
        tokens = {
            selector(record, {"service": service, per[0]: name}): list(islice(_slopes(_chance(record, service, name)), 600))
            for service in (alert[1], STRANGER)
            for name in "abcd"
        }
        statements = {alert: limits()[alert]}
        yield told(f"{record} of {alert[1]} climbs and falls", alert[1], tokens, statements, plan, step=MINUTE)


def _slopes(chance: random.Random) -> Iterator[str]:
    """Straight lines from one level to another, in steps that end in round numbers, and gaps."""
    level = 0.1
    while True:
        goal = chance.choice((0.1, 0.15, 0.2, 0.22, 0.3, 0.5, 0.9, 1.1))
        steps = chance.choice((5, 10, 20, 25, 40, 50, 100))
        yield from (f"{level + (goal - level) * step / steps:.6g}" for step in range(steps))
        level = goal
        if chance.random() < 3 * GONE:
            yield from [STALE] * chance.choice((1, 2, 3, 4, 8, 12, 20))


def _trends(plan: Plan) -> Iterator[Story]:
    """Weeks in steps of an hour, for each signal that is compared with its past."""
    for alert, statement in trends().items():
        record, per, by, beyond = HOURS[alert]
        daily = alert[0].endswith(".days")
        tokens = {
            selector(f"{record}_mean1h", {"service": service, **dict(zip(per, group, strict=True))}): list(
                islice(_hours(_chance(alert, service, group), by, beyond, daily=daily), 24 * (10 if daily else 18))
            )
            for service in (alert[1], STRANGER)
            for group in groups(per)
        }
        statements: Mapping[Alert, Statement] = {alert: statement}
        yield told(f"{alert[0]} of {alert[1]} jumps about its bounds", alert[1], tokens, statements, plan, step=HOUR)


def _hours(chance: random.Random, by: float, beyond: float, *, daily: bool) -> Iterator[str]:
    """Means of an hour: levels that stay for some hours, or days each of which is a step up, mostly."""
    if not daily:
        base = (0.9 * beyond / by, 1.03 * beyond / by, beyond, 1.1 * beyond / by)
        values = [0.0, *(_at_most(level, ratio, by) for level in base for ratio in (1, by, by * 1.05, by / 1.05))]
        yield from jumps(chance, values, (2, 3, 5, 8))
    ladder = [beyond * share for share in (0.85, 0.9, 0.95, 1, 1.05, 1.08, 1.14, 1.2, 1.26, 1.5)]
    place = 0
    while True:
        for begin in range(0, 24, 4):
            step = min(len(ladder) - 1, max(0, place + (chance.random() < 0.2) - (chance.random() < 0.2)))
            yield from [STALE if begin and chance.random() < GONE else f"{ladder[step]:.12g}"] * 4
        place = 0 if place >= len(ladder) - 2 else place + chance.choice((0, 1, 1, 1, 2))


def _at_most(level: float, ratio: float, by: float) -> float:
    """A level times a ratio, whose quotient does not come out past the bound where it is the bound."""
    value = level * ratio
    while ratio == by and (value / level > by > 1 or value / level < by < 1):
        value = math.nextafter(value, level)
    return value
