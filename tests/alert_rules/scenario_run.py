"""A scenario beside the rules of an environment: the groups that it needs, and how promtool gets it.

A scenario of a catalogue that the oracle does not know is run by its own bounds alone: silence is checked over the
whole run, and every critical alert that it does not expect must be silent.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import zip_longest

from tests.alert_rules.expected_once import expected_once
from tests.alert_rules.proof_required import needs_proof
from tests.oracle.scenario import Fires, Scenario
from vitals.kit.alerts.alert import Alert
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import Severity
from vitals.model.promql import names_in
from vitals.render import Plan
from vitals.verify.oracle.conditions import Firing
from vitals.verify.oracle.observations import labels_of
from vitals.verify.oracle.traffic import MISSING, Replica, selector
from vitals.verify.project.promtool_test import one_test

_REPEATED = re.compile(r"(?P<value>[^x]+)x(?P<times>\d+)")
PLATFORM = "vitals"
"""The service of the Watchdog."""
READS = {
    "arrival": ("outage",),
    "slo": ("outage",),
    "slo-long": ("slo", "outage"),
    "capacity": ("system",),
}
"""Groups whose rules read what other groups of the same service record or fire."""


def groups_of(scenario: Scenario, plan: Plan) -> frozenset[str]:
    """The rule groups that it needs: those of the alerts it names, and whatever they read."""
    named = [
        alert for alert in plan.alerts if alert.id in scenario.named and alert.service in (scenario.service, PLATFORM)
    ]
    found = {alert.group for alert in named}
    found |= {
        f"{alert.service}.{alert.signal.group}"
        for alert in named
        if alert.signal and alert.signal.record in names_in(alert.expr)
    }
    if any(isinstance(replica, Replica) for replica in scenario.replicas):
        found |= {f"{scenario.service}.{group}" for group in ("outage", "slo")}
    known = {group.name for group in plan.groups}
    for name in sorted(found, reverse=True):
        service, _, group = name.rpartition(".")
        found |= {f"{service}.{read}" for read in READS.get(group, ())}
    return frozenset(found & known)


def judged(scenario: Scenario, plan: Plan) -> list[Alert]:
    """Every alert of its groups."""
    groups = groups_of(scenario, plan)
    return [alert for alert in plan.alerts if alert.group in groups]


def paced(scenario: Scenario, plan: Plan) -> int:
    """Seconds between two tokens of the input."""
    return scenario.step or scraped_every(scenario.service, plan)


def samples_of(scenario: Scenario, plan: Plan) -> dict[str, list[str]]:
    """What is scraped in it, and that it was: tokens of promtool's notation by series."""
    found = own_samples(scenario, plan)
    return {**_targets(found, scenario.service), **found}


def own_samples(scenario: Scenario, plan: Plan) -> dict[str, list[str]]:
    """What the scenario itself says is scraped, which need not be more than an alert is about."""
    step = paced(scenario, plan)
    interval = max(step, scraped_every(scenario.service, plan))
    found: dict[str, list[str]] = {}
    for replica in scenario.replicas:
        found |= replica.series(scenario.service, step=step, interval=interval)
    return found


def one_by_one(tokens: Iterable[str]) -> Iterator[str]:
    """A token for each sample; ``1x3`` stands for four, and ``_x3`` for three."""
    for token in tokens:
        found = _REPEATED.fullmatch(token)
        if found is None:
            yield token
        else:
            yield from [found["value"]] * (int(found["times"]) + (found["value"] != MISSING))


def _targets(found: Mapping[str, Iterable[str]], service: str) -> dict[str, list[str]]:
    """The scrape's own series, where a scenario does not say it: a page asks whether anything was scraped."""
    if any(series.startswith("up{") and labels_of(series)["service"] == service for series in found):
        return {}
    moments = zip_longest(*map(one_by_one, found.values()), fillvalue=MISSING)
    return {up(service): [MISSING if set(seen) == {MISSING} else "1" for seen in moments]}


def up(service: str) -> str:
    """The series of Prometheus for the target of a service in a scenario that names none."""
    return selector("up", {"service": service, "job": service, "instance": "t:9000"})


def promtool_test(scenario: Scenario, plan: Plan, checks: Sequence[Mapping[str, object]]) -> dict[str, object]:
    """The scenario as one test of a promtool unit-test file."""
    return one_test(
        scenario.name,
        samples_of(scenario, plan),
        step=paced(scenario, plan),
        checks=checks,
        summaries=_summaries(scenario, plan),
    )


def expected_by_oracle(scenario: Scenario, plan: Plan) -> dict[tuple[str, str], Firing]:
    """When each alert of the scenario fires by the oracle, by its id and service."""
    return expected_once(
        samples_of(scenario, plan),
        [(alert.id, alert.service) for alert in judged(scenario, plan)],
        step=paced(scenario, plan),
        pace=scenario.evaluated,
        lasts=scenario.last,
    )


def bounded_test(scenario: Scenario, plan: Plan) -> dict[str, object]:
    """The scenario as a test that is held to its own bounds: no page but the expected ones, and those in their time."""
    expected = {fires.alert for fires in scenario.fires}
    pages = [alert for alert in needs_proof(plan.alerts) if alert.severity is Severity.CRITICAL]
    checks = [
        _never(alert, 0, scenario.lasts)
        for alert in _alerts(plan, scenario.service)
        if alert.id in scenario.quiet or (alert in pages and alert.id not in expected)
    ]
    for fires in scenario.fires:
        checks += _fires(_alert(plan, scenario.service, fires.alert), fires, scenario.lasts)
    return promtool_test(scenario, plan, checks)


def _summaries(scenario: Scenario, plan: Plan) -> list[dict[str, object]]:
    """The whole alerts at the moments at which their summaries are compared, all of a name together."""
    summaries: dict[tuple[str, float], list[dict[str, object]]] = {}
    for fires in scenario.fires:
        if fires.summary:
            alert = _alert(plan, scenario.service, fires.alert)
            summaries.setdefault((alert.name, fires.by), []).append(_summarised(plan, alert, fires))
    return [
        {"alertname": name, "eval_time": f"{round(at)}s", "exp_alerts": alerts}
        for (name, at), alerts in summaries.items()
    ]


def scraped_every(service: str, plan: Plan) -> int:
    """Seconds between two scrapes of a service or exporter."""
    return next(int(seconds(job.interval)) for job in plan.jobs if job.name == service)


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
