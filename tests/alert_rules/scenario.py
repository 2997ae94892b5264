"""A scenario: the pasts of replicas, and in round numbers which alerts fire when.

The oracle makes exact times of it, and :mod:`tests.alert_rules.promtool_cases` hands both to the real ``promtool test
rules``. A scenario of a catalogue that the oracle does not know is run by its own bounds alone: silence is checked over
the whole run, and every critical alert that it does not expect must be silent.
"""

from __future__ import annotations

import re
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

import yaml

from tests.alert_rules.expected_once import expected_once
from tests.alert_rules.proof_required import needs_proof
from vitals.kit.alerts.alert import Alert
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import Severity
from vitals.render import Plan
from vitals.verify.oracle.conditions import Firing
from vitals.verify.project.promtool_test import one_test
from vitals.verify.project.traffic import Replica, selector

PLATFORM = "vitals"
"""The service of the Watchdog."""
READS = {
    "arrival": ("outage",),
    "slo": ("outage",),
    "slo-long": ("slo", "outage"),
    "capacity": ("system",),
}
"""Groups whose rules read what other groups of the same service record or fire."""


class Sampled(Protocol):
    """Whatever has samples to bring home: a replica, a process of any kind, or recorded history."""

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:
        """Tokens of promtool's notation by series."""
        ...


class Proof(StrEnum):
    """What a scenario shows about the alerts that it names, beside their firing and their end."""

    UNDER = "it is quiet just under the bound"
    MISSING = "its series go missing"
    FEW = "there is hardly any traffic"
    START = "the history has only begun"


