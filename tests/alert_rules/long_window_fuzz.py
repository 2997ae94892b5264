"""Boundary fuzz of alerts that look back: each at the pace at which its windows are short enough to be evaluated.

What is recorded at a slower pace than in life means the same: a window holds fewer samples, and sums are so much
smaller.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product

from tests.alert_rules.boundary_fuzz import GONE, fuzz, groups, preset_case
from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.declared import Alert
from tests.oracle.of_foresight import said
from tests.oracle.of_long_records import (
    API,
    BUDGETS,
    BURN_BESIDE_ANOMALY,
    BURNS,
    HOURS,
    KNOWN,
    LIMITS,
    READ_ONLY,
    RECORDED,
    Burn,
    burning,
    burning_beside_an_anomaly,
    limits,
    outages,
    trends,
    turned_read_only,
    unrecorded,
)
from vitals.render import Plan
from vitals.verify.oracle.conditions import Statement
from vitals.verify.oracle.traffic import MISSING, STALE, selector

MINUTE, HOUR = 60, 3600


def long_window_fuzz_cases(plan: Plan) -> list[PromtoolCase]:
    """Every such case."""
    return [
        *_burn_rates(plan),
        *_burn_rates_known_in_part(plan),
        preset_case("hardly a request, and most of them fail", API, _hardly_any(), _of_failures(), plan, step=5),
        preset_case(
            "failures and scrapes jump about the bounds of an outage", API, _failures(), outages(), plan, step=5
        ),
        preset_case("events of objectives are recorded or not", API, _recorded(), unrecorded(), plan, step=MINUTE),
        preset_case("filesystems turn read-only", "node", _switches(), turned_read_only(), plan, step=HOUR // 2),
        *_limits(plan),
        *_trends(plan),
    ]


PACES = (MINUTE, 5 * MINUTE, HOUR // 2, HOUR)
"""Seconds between samples for each pair of windows, so that each has about as many in the longer one."""
STEPS, STEPS_IN_PART = 1000, 1600
"""How many samples there are of each pair of windows; more where several things must come together."""
SEEN_BEFORE = 4 * MINUTE
"""A pace at which an alert still sees that it fired at the evaluation before: an instant query looks back five."""


def _burn_rates(plan: Plan) -> Iterator[PromtoolCase]:
    """For each pair of windows, with another objective and the control service."""
    for burn, step in zip(BURNS, PACES, strict=True):
        alerts = {alert: one for alert, one in burning().items() if alert[0].endswith(burn.alert)}
        tokens = _burning(burn, step, (*BUDGETS, "other"))
        yield preset_case(f"burn rates of {burn.window} and {burn.short} jump", API, tokens, alerts, plan, step=step)
    yield _burn_rates_beside_an_anomaly((*BUDGETS, "other"), plan)


def one_by_one_cases(plan: Plan) -> list[PromtoolCase]:
    """The burn rates of each objective alone beside an anomaly: of several, one may hide what another does."""
    return [_burn_rates_beside_an_anomaly((slo,), plan) for slo in BUDGETS]


def _burn_rates_beside_an_anomaly(objectives: Sequence[str], plan: Plan) -> PromtoolCase:
    tokens = _burning(BURN_BESIDE_ANOMALY, MINUTE, objectives)
    for service in (API, CONTROL):
        ((series, _),) = said("anomaly_active", service, "latency", "latency", float)([0.0], MINUTE).items()
        tokens[series] = list(islice(fuzz(seeded("odd", service), (0, 1, 1), (5, 40, 100)), STEPS))
        tokens[series.replace('service="foresight"', 'service="another"')] = ["1"] * STEPS
    name = f"burn rates of {' and '.join(objectives)} jump beside an anomaly"
    return preset_case(name, API, tokens, burning_beside_an_anomaly(), plan, step=MINUTE)


def _burn_rates_known_in_part(plan: Plan) -> Iterator[PromtoolCase]:
    """For each pair of long windows at the pace of those that hold an alert while too little is known to end it."""
    for burn in BURNS[1:]:
        alerts = {alert: one for alert, one in burning().items() if alert[0].endswith(burn.alert)}
        tokens = _burning(burn, SEEN_BEFORE, (*BUDGETS, "other"), steps=STEPS_IN_PART)
        for service, slo in product((API, CONTROL), BUDGETS):
            of = {"service": service, "slo": slo}
            enough = 2 * burn.requests(slo) / burn.seconds
            tokens[selector(burn.events, of)] = [f"{enough:g}"] * STEPS_IN_PART
            if burn.first:
                tokens_of_series = fuzz(seeded(burn.first, of), (0.01,), (5, 20, 40))
                tokens[selector(f"service_slo:burn_rate:{burn.first}", of)] = list(
                    islice(tokens_of_series, STEPS_IN_PART)
                )
        name = f"burn rates of {burn.window} and {burn.short} are known in part"
        yield preset_case(name, API, tokens, alerts, plan, step=SEEN_BEFORE)


def _burning(burn: Burn, step: int, objectives: Sequence[str], steps: int = STEPS) -> dict[str, list[str]]:
    """What is recorded of both windows of some objectives, how much of each is known, and outages."""
    tokens: dict[str, list[str]] = {}
    window = burn.seconds // step
    for service, slo in product((API, CONTROL), objectives):
        of = {"service": service, "slo": slo}
        for name in (burn.window, burn.short):
            known = (0.25, 0.45, 0.5, 0.5, 1, 1, 1, 1) if name in burn.held_by else (1,)
            rates = [share * burn.rate * part for share in (0.90137, 1, 1, *[1.1] * 5) for part in known]
            if name in burn.held_by:
                tokens_of_series = fuzz(seeded("known", name, of), known, (1, 5, 20, 40))
                tokens[selector(f"{KNOWN}{name}", of)] = list(islice(tokens_of_series, steps))
            tokens_of_series = fuzz(seeded(name, of), rates, (1, 2, 5, 20, 40))
            tokens[selector(f"service_slo:burn_rate:{name}", of)] = list(islice(tokens_of_series, steps))
        enough = burn.requests(slo if slo in BUDGETS else "latency") / burn.seconds
        # in no mixture exactly enough: sums differ by what is added first
        few = [share * enough for share in (0.40031, 0.90137, 1.09871, 1.11313, 1.20717)]
        tokens_of_series = fuzz(seeded("events", of), few, (window // 4, window, 2 * window))
        tokens[selector(burn.events, of)] = list(islice(tokens_of_series, steps))
    for service in (API, CONTROL):
        out = {"alertname": "ServiceOutage", "alertstate": "firing", "service": service}
        tokens[selector("ALERTS", out)] = list(islice(_now_and_then(seeded("out", service)), steps))
    return tokens


def _now_and_then(rng: random.Random) -> Iterator[str]:
    """A short time of an outage, a long one without."""
    while True:
        yield from ["1"] * rng.choice((1, 2, 4))
        yield from [STALE] * rng.choice((3, 5, 8, 30, 60, 100))


def _failures() -> dict[str, list[str]]:
    """An hour in steps of five seconds."""
    values = {
        "service:api_errors:ratio_irate": (0.85, 0.9, 0.95, 0.95, 1),
        "service:api_errors:irate": (0, 0, 0.72, 0.8, 0.88, 3),
        "service:api_given_up:irate": (0, 0, 0.3, 0.37, 0.45, 3),
        "service:api_calls:irate": (0, 0.8, 0.88, 0.9, 3),
    }
    tokens: dict[str, list[str]] = {}
    for service in (API, CONTROL):
        for record, found in values.items():
            tokens_of_series = fuzz(seeded(record, service), found, (1, 2, 5, 20, 61))
            tokens[selector(record, {"service": service})] = list(islice(tokens_of_series, 720))
        for instance in "ab":
            target = {"service": service, "job": service, "instance": instance}
            tokens[selector("up", target)] = list(islice(_scrapes(seeded(service, instance)), 720))
    return tokens


def _recorded() -> dict[str, list[str]]:
    """A working day in minutes."""
    return {
        selector(RECORDED, of): list(islice(fuzz(seeded("recorded", of), (0, 0, 1), (1, 3, 4, 5, 6, 12)), 480))
        for service, slo in product((API, CONTROL), (*BUDGETS, "other"))
        for of in [{"service": service, "slo": slo}]
    }


def _of_failures() -> dict[Alert, Statement]:
    return {alert: one for alert, one in outages().items() if alert[0] == "api.outage.failing"}


def _hardly_any() -> dict[str, list[str]]:
    """An hour and a half of an event every minute or so, each one of about five in five minutes."""
    tokens: dict[str, list[str]] = {}
    for service in (API, CONTROL):
        rng = seeded("hardly any", service)
        failed = [0.17 if rng.random() < 0.08 else 0.0 for _ in range(1000)]
        answered = [0.17 if rng.random() < 0.005 else 0.0 for _ in failed]
        tokens[selector("up", {"service": service})] = ["1"] * len(failed)
        calls = [one + other for one, other in zip(failed, answered, strict=True)]
        for name, values in (("errors", failed), ("calls", calls)):
            tokens[selector(f"service:api_{name}:irate", {"service": service})] = [f"{value:g}" for value in values]
    return tokens


def _scrapes(rng: random.Random) -> Iterator[str]:
    """A target answers, does not answer, is not asked or not known, each mostly for a short while."""
    while True:
        token = rng.choice(("1", "0", "0", "0", MISSING, STALE))
        yield from [token] * rng.choice((1, 1, 2, 3, 5, 20))


def _switches() -> dict[str, list[str]]:
    """Two weeks in steps of half an hour."""
    of = {"instance": "a"}
    return {
        selector(READ_ONLY, {"service": service, "mountpoint": mountpoint, **of}): list(
            islice(fuzz(seeded(service, mountpoint), (0, 1, 1), (1, 5, 20, 46, 50, 100)), 700)
        )
        for service in ("node", CONTROL)
        for mountpoint in "abcd"
    }


def _limits(plan: Plan) -> Iterator[PromtoolCase]:
    """Ten hours of levels that climb and fall, each on its own."""
    for alert, (record, per) in LIMITS.items():
        tokens = {
            selector(record, {"service": service, per[0]: name}): list(
                islice(_slopes(seeded(alert, service, name)), 600)
            )
            for service in (alert[1], CONTROL)
            for name in "abcdef"
        }
        statements = {alert: limits()[alert]}
        yield preset_case(f"{record} of {alert[1]} climbs and falls", alert[1], tokens, statements, plan, step=MINUTE)


def _slopes(rng: random.Random) -> Iterator[str]:
    """Straight lines from one level to another, in steps that end in round numbers, and gaps."""
    level = 0.1
    while True:
        goal = rng.choice((0.1, 0.15, 0.2, 0.22, 0.3, 0.5, 0.9, 1.1))
        steps = rng.choice((5, 10, 20, 25, 40, 50, 100))
        yield from (f"{level + (goal - level) * step / steps:.6g}" for step in range(steps))
        level = goal
        if rng.random() < 6 * GONE:
            yield from [STALE] * rng.choice((1, 2, 3, 4, 8, 9, 12, 14, 20))


def _trends(plan: Plan) -> Iterator[PromtoolCase]:
    """Weeks in steps of an hour, for each signal that is compared with its past."""
    for alert, statement in trends().items():
        record, per, by, beyond = HOURS[alert]
        tokens = {}
        for service, group in product((alert[1], CONTROL), groups(per)):
            rng = seeded(alert, service, group)
            hours = _days(rng, beyond) if alert[0].endswith(".days") else _hours(rng, by, beyond)
            labels = {"service": service, **dict(zip(per, group, strict=True))}
            tokens[selector(f"{record}_mean1h", labels)] = list(islice(hours, 24 * (25 if per else 60)))
        statements: Mapping[Alert, Statement] = {alert: statement}
        yield preset_case(
            f"{alert[0]} of {alert[1]} jumps about its bounds", alert[1], tokens, statements, plan, step=HOUR
        )


def _hours(rng: random.Random, by: float, beyond: float) -> Iterator[str]:
    """Means of an hour: levels that stay for some hours."""
    base = (0.9 * beyond / by, 1.03 * beyond / by, beyond, 1.1 * beyond / by)
    values = [0.0, *(_at_most(level, ratio, by) for level in base for ratio in (1, by, by * 1.05, by / 1.05))]
    return fuzz(rng, values, (2, 3, 5, 8))


def _days(rng: random.Random, beyond: float) -> Iterator[str]:
    """Means of an hour over days each of which is a step up, mostly."""
    ladder = [beyond * share for share in (0, 0.75, 0.8, 0.85, 0.9, 0.95, 1, 1.05, 1.08, 1.14, 1.2, 1.26, 1.5)]
    place = 0
    while True:
        for begin in range(0, 24, 4):
            step = min(len(ladder) - 1, max(0, place + (rng.random() < 0.2) - (rng.random() < 0.2)))
            yield from [STALE if begin and rng.random() < GONE else f"{ladder[step]:.12g}"] * 4
        place = 0 if place >= len(ladder) - 2 else place + rng.choice((0, 1, 1, 1, 2))


def _at_most(level: float, ratio: float, by: float) -> float:
    """A level times a ratio, whose quotient does not come out past the bound where it is the bound."""
    value = level * ratio
    while ratio == by and (value / level > by > 1 or value / level < by < 1):
        value = math.nextafter(value, level)
    return value
