"""Three weeks of requests in which one past day decides whether vanished traffic pages, each of the four in its turn.

A fault is looked at every four hours of the last days, at the same moment as in each past day. Of those, two were busy
and one quiet beyond doubt, and the fourth is so near to the bound that a fifth more or less of any number changes its
vote, and with it what is decided; or nothing is known of it, and one or two of the others were quiet.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from tests.alert_rules.boundary_fuzz import PresetSeries
from tests.alert_rules.bounds import ExpectedFiring
from tests.alert_rules.expected_once import expected_once
from tests.alert_rules.promtool_cases import PromtoolCase, expectations
from tests.alert_rules.scenario_run import promtool_test
from tests.alert_rules.seeded_random import CONTROL
from tests.oracle.of_arrival import DAY, PACE, arrival
from tests.oracle.scenario import Scenario
from vitals.render import Plan
from vitals.verify.oracle.measures import MINUTE, Now
from vitals.verify.oracle.traffic import MISSING, STALE, selector

API = "wellness-api"
CALLS, USUAL_PACE = "service:api_calls:irate", "service:api_calls:usual3h"
STEP, EVALUATED = 5 * MINUTE, 4 * 60 * MINUTE
"""Past days are read at each sample. An evaluation is further from the next one than Prometheus looks back, so each
stands for itself: to promtool those of every fourth hour are shown, and the oracle looks at each sample."""
PAST_DAYS = (1, 7, 14, 21)
"""How many days ago they were: yesterday first, for from the second day of faults on, yesterday had some itself."""
FIRST, DAYS = 22, 25
"""The first day that has all four past days, and how many days there are."""
USUAL = 20.0
BELOW, ABOVE = 0.92 * 0.3 * USUAL, 1.08 * 0.3 * USUAL
"""Requests per second just below and just above what is busy."""
JUST_BUSY, JUST_QUIET = 9, 11
"""Of the 48 moments of four hours how many are below: the quieter fifth is between the tenth and the eleventh."""
FAULT_S = 10 * MINUTE
"""Nothing has arrived for so long when it is evaluated."""


@dataclass(frozen=True)
class PastDays:
    """Past days of one moment.

    Attributes:
        decides: How many days ago the one was whose vote decides.
        below: How many of its moments are below the bound; ``None`` where nothing is known of it.
        quiet: How many days ago those were that were quiet.
    """

    decides: int
    below: int | None
    quiet: tuple[int, ...]


def _faults() -> list[PastDays]:
    found = []
    for day in PAST_DAYS:
        one, *others = sorted({7, 14, 21} - {day})
        found += [PastDays(day, below, (one,)) for below in (JUST_BUSY, JUST_QUIET, None)]
        found.append(PastDays(day, None, (one, others[0])))
    return found


def requests() -> list[str]:
    """Requests per second at each step, in promtool's notation."""
    found = [f"{USUAL:g}"] * (DAYS * DAY // STEP)
    for at, fault in _by_time():
        then = at - fault.decides * DAY
        if fault.below is None:
            _around(found, then, [STALE, *[MISSING] * 47])
        else:
            _around(found, then, [f"{ABOVE:g}"] * 48)
            _around(found, then, [f"{BELOW:g}"] * fault.below)
        for day in fault.quiet:
            _around(found, at - day * DAY, ["0"] * 48)
    return _with_faults(found)


def _by_time() -> list[tuple[int, PastDays]]:
    return [(FIRST * DAY + number * EVALUATED, fault) for number, fault in enumerate(_faults())]


def _around(found: list[str], at: int, levels: list[str]) -> None:
    """Put levels into the middle of the four hours around a moment: the first is read just after their beginning."""
    begin = at // STEP - len(levels) // 2 + 1
    found[begin : begin + len(levels)] = levels


def always_busy(steps: int) -> list[str]:
    """Requests per second of a service of which each past day was busy."""
    return _with_faults([f"{USUAL:g}"] * steps)


def _with_faults(found: list[str]) -> list[str]:
    for at, _ in _by_time():
        end = at // STEP
        found[end - FAULT_S // STEP + 1 : end + 1] = ["0"] * (FAULT_S // STEP)
    return found


def past_day_cases(plan: Plan) -> Iterator[PromtoolCase]:
    """The weeks, as a case for promtool."""
    tokens = requests()
    steps = len(tokens)
    before = FIRST * DAY // STEP - 1
    usual = ["0"] * before + [f"{USUAL:g}"] * (steps - before)  # before the first fault nothing can be missed
    target = {"service": API, "job": API, "instance": "a"}
    shown = {
        selector("up", target): ["1"] * steps,
        selector("api_requests_in_flight", target): ["0"] * steps,
        **{selector(record, {"service": API}): tokens for record in (CALLS, PACE)},
        **{selector(record, {"service": CONTROL}): always_busy(steps) for record in (CALLS, PACE)},
        **{selector(USUAL_PACE, {"service": service}): usual for service in (API, CONTROL)},
    }
    lasts = (steps - 1) * STEP
    scenario = Scenario("one past day decides", [PresetSeries(shown)], lasts, (), (), EVALUATED, STEP, service=API)
    alert = "api.arrival.gone", API
    said = {alert: arrival(Now(CALLS))[alert[0]]}

    def test() -> dict[str, object]:
        often = expected_once(shown, [alert], step=STEP, pace=STEP, lasts=lasts, said=said)[alert][()]
        seldom = [at for at in range(0, lasts, EVALUATED) if any(first <= at <= last for first, last in often)]
        fires: ExpectedFiring = {alert: {(): [(at, at) for at in seldom]}}
        return promtool_test(scenario, plan, expectations(scenario, plan, fires))

    groups = frozenset(one.group for one in plan.alerts if (one.id, one.service) == alert)
    yield PromtoolCase(
        scenario.name, frozenset({alert[0]}), groups, EVALUATED, test, frozenset({CALLS, PACE, USUAL_PACE})
    )
