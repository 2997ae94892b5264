"""``model.json``: the machine-readable whole of an environment.

The stack, the portal, reviews and deployments read this and the files beside it, never the catalogue, so that looking
at a branch never runs its code.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from alert_rules import Alert, Severity, channels, timing
from vitals.errors import VitalsError
from vitals.kit.alerts.places import HANDWRITTEN, MIXINS
from vitals.kit.dashboards.lint import panels
from vitals.kit.scaling import Scaler
from vitals.kit.scrape import Job
from vitals.model.catalog import Environment, Latency, Scrape, Server, Service, Slo
from vitals.model.signals import Signal
from vitals.render.compose import Plan
from vitals.render.objects import NAMESPACE
from vitals.render.panels import empty_reasons, known_reasons

_PLACEHOLDER = re.compile(r"(?<![$\w])__[a-z]+(?:_[a-z]+)*__(?!\w)")
PLACEHOLDERS = ("__pagerduty_url__", "__portal_url__", "__secrets_dir__", "__smtp_address__")
"""Every placeholder that rendered text may hold; whoever runs the environment fills them."""
_ALIKE = 0.85
"""How alike a word must be to a placeholder to be that, misspelt: one letter too few or too many is 0.93 and more,
Prometheus' own ``__address__`` beside ``__smtp_address__`` is 0.81."""


def model(
    plan: Plan, boards: Mapping[str, Mapping[str, Any]], files: Mapping[str, str], cost: Mapping[str, object]
) -> dict[str, object]:
    """Describe an environment as plain data.

    Args:
        plan: The composed environment.
        boards: Boards by uid.
        files: The other rendered files, to find out which placeholders they hold.
        cost: What :func:`vitals.render.cost.cost_of` counted.
    """
    environment = plan.environment
    holding = [text for text in files.values() if "__" in text]  # few files, and a second whole text of all is large
    _declared(holding, environment.delivery, _of_people(plan))
    jobs = {job.name: job for job in plan.jobs}
    paces = {group.name: group.interval for group in plan.groups}
    reasons = known_reasons(plan)
    shown = {(uid, panel["id"]) for uid, board in boards.items() for panel in panels(board)}
    return {
        "environment": {"name": environment.name, "means": environment.means, "delivery": environment.delivery},
        "operator": _operator(environment),
        "placeholders": [place for place in PLACEHOLDERS if any(place in text for text in holding)],
        "cost": dict(cost),
        "secrets": sorted(_secrets(plan)),
        "services": [_service(service) for service in plan.services],
        "jobs": [{"name": job.name, "interval": job.interval, "timeout": job.timeout} for job in plan.jobs],
        "groups": [{"name": group.name, "interval": group.interval} for group in plan.groups],
        "records": [
            _record(signal, service, shown) for service in plan.watched for signal in plan.signals[service.name]
        ],
        "alerts": [
            _alert(alert, _timing(alert, jobs.get(alert.service), paces[alert.group], plan.environment.scrape, back))
            for alert, back in zip(plan.alerts, plan.looks_back, strict=True)
        ],
        "routes": [
            {"owner": team, "severity": severity.value, "channels": list(channels(severity))}
            for team in sorted(plan.teams)
            for severity in Severity
        ],
        "scalers": [_scaler(scaler) for scaler in plan.scalers],
        "boards": [{"uid": uid, "title": board["title"]} for uid, board in boards.items()],
        "panels": [
            {
                "uid": uid,
                "id": panel["id"],
                "title": panel["title"],
                "empty_reasons": empty_reasons(panel, reasons, plan),
            }
            for uid, board in boards.items()
            for panel in panels(board)
        ],
    }


def _of_people(plan: Plan) -> dict[str, str]:
    """Every word in underscores of pasted rules, such as ``__name__``, with the rule in which it stands first."""
    found: dict[str, str] = {}
    for group in plan.groups:
        if group.name.startswith((f"{HANDWRITTEN}.", f"{MIXINS}.")):
            for rule in group.rules:
                where = f"{rule.get('alert') or rule['record']} in the group {group.name}"
                found |= {word: where for word in _PLACEHOLDER.findall(str(rule)) if word not in found}
    return found


