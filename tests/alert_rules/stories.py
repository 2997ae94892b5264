"""Every story as the real ``promtool test rules`` reads it, one by one, to be run against any set of rule files.

A story names the groups whose rules it needs and judges every alert in them, over its whole length. It knows no rule
file: the shipped ones are proven by it, and spoilt ones must be found by it.
"""

from __future__ import annotations

import json
import subprocess
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import yaml

from tests.alert_rules.bounds import Foretold, contradictions
from tests.alert_rules.scenario import Scenario, foretold
from tests.alert_rules.told import CASES
from tests.alert_rules.traffic import selector
from tests.oracle.published import PUBLISHED
from vitals.render import Plan


@dataclass(frozen=True, slots=True)
class Story:
    """One story and what it needs.

    Attributes:
        name: Its name, unique.
        alerts: Ids of the alerts of which it says when they fire, or that they do not.
        groups: Names of the rule groups that must be loaded; a group's file is called as the group.
        document: A unit-test document of promtool with one test, without ``rule_files``.
        given: Names of records that are among its samples; the rules that would record them must be left out.
    """

    name: str
    alerts: frozenset[str]
    groups: frozenset[str]
    document: Mapping[str, object]
    given: frozenset[str] = frozenset()


def story(scenario: Scenario, plan: Plan, fires: Foretold | None = None) -> Story:
    """A scenario, told to promtool: the oracle says when each alert fires, and each evaluation is held to it.

    Args:
        scenario: The scenario.
        plan: The environment whose rules it is about.
        fires: When each judged alert fires, where the oracle was asked already.

    Raises:
        AssertionError: The scenario's own bounds and the oracle disagree.
    """
    fires = foretold(scenario, plan) if fires is None else fires
    denied = contradictions(scenario, fires)
    assert not denied, f"{scenario.name}: {denied}"
    return Story(
        scenario.name,
        frozenset(alert.id for alert in scenario.judged(plan)),
        scenario.groups(plan),
        {
            "evaluation_interval": f"{scenario.evaluated}s",
            "group_eval_order": in_order(scenario.groups(plan)),
            "tests": [scenario.told_to_promtool(plan, expectations(scenario, plan, fires))],
        },
    )


def stories(plan: Plan, groups: frozenset[str] = frozenset()) -> list[Story]:
    """Every story about the rules of an environment that has all services and exporters.

    Args:
        plan: The environment.
        groups: If any, only stories that load one of these rule groups.
    """
    return [story(scenario, plan) for scenario in CASES if not groups or scenario.groups(plan) & groups]


def expectations(scenario: Scenario, plan: Plan, foretold: Foretold) -> list[dict[str, object]]:
    """Checks that leave no evaluation and no label open.

    Between two moments at which any alert of a name begins or ends to fire, each of its series has fired at every
    evaluation or at none. So one query for each such span says all, and an alert with a label more or less is found.
    """
    owners = {watched.name: watched.owner for watched in plan.watched}
    by_name: dict[str, list[tuple[str, list[tuple[int, int]]]]] = defaultdict(list)
    for (alert, service), fires in foretold.items():
        said = PUBLISHED[alert, service]
        by_name[said.name] += []
        for group, stretches in fires.items():
            labels = {
                "alertname": said.name,
                "alertstate": "firing",
                "severity": said.severity,
                "service": service,
                "owner": owners.get(service, plan.environment.operators),
                **said.labels,
                **dict(zip(said.per, group, strict=True)),
            }
            by_name[said.name].append((selector("", labels), stretches))
    last, pace = scenario.last, scenario.evaluated
    return [check for name, series in by_name.items() for check in _every_span(name, series, last=last, pace=pace)]


def _every_span(
    name: str, series: Sequence[tuple[str, list[tuple[int, int]]]], *, last: int, pace: int
) -> Iterator[dict[str, object]]:
    edges = {edge for _, stretches in series for first, end in stretches for edge in (first - pace, end)}
    for begin, end in pairwise([-1, *sorted(edges - {-pace, last}), last]):
        fired = {
            labels: sum(begin < moment <= end for first, stop in stretches for moment in range(first, stop + 1, pace))
            for labels, stretches in series
        }
        yield {
            "expr": f'count_over_time(ALERTS{{alertname="{name}", alertstate="firing"}}[{end - begin}s])',
            "eval_time": f"{end}s",
            "exp_samples": [{"labels": labels, "value": times} for labels, times in fired.items() if times],
        }


def in_order(groups: Iterable[str]) -> list[str]:
    """Groups, those that read what others record or fire behind them.

    promtool evaluates one after the other at the same instant. A real Prometheus spreads them over their interval, so
    there a reader may see what it reads up to one evaluation later.
    """
    last = ("arrival", "slo", "slo-long", "capacity", "trend")
    return sorted(groups, key=lambda name: (*(name.endswith(f".{group}") for group in reversed(last)), name))


def together(told: Sequence[Story]) -> list[list[Story]]:
    """Stories that one run of promtool can tell: the same rules at the same pace."""
    batches: dict[tuple[object, ...], list[Story]] = defaultdict(list)
    for one in told:
        batches[one.document["evaluation_interval"], one.groups, one.given].append(one)
    return list(batches.values())


def run(told: Sequence[Story], rule_files: Mapping[str, Path], promtool: Path, folder: Path) -> None:
    """Run stories with one promtool and fail with its report.

    Args:
        told: Stories that go together.
        rule_files: The rule file of each group.
        promtool: The program.
        folder: Where the unit-test file may lie.
    """
    document = {
        **told[0].document,
        "rule_files": [str(_without(rule_files[group], told[0].given, folder)) for group in sorted(told[0].groups)],
        "tests": [test for one in told for test in _tests(one)],
    }
    file = folder / "unit_test.yaml"
    file.write_text(json.dumps(document))
    ran = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout[-4000:] + ran.stderr[-4000:]


def _without(file: Path, given: frozenset[str], folder: Path) -> Path:
    """A rule file without the rules that record what is given."""
    if not given:
        return file
    document = yaml.load(file.read_text(), Loader=yaml.CSafeLoader)
    for group in document["groups"]:
        group["rules"] = [rule for rule in group["rules"] if rule.get("record") not in given]
    left = folder / file.name
    left.write_text(json.dumps(document))
    return left


def _tests(one: Story) -> list[object]:
    tests = one.document["tests"]
    assert isinstance(tests, list)
    return tests
