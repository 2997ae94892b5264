"""``model.json``: the machine-readable whole of an environment.

The stack, the portal, reviews and deployments read this and the files beside it, never the catalogue, so that looking
at a branch never runs its code.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping
from typing import Any

from vitals.errors import VitalsError
from vitals.kit.alerts.intervals import maintenance_name
from vitals.kit.alerts.places import HANDWRITTEN, MIXINS
from vitals.kit.alerts.receivers import can_send
from vitals.kit.dashboards.lint import panels
from vitals.kit.imports.dashboard import IMPORTED_TAG
from vitals.kit.scrape import METRIC_NAME, TAKES_NATIVE
from vitals.model.catalog import MaintenanceWindow
from vitals.model.conventions import Severity
from vitals.render.compose import Plan
from vitals.render.entries import (
    alert_entry,
    declared_series,
    operator_entry,
    record_entry,
    scaler_entry,
    service_entry,
    timing_of,
)
from vitals.render.foresight import watched_entries
from vitals.render.panels import empty_reasons, imported_reasons, known_reasons
from vitals.render.pictures import pictures_entry
from vitals.rendered import (
    PLACEHOLDER,
    PLACEHOLDERS,
    CostEntry,
    DashboardEntry,
    EnvironmentEntry,
    GroupEntry,
    JobEntry,
    MaintenanceEntry,
    PanelEntry,
    RenderedModel,
    RouteEntry,
    names,
)

_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_ALIKE = 0.85
"""How alike a word must be to a placeholder to be that, misspelt: one letter too few or too many is 0.93 and more,
Prometheus' own ``__address__`` beside ``__smtp_address__`` is 0.81."""


def model(
    plan: Plan, dashboards: Mapping[str, Mapping[str, Any]], files: Mapping[str, str], cost: CostEntry
) -> RenderedModel:
    """Describe an environment.

    Args:
        plan: The composed environment.
        dashboards: Dashboards by uid.
        files: The other rendered files, to find out which placeholders they hold.
        cost: What :func:`vitals.render.cost.cost_of` counted.
    """
    environment, pictures = plan.environment, pictures_entry(plan)
    holding = [text for text in files.values() if "__" in text]  # few files, and a second whole text of all is large
    if pictures:  # the one part of this file itself that names addresses
        holding.append(pictures.model_dump_json())
    _declared(holding, environment.delivery, _of_people(plan))
    jobs = {job.name: job for job in plan.jobs}
    services = {service.name: service for service in plan.services}
    paces = {group.name: group.interval for group in plan.groups}
    reasons = known_reasons(plan)
    read = _read(plan, dashboards, files) if any(job.exposed for job in plan.jobs) else frozenset()
    shown = {(uid, panel["id"]) for uid, dashboard in dashboards.items() for panel in panels(dashboard)}
    return RenderedModel(
        environment=EnvironmentEntry(
            name=environment.name,
            description=environment.description,
            delivery=environment.delivery,
            clusters=environment.clusters,
        ),
        operator=operator_entry(environment),
        placeholders=tuple(place for place in PLACEHOLDERS if any(place in text for text in holding)),
        cost=cost,
        secrets=tuple(sorted(_secrets(plan) | ({pictures.token_file} if pictures else set()))),
        aws_credentials_file=environment.aws_credentials_file,
        services=tuple(service_entry(service) for service in plan.services),
        jobs=tuple(
            JobEntry(
                name=job.name,
                interval=job.interval,
                timeout=job.timeout,
                declared=tuple(declared_series(job, services.get(job.name), read)),
            )
            for job in plan.jobs
        ),
        groups=tuple(GroupEntry(name=group.name, interval=group.interval) for group in plan.groups),
        records=tuple(
            record_entry(signal, service, shown) for service in plan.watched for signal in plan.signals[service.name]
        ),
        alerts=tuple(
            alert_entry(alert, plan, timing_of(alert, plan, jobs.get(alert.service), paces[alert.group], back))
            for alert, back in zip(plan.alerts, plan.looks_back, strict=True)
        ),
        routes=tuple(
            RouteEntry(
                owner=team,
                severity=severity.value,
                channels=plan.channels_of(team, severity),
                later=plan.later_channels_of(team, severity),
            )
            for team in sorted(plan.teams)
            for severity in Severity
        ),
        maintenance=tuple(map(_maintenance, plan.maintenance)),
        scalers=tuple(scaler_entry(scaler) for scaler in plan.scalers),
        foresight=tuple(watched_entries(plan)),
        pictures=pictures,
        dashboards=tuple(DashboardEntry(uid=uid, title=dashboard["title"]) for uid, dashboard in dashboards.items()),
        panels=tuple(
            PanelEntry(
                uid=uid,
                id=panel["id"],
                title=panel["title"],
                empty_reasons=tuple(
                    imported_reasons(panel)
                    if IMPORTED_TAG in dashboard["tags"]
                    else empty_reasons(panel, reasons, plan)
                ),
            )
            for uid, dashboard in dashboards.items()
            for panel in panels(dashboard)
        ),
    )


