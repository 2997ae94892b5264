"""Cases of what is recorded over long windows: hours, days and a month, of numbers that are themselves recorded.

Raw samples over a month would take an hour to evaluate. What a window reads is preset instead, at a pace of its own,
and what is recorded of it is held to the oracle, series by series.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping
from itertools import islice, product

from tests.alert_rules.boundary_fuzz import fuzz
from tests.alert_rules.promtool_cases import PromtoolCase
from tests.alert_rules.recorded_value_cases import check
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.of_volumes import PER_CLAIM
from tests.oracle.of_windows import AVAILABLE, FREE_OF_VOLUMES, HOURS_OF, LEFT, LEFT_OF_VOLUMES, burn_rates
from tests.oracle.recorded_values import RecordedValue
from vitals.render import Plan
from vitals.verify.oracle.observations import labels_of, worlds
from vitals.verify.oracle.traffic import MISSING, STALE, selector
from vitals.verify.project.promtool_test import one_test

MINUTE, SLOT, HOUR, DAY = 60, 300, 3600, 86400
API = "wellness-api"
DISK = ("instance", "mountpoint")


def long_window_cases(plan: Plan) -> list[PromtoolCase]:
    """Every such case."""
    found = [
        _case(
            "budgets of an hour",
            _requests("rate1m", MINUTE, 30 * HOUR),
            burn_rates(most=2 * HOUR),
            (MINUTE, HOUR),
            plan,
        ),
        _case(
            "budgets over hours",
            _requests("mean5m", SLOT, 8 * DAY),
            burn_rates(2 * HOUR, 30 * DAY),
            (SLOT, 2 * HOUR),
            plan,
        ),
        _case("budgets of a month", _requests("mean5m", SLOT, 65 * DAY), burn_rates(30 * DAY), (SLOT, 2 * DAY), plan),
        _case("disks fill up and are emptied", _filled("node", AVAILABLE, DISK), LEFT, (15, HOUR), plan),
        _case(
            "volumes fill up and are emptied",
            _filled("kubelet-volumes", FREE_OF_VOLUMES, PER_CLAIM),
            LEFT_OF_VOLUMES,
            (15, HOUR),
            plan,
        ),
    ]
    for service, (records, shown) in HOURS_OF.items():
        hours = {
            selector(record, {"service": whose, **dict.fromkeys(per, "a")}): list(
                islice(_patchy(seeded(record, whose)), 6 * 60)
            )
            for record, per in records.items()
            for whose in (service, CONTROL)
        }
        found.append(_case(f"means of an hour of {service}", hours, shown, (MINUTE, 5 * MINUTE), plan))
    return found


def _case(
    name: str, tokens: Mapping[str, list[str]], shown: Mapping[str, RecordedValue], paces: tuple[int, int], plan: Plan
) -> PromtoolCase:
    """A case of samples at one pace, of which the records of their first service are compared at another."""
    step, pace = paces
    service = labels_of(next(iter(tokens)))["service"]
    last = (len(next(iter(tokens.values()))) - 1) * step // pace * pace
    names = {key.partition("|")[0] for key in shown}
    groups = frozenset(
        group.name
        for group in plan.groups
        if group.name.startswith(f"{service}.") and any(rule.get("record") in names for rule in group.rules)
    )

    def test() -> dict[str, object]:
        world = worlds(tokens, step=step, evaluations=range(0, last + 1, step))[service]
        checks = [
            check(key.partition("|")[0], one, service, world, moment)
            for key, one in shown.items()
            for moment in range(pace, last + 1, pace)
        ]
        return one_test(name, tokens, step=step, checks=checks, summaries=())

    preset = frozenset(series.partition("{")[0] for series in tokens)
    return PromtoolCase(name, frozenset(), groups, pace, test, preset)


def _requests(over: str, step: int, lasts: int) -> dict[str, list[str]]:
    """Requests and bad ones, known at the same times: many for half of the time, then few, then none."""
    steps = lasts // step
    tokens: dict[str, list[str]] = {}
    for service, slo in product((API, CONTROL), ("availability", "latency", "other")):
        of = {"service": service, "slo": slo}
        events, bad = (_ever_fewer(seeded(what, of), steps) for what in ("events", "bad events"))
        known = ["0" if one == STALE else one for one in bad]
        tokens[selector(f"service_slo:events:{over}", of)] = events
        tokens[selector(f"service_slo:bad_events:{over}", of)] = [
            STALE if every == STALE else one for every, one in zip(events, known, strict=True)
        ]
    return tokens


def _ever_fewer(rng: random.Random, steps: int) -> list[str]:
    many, few = (fuzz(rng, values, (1, 3, 10, 40)) for values in ((2, 5, 9.5, 30), (0.1, 0.2, 0.5)))
    values = [*islice(many, steps // 2), *islice(few, steps // 4)]
    return [*values, *["0"] * (steps - len(values))]


def _filled(exporter: str, record: str, per: tuple[str, str]) -> dict[str, list[str]]:
    """Fourteen hours of free space; of some disks as much is known as is needed, or a little less.

    Args:
        exporter: Whose record it is.
        record: The recorded free space.
        per: The labels of a disk, of which the second tells it from others.
    """
    steps = 14 * HOUR // 15
    tokens = {}
    where, which = per
    for service in (exporter, CONTROL):
        for known in (None, 200, 213, 217, 230, 1100, 1293, 1297, 1400):
            of = {"service": service, where: "a", which: f"/{known}"}
            values = list(islice(_free(seeded(service, known)), steps))
            if known:
                unknown = 10 * HOUR // 15 - known + 1
                values[:unknown] = [MISSING] * unknown
            tokens[selector(record, of)] = values
        flat = {"service": service, where: "a", which: "/flat"}
        tokens[selector(record, flat)] = ["1000"] * steps
    return tokens


def _free(rng: random.Random) -> Iterator[str]:
    """Free space that goes steadily up, down, or nowhere."""
    free = 1000.0
    while True:
        change = rng.choice((0, -0.05, -0.2, 0.3))
        for _ in range(rng.choice((60, 240, 300, 700, 1500))):
            yield f"{free:.9g}"
            free = max(1.0, free + change)


def _patchy(rng: random.Random) -> Iterator[str]:
    """Numbers that are often not known, not a number, or nothing."""
    while True:
        token = rng.choice((STALE, STALE, "NaN", "0", *(f"{rng.uniform(0, 3):.8g}" for _ in range(16))))
        yield from [token] * rng.choice((1, 1, 2, 4))