def _declared(texts: Iterable[str], delivery: str, of_people: Mapping[str, str]) -> None:
    """Refuse a placeholder that nobody would fill: a misspelt one, or any where configuration travels as objects.

    People write words of Prometheus' own in underscores, and labels of theirs: only what is like ours is a mistake.
    """
    allowed = {*PLACEHOLDERS} if delivery == "files" else set[str]()
    allowed |= {word for word in of_people if not difflib.get_close_matches(word, PLACEHOLDERS, n=1, cutoff=_ALIKE)}
    strange = sorted({found for text in texts for found in _PLACEHOLDER.findall(text)} - allowed)
    if strange:
        places = "".join(f" {word} stands in {of_people[word]}." for word in strange if word in of_people)
        raise VitalsError(
            f"{', '.join(strange)} would stand in rendered files and nobody would fill it.{places} Write the value, or "
            f"one of {', '.join(PLACEHOLDERS)} in an environment that is delivered as files."
        )


def _secrets(plan: Plan) -> set[str]:
    names = {name for team in plan.teams.values() for name in team.secrets}
    return names | {name for name in (plan.environment.smtp.password_file, plan.environment.deadman_file) if name}


def _operator(environment: Environment) -> dict[str, object] | None:
    """What must run beside the objects of an environment; ``None`` where configuration travels as files."""
    servers = environment.servers
    if servers is None:
        return None
    return {
        "namespace": NAMESPACE,
        "platform_namespace": environment.autoscaling.namespace if environment.autoscaling else None,
        "boards_url": environment.boards_url,
        "secrets_dir": environment.secrets_dir,
        "retention": servers.retention,
        "prometheus": servers.prometheus and _server("prometheus", servers.prometheus, environment),
        "alertmanager": _server("alertmanager", servers.alertmanager, environment),
    }


def _server(name: str, server: Server, environment: Environment) -> dict[str, object]:
    replicas = environment.targets.get(name, 1)
    return {"replicas": replicas, "cpu": server.cpu, "memory": server.memory, "disk": server.disk}


def _scaler(scaler: Scaler) -> dict[str, object]:
    return {
        "service": scaler.service,
        "lowest": scaler.lowest,
        "most": scaler.most,
        "triggers": [
            {
                "demand": trigger.demand.value,
                "query": trigger.query.text,
                "per_replica": trigger.per_replica,
                "assumed": trigger.reason,
            }
            for trigger in scaler.triggers
        ],
    }


def _service(service: Service) -> dict[str, object]:
    return {
        "name": service.name,
        "owner": service.owner,
        "means": service.means,
        "api": service.api,
        "replicas": service.replicas,
        "slos": [_slo(slo) for slo in service.slos],
        "stores": [{"name": store.name, "connections": store.connections} for store in service.stores],
        "caches": [{"name": cache.name} for cache in service.caches],
        "queues": [{"name": queue.name, "most": queue.most} for queue in service.queues],
        "cohorts": service.cohorts,
        "components": service.components,
    }


def _slo(slo: Slo) -> dict[str, object]:
    within = {"within": slo.within} if isinstance(slo, Latency) else {}
    return {"kind": slo.kind, "objective": slo.objective, **within}


def _record(signal: Signal, service: Service, shown: set[tuple[str, int]]) -> dict[str, object]:
    return {
        "signal": signal.id,
        "name": signal.record,
        "labels": {"service": service.name, **signal.fixed},
        "unit": signal.unit.value,
        "worse": signal.worse.value,
        "group": f"{service.name}.{signal.group}",
        "panel": {"uid": signal.board, "id": signal.panel} if (signal.board, signal.panel) in shown else None,
        "empty_reason": signal.without_history or None,
    }


def _timing(alert: Alert, job: Job | None, evaluation: str, scrape: Scrape, looks_back_s: float) -> dict[str, object]:
    """The times of an alert; where it watches no job, as the Watchdog does, those of the usual scrape."""
    times = timing(
        alert,
        looks_back_s=looks_back_s,
        scrape=job.interval if job else scrape.others,
        takes=job.timeout if job else scrape.page_timeout,
        evaluation=evaluation,
    )
    return asdict(times)


def _alert(alert: Alert, times: Mapping[str, object]) -> dict[str, object]:
    return {
        "id": alert.id,
        "name": alert.name,
        "severity": alert.severity.value,
        "service": alert.service,
        "owner": alert.owner,
        "group": alert.group,
        "expr": alert.expr.text,
        "for": alert.lasting,
        "labels": dict(alert.labels),
        "channels": list(channels(alert.severity)),
        "timing": dict(times),
        "signal": alert.signal.id if alert.signal else None,
        "bounds": [
            {"signal": bound.signal, "value": bound.value, "severity": bound.severity.value} for bound in alert.bounds
        ],
    }
