"""The same objectives as rules of three generators, evaluated in one Prometheus over the same data."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path

from vitals.local.stack.rendered_rules import RenderedRule, readings
from vitals.model.conventions import BUCKET_BOUND, INSTANCE, JOB, SERVICE
from vitals.verify.query_cost.count import END, CountPrograms, filled, running
from vitals.verify.query_cost.peers import SERVER_S, Objective, pyrra, sloth
from vitals.verify.query_cost.queried import samples_of_rules
from vitals.verify.query_cost.report import RuleCost
from vitals.verify.query_cost.synthetic import Key

OURS, SLOTH, PYRRA = "Vitals", "sloth", "pyrra"
_BEYOND_S = 3600.0
"""How much longer than it is read a series is filled, so that each window is full."""


@dataclass(frozen=True)
class GeneratorCost:
    """What one generator's rules read for all objectives.

    Attributes:
        name: The generator.
        objectives: How many objectives there are.
        rules: What each of its rules costs.
    """

    name: str
    objectives: int
    rules: Sequence[RuleCost]

    @property
    def rules_each(self) -> float:
        """Rules of one objective."""
        return len(self.rules) / self.objectives

    @property
    def per_evaluation(self) -> float:
        """Samples of one objective when each of its rules is evaluated once."""
        return sum(rule.samples for rule in self.rules) / self.objectives

    @property
    def per_minute(self) -> float:
        """Samples of one objective in a minute."""
        return sum(rule.samples * 60 / rule.interval_s for rule in self.rules) / self.objectives

    @property
    def dearest(self) -> RuleCost:
        """The rule that reads most in a minute."""
        return max(self.rules, key=lambda rule: rule.samples / rule.interval_s)


def objectives(services: Iterable[str], *, errors: float, slow: float, within_s: float) -> list[Objective]:
    """Both objectives of each service, by the counters of the contract.

    Args:
        services: Their names.
        errors: The share of requests that may fail.
        slow: The share of requests that may be slower than ``within_s`` seconds.
        within_s: A bucket bound.
    """
    found = []
    for name in services:
        calls, times = "api_calls_total", "api_response_time_seconds"
        of = f'service="{name}"'
        failed = f'{calls}{{{of},status=~"5.."}}'
        fast = f'{times}_bucket{{{of},le="{within_s}"}}'
        found.append(Objective(name, "availability", errors, f"{calls}{{{of}}}", bad=failed))
        found.append(Objective(name, "latency", slow, f"{times}_count{{{of}}}", good=fast))
    return found


def rules_of(
    ours: Sequence[RenderedRule], of: Sequence[Objective], within_s: float = inf
) -> dict[str, list[RenderedRule]]:
    """The rules of each generator, of those that look back at most ``within_s`` seconds."""
    found = {
        OURS: list(ours),
        SLOTH: [rule for one in of for rule in sloth(one)],
        PYRRA: [rule for one in of for rule in pyrra(one)],
    }
    return {
        name: [rule for rule in rules if all(one.reach_s <= within_s for one in readings(rule.expr))]
        for name, rules in found.items()
    }


async def compare(
    rules: Mapping[str, Sequence[RenderedRule]],
    of: Sequence[Objective],
    programs: CountPrograms,
    say: Callable[[str], None],
) -> list[GeneratorCost]:
    """Evaluate every rule of each generator once and count.

    Each service has the fewest series that both objectives can have, scraped as kube-prometheus does it: one replica,
    one endpoint, two statuses. That favours generators that read raw counters over days.

    Args:
        rules: Rules by generator.
        of: The objectives.
        programs: Prometheus and promtool.
        say: Called with what happens.

    Raises:
        VitalsError: Prometheus cannot start, or promtool refuses the data.
        QueryError: Prometheus refuses a rule.
    """
    recorded = [one for found in rules.values() for one in filling(found)]
    reach = max(one.reach_s for found in rules.values() for rule in found for one in readings(rule.expr))
    raw = [
        (key, reach + _BEYOND_S, SERVER_S)
        for service in dict.fromkeys(one.service for one in of)
        for key in _raw(service)
    ]
    say(f"{len(raw)} raw series over {reach / 86400:.0f} days, {len(recorded)} recorded ones")
    with tempfile.TemporaryDirectory(prefix="vitals-peers-", ignore_cleanup_errors=True) as temporary:
        folder = await filled(Path(temporary) / "data", [*raw, *recorded], programs)
        async with running(folder, programs) as api:
            return [
                GeneratorCost(name, len(of), await samples_of_rules(found, api, END)) for name, found in rules.items()
            ]


def _raw(service: str) -> list[Key]:
    target = {SERVICE: service, JOB: service, INSTANCE: f"{service}-1", "endpoint": "/", "method": "GET"}
    times = "api_response_time_seconds"
    named = [("api_calls_total", {"status": status}) for status in ("200", "503")]
    named += [(f"{times}_count", {}), (f"{times}_bucket", {BUCKET_BOUND: "0.25"})]
    return [(name, tuple(sorted((target | labels).items()))) for name, labels in named]


def filling(rules: Sequence[RenderedRule], most_s: float = inf) -> list[tuple[Key, float, float]]:
    """The series that rules record and others of them read, how far back (at most ``most_s``), and their pace."""
    reach: dict[str, float] = {}
    for rule in rules:
        for one in readings(rule.expr):
            reach[one.name] = max(reach.get(one.name, 0.0), one.reach_s)
    return [
        ((rule.name, tuple(sorted(rule.labels.items()))), min(most_s, reach[rule.name] + _BEYOND_S), rule.pace_s)
        for rule in rules
        if rule.records and rule.name in reach
    ]
