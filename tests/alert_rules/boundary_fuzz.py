"""Boundary fuzz: recorded numbers that jump about the bounds of alerts.

What is recorded of a service is preset, not counted: each series stays for a while exactly at a bound, a little to one
side of it or the other, or is gone, each on its own, in an order that is the same in every run. Those of a control
service do the same. The oracle says when each alert fires.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, product

from tests.alert_rules.expected_once import expected_once
from tests.alert_rules.promtool_cases import PromtoolCase, expectations
from tests.alert_rules.scenario_run import promtool_test, scraped_every, up
from tests.alert_rules.seeded_random import CONTROL, seeded
from tests.oracle.declared import Alert
from tests.oracle.of_records import RECORDED, Recorded
from tests.oracle.scenario import Scenario
from vitals.render import Plan
from vitals.verify.oracle.conditions import Statement
from vitals.verify.oracle.observations import Group
from vitals.verify.oracle.traffic import MISSING, STALE, selector

STEP, STEPS = 60, 480
"""Seconds between two samples and between two evaluations, and how many there are: a working day."""
STAYS = (1, 2, 3, 6, 11, 16, 32, 64)
"""For how many steps a value stays: about as long as alerts wait, and much longer."""
GONE = 0.08
"""How likely a series is gone for a while."""
MOST_GROUPS = 4


@dataclass(frozen=True, slots=True)
class PresetSeries:
    """Samples as they are."""

    tokens: dict[str, list[str]]

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:  # noqa: ARG002 - as a process
        """The samples."""
        return self.tokens


def boundary_fuzz_cases(plan: Plan) -> list[PromtoolCase]:
    """A case for each service and exporter whose alerts compare what is recorded with bounds."""
    return [_of(recorded, plan) for recorded in RECORDED]


def _of(recorded: Recorded, plan: Plan) -> PromtoolCase:
    tokens = {}
    for record, (per, values) in recorded.values().items():
        for service in (recorded.service, CONTROL):
            for group in groups(per):
                labels = {"service": service, **dict(zip(per, group, strict=True))}
                tokens_of_series = fuzz(seeded(recorded.service, record, service, group), values, STAYS)
                tokens[selector(record, labels)] = list(islice(tokens_of_series, STEPS))
    name = f"what is recorded of {recorded.service} jumps about its bounds"
    return preset_case(name, recorded.service, tokens, recorded.statements(), plan, step=STEP)


def preset_case(
    name: str,
    service: str,
    tokens: dict[str, list[str]],
    statements: Mapping[Alert, Statement],
    plan: Plan,
    *,
    step: int,
) -> PromtoolCase:
    """A case of preset series, in which some alerts are compared at every evaluation.

    Args:
        name: Its name.
        service: The service whose alerts they are.
        tokens: Samples in promtool's notation by series, equally many of each.
        statements: The spec of the alerts, by id and service.
        plan: The environment.
        step: Seconds between two samples and between two evaluations.
    """
    lasts = (len(next(iter(tokens.values()))) - 1) * step
    says_scrapes = any(series.startswith("up{") for series in tokens)
    pace = step if says_scrapes else min(step, scraped_every(service, plan))
    samples = tokens if says_scrapes else _scraped(tokens, service, times=step // pace)
    scenario = Scenario(name, [PresetSeries(samples)], lasts, evaluated=step, step=pace, service=service)

    def test() -> dict[str, object]:
        fires = expected_once(samples, list(statements), step=pace, pace=step, lasts=scenario.last, said=statements)
        assert all(fires.values()), f"{name}: {[alert for alert, found in fires.items() if not found]} never fire"
        return promtool_test(scenario, plan, expectations(scenario, plan, fires))

    groups = frozenset(alert.group for alert in plan.alerts if (alert.id, alert.service) in statements)
    preset = frozenset(series.partition("{")[0] for series in tokens) - {"ALERTS"}
    return PromtoolCase(name, frozenset(alert for alert, _ in statements), groups, step, test, preset)


def _scraped(tokens: dict[str, list[str]], service: str, *, times: int) -> dict[str, list[str]]:
    """The same samples beside the scrapes behind them, so many for each: a page asks whether there were any lately."""
    apart = [f"{MISSING}x{times - 1}"] if times > 1 else []
    spaced = {series: [part for token in some for part in (token, *apart)] for series, some in tokens.items()}
    scrapes = times * len(next(iter(tokens.values())))
    return {**spaced, up(service): [f"1x{scrapes - 1}"]}


def groups(per: Group) -> list[Group]:
    """A few groups, of which some share each label with another."""
    if not per:
        return [()]
    return list(islice(product("ab" if len(per) > 1 else "abc", repeat=len(per)), MOST_GROUPS))


def fuzz(rng: random.Random, values: Sequence[float], holds: Sequence[int]) -> Iterator[str]:
    """Tokens without an end: a value for a while, then another, or none."""
    while True:
        token = STALE if rng.random() < GONE else f"{rng.choice(values):.17g}"
        yield from [token] * rng.choice(holds)