@dataclass(frozen=True, slots=True)
class Fires:
    """An alert that must fire.

    Attributes:
        alert: Its id.
        by: The second by which it fires.
        quiet_until: It has not fired before this second.
        over_by: The second by which it is over and stays so; ``None`` where the scenario does not end it.
        summary: Its whole summary at ``by``, so that the current value in it is held too.
        labels: Labels that the firing alert carries beside those of its rule.
    """

    alert: str
    by: float
    quiet_until: float = 0
    over_by: float | None = None
    summary: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scenario:
    """The samples of a past and the alerts that fire in it.

    Attributes:
        name: Its id in the test report.
        replicas: The lives of the replicas.
        lasts: Seconds from the first to the last evaluation.
        fires: The alerts that must fire; any other critical one must not.
        quiet: Ids of further alerts that must not fire at any time.
        evaluated: Seconds between evaluations. promtool evaluates every group at one pace.
        step: Seconds between two tokens of the input; ``None`` for the scrape interval.
        service: Whose replicas they are.
        proves: What it shows about the alerts that it names.
    """

    name: str
    replicas: Sequence[Sampled]
    lasts: float
    fires: Sequence[Fires] = ()
    quiet: Sequence[str] = ()
    evaluated: int = 15
    step: int | None = None
    service: str = "wellness-api"
    proves: Sequence[Proof] = ()

    def groups(self, plan: Plan) -> frozenset[str]:
        """The rule groups that it needs: those of the alerts it names, and whatever they read."""
        named = {fires.alert for fires in self.fires} | set(self.quiet)
        found = {
            alert.group for alert in plan.alerts if alert.id in named and alert.service in (self.service, PLATFORM)
        }
        if any(isinstance(replica, Replica) for replica in self.replicas):
            found |= {f"{self.service}.{group}" for group in ("outage", "slo")}
        known = {group.name for group in plan.groups}
        for name in sorted(found, reverse=True):
            service, _, group = name.rpartition(".")
            found |= {f"{service}.{read}" for read in READS.get(group, ())}
        return frozenset(found & known)

    def judged(self, plan: Plan) -> list[Alert]:
        """Every alert of its groups."""
        groups = self.groups(plan)
        return [alert for alert in plan.alerts if alert.group in groups]

    @property
    def last(self) -> int:
        """The second of the last evaluation."""
        return int(self.lasts // self.evaluated) * self.evaluated

    def paced(self, plan: Plan) -> int:
        """Seconds between two tokens of the input."""
        return self.step or self._scraped_every(plan)

    def samples(self, plan: Plan) -> dict[str, list[str]]:
        """What is scraped in it: tokens of promtool's notation by series."""
        step = self.paced(plan)
        interval = max(step, self._scraped_every(plan))
        found: dict[str, list[str]] = {}
        for replica in self.replicas:
            found |= replica.series(self.service, step=step, interval=interval)
        return found

    def promtool_test(self, plan: Plan, checks: Sequence[Mapping[str, object]]) -> dict[str, object]:
        """The scenario as one test of a promtool unit-test file."""
        return one_test(
            self.name, self.samples(plan), step=self.paced(plan), checks=checks, summaries=self._summaries(plan)
        )

    def _summaries(self, plan: Plan) -> list[dict[str, object]]:
        """The whole alerts at the moments at which their summaries are compared, all of a name together."""
        summaries: dict[tuple[str, float], list[dict[str, object]]] = {}
        for fires in self.fires:
            if fires.summary:
                alert = _alert(plan, self.service, fires.alert)
                summaries.setdefault((alert.name, fires.by), []).append(_summarised(plan, alert, fires))
        return [
            {"alertname": name, "eval_time": f"{round(at)}s", "exp_alerts": alerts}
            for (name, at), alerts in summaries.items()
        ]

    def bounded(self, plan: Plan) -> list[dict[str, object]]:
        """Checks by the bounds that stand in it: no page but the expected ones, and those in their time."""
        expected = {fires.alert for fires in self.fires}
        pages = [alert for alert in needs_proof(plan.alerts) if alert.severity is Severity.CRITICAL]
        checks = [
            _never(alert, 0, self.lasts)
            for alert in _alerts(plan, self.service)
            if alert.id in self.quiet or (alert in pages and alert.id not in expected)
        ]
        for fires in self.fires:
            checks += _fires(_alert(plan, self.service, fires.alert), fires, self.lasts)
        return checks

    def _scraped_every(self, plan: Plan) -> int:
        return next(int(seconds(job.interval)) for job in plan.jobs if job.name == self.service)


def expected_by_oracle(scenario: Scenario, plan: Plan) -> dict[tuple[str, str], Firing]:
    """When each alert of the scenario fires by the oracle, by its id and service."""
    return expected_once(
        scenario.samples(plan),
        [(alert.id, alert.service) for alert in scenario.judged(plan)],
        step=scenario.paced(plan),
        pace=scenario.evaluated,
        lasts=scenario.last,
    )


def run(scenarios: Sequence[Scenario], plan: Plan, rule_files: Sequence[Path], promtool: Path, folder: Path) -> None:
    """Run scenarios by ``promtool test rules`` and fail with its report.

    Args:
        scenarios: All evaluated at the same pace.
        plan: The composed environment whose rules are tested.
        rule_files: Its rendered rule files; those of other services are left out, they have no samples.
        promtool: The program.
        folder: Where the unit-test file may lie.
    """
    (evaluated,) = {scenario.evaluated for scenario in scenarios}
    speak_of = {"vitals", *(scenario.service for scenario in scenarios)}
    document = {
        "rule_files": [str(file) for file in rule_files if file.name.split(".")[0] in speak_of],
        "evaluation_interval": f"{evaluated}s",
        "group_eval_order": [group.name for group in plan.groups],
        "tests": [scenario.promtool_test(plan, scenario.bounded(plan)) for scenario in scenarios],
    }
    file = folder / "unit_test.yaml"
    file.write_text(yaml.safe_dump(document, sort_keys=False, width=10_000_000))
    ran = subprocess.run([promtool, "test", "rules", str(file)], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def _alerts(plan: Plan, service: str) -> list[Alert]:
    return [alert for alert in plan.alerts if alert.service == service]


def _alert(plan: Plan, service: str, alert_id: str) -> Alert:
    service = PLATFORM if alert_id == "meta.watchdog" else service
    return next(alert for alert in _alerts(plan, service) if alert.id == alert_id)


def _firing(alert: Alert) -> str:
    labels = {"alertname": alert.name, "alertstate": "firing", "service": alert.service, **alert.labels}
    return selector("ALERTS", labels)


def _never(alert: Alert, start: float, end: float) -> dict[str, object]:
    query = f"count_over_time({_firing(alert)}[{max(1, round(end - start))}s])"
    return {"expr": query, "eval_time": f"{round(end)}s", "exp_samples": []}


def _fires(alert: Alert, fires: Fires, end: float) -> list[dict[str, object]]:
    firing = {"expr": f"count({_firing(alert)})", "exp_samples": [{"labels": "{}", "value": 1}]}
    checks: list[dict[str, object]] = [{**firing, "eval_time": f"{round(fires.by)}s"}]
    if fires.quiet_until:
        checks.append(_never(alert, 0, fires.quiet_until))
    if fires.over_by is not None:
        checks.append(_never(alert, fires.over_by, end))
    return checks


def _summarised(plan: Plan, alert: Alert, fires: Fires) -> dict[str, object]:
    rule = alert.rule(plan.environment)
    labels, annotations = rule["labels"], rule["annotations"]
    assert isinstance(labels, dict)
    assert isinstance(annotations, dict)
    filled = {
        name: re.sub(r"\{\{ \$labels\.(\w+) \}\}", lambda match: fires.labels[match[1]], text)
        for name, text in annotations.items()
        if name != "summary"
    }
    return {"exp_labels": {**labels, **fires.labels}, "exp_annotations": {**filled, "summary": fires.summary}}