def _read(plan: Plan, dashboards: Mapping[str, Mapping[str, Any]], files: Mapping[str, str]) -> frozenset[str]:
    """Every word of rules and of imported dashboards, among which are the names of the series that they read."""
    rules = [str(rule["expr"]) for group in plan.groups for rule in group.rules]
    brought = [files[names.dashboard_file(uid)] for uid, one in dashboards.items() if IMPORTED_TAG in one["tags"]]
    return frozenset(word for text in (*rules, *brought) for word in _WORD.findall(text))


def _of_people(plan: Plan) -> dict[str, str]:
    """Every word in underscores of pasted rules, such as ``__name__``, with the rule in which it stands first."""
    found: dict[str, str] = {}
    for group in plan.groups:
        if group.name.startswith((f"{HANDWRITTEN}.", f"{MIXINS}.")):
            for rule in group.rules:
                where = f"{rule.get('alert') or rule['record']} in the group {group.name}"
                found |= {word: where for word in PLACEHOLDER.findall(str(rule)) if word not in found}
    return found


def _declared(texts: Iterable[str], delivery: str, of_people: Mapping[str, str]) -> None:
    """Refuse a placeholder that would not be filled: a misspelt one, or any where configuration travels as objects.

    People write words of Prometheus' own in underscores, and labels of theirs: only what is like ours is a mistake.
    """
    allowed = {METRIC_NAME, TAKES_NATIVE, *(PLACEHOLDERS if delivery == "files" else ())}
    allowed |= {word for word in of_people if not difflib.get_close_matches(word, PLACEHOLDERS, n=1, cutoff=_ALIKE)}
    strange = sorted({found for text in texts for found in PLACEHOLDER.findall(text)} - allowed)
    if strange:
        places = "".join(f" {word} stands in {of_people[word]}." for word in strange if word in of_people)
        raise VitalsError(
            f"{', '.join(strange)} would stand in rendered files and never be filled.{places} Write the value, or "
            f"one of {', '.join(PLACEHOLDERS)} in an environment that is delivered as files."
        )


def _secrets(plan: Plan) -> set[str]:
    sent = (one for team in plan.teams.values() for one in team.every_channel if can_send(one, plan.environment))
    of_channels = {name for channel in sent for name in channel.secrets}
    smtp, on = plan.environment.smtp, plan.environment
    password = smtp.password_file if smtp else None
    return of_channels | {name for name in (password, on.deadman_file, on.aws_credentials_file) if name}


def _maintenance(window: MaintenanceWindow) -> MaintenanceEntry:
    return MaintenanceEntry(
        interval=maintenance_name(window),
        start=window.begins.isoformat(),
        end=window.ends.isoformat(),
        why=window.why,
        services=window.services,
    )
