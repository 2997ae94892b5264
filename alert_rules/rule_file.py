"""Rules that are not written in Python: hand-written Prometheus YAML and jsonnet mixins, held to the same checks.

A rule of a file says which target it watches by its ``service`` label. It exists where that target exists, belongs to
the target's owner unless it names another team, and gets its links to runbook and board like every other alert. What
it reads is resolved with everything else, by whoever composes the environment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import ConfigDict, Field, StringConstraints, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass as checked

from alert_rules import jsonnet
from alert_rules.alert import Alert, Severity
from vitals.catalog import Service, Team
from vitals.catalog.fields import Duration, Name
from vitals.contract import EXPORTERS
from vitals.errors import VitalsError
from vitals.promql import Expr, PromqlError

FOLDER = Path(__file__).parent
HANDWRITTEN, MIXINS = "handwritten", "mixins"
_CLOSED = ConfigDict(extra="forbid", str_strip_whitespace=True)
_RECORD = r"^[a-z]+(_[a-z]+)*:[a-zA-Z0-9_]+:[a-z0-9_]+$"


@checked(frozen=True, config=_CLOSED)
class _Annotations:
    summary: Annotated[str, StringConstraints(min_length=10)]
    description: Annotated[str, StringConstraints(min_length=10, pattern=r"\.$")]


@checked(frozen=True, config=_CLOSED)
class _AlertRule:
    alert: Annotated[str, StringConstraints(pattern=r"^([A-Z][a-z0-9]+)+$")]
    expr: str
    labels: Mapping[str, str]
    annotations: _Annotations
    lasting: Annotated[Duration | None, Field(alias="for")] = None


@checked(frozen=True, config=_CLOSED)
class _RecordRule:
    record: Annotated[str, StringConstraints(pattern=_RECORD)]
    expr: str
    labels: Mapping[str, str]


@checked(frozen=True, config=_CLOSED)
class _Group:
    name: Name
    rules: tuple[Annotated[_AlertRule | _RecordRule, Field(union_mode="smart")], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule of a file.

    Attributes:
        name: The recorded name.
        group: The rule group.
        service: Value of its ``service`` label.
        expr: What is recorded.
        labels: Labels that it sets beside ``service``.
    """

    name: str
    group: str
    service: str
    expr: Expr
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRules:
    """What the files of one environment hold.

    Attributes:
        records: Recording rules, in the order of files.
        alerts: Alerts.
    """

    records: tuple[Record, ...]
    alerts: tuple[Alert, ...]


def load(watched: Iterable[Service], teams: Mapping[str, Team], folder: Path = FOLDER) -> FileRules:
    """Read every file below ``handwritten/`` and ``mixins/``.

    Args:
        watched: The services and exporters of an environment.
        teams: Who can be told, by name.
        folder: Where the two folders are.

    Raises:
        VitalsError: A file cannot be parsed or evaluated, a rule lacks what people need, or names a team or a target
            that does not exist. The message names file, rule, consequence and fix.
    """
    owners = {service.name: service.owner for service in watched}
    records: list[Record] = []
    alerts: list[Alert] = []
    for where, kind, raw in _groups(folder, list(watched)):
        group = _group(where, raw)
        for rule in group.rules:
            name = rule.alert if isinstance(rule, _AlertRule) else rule.record
            labels = dict(rule.labels)
            service = _service(f"{where}, rule {name}", labels, owners)
            if service not in owners:
                continue
            expr = _expr(f"{where}, rule {name}", rule.expr)
            if isinstance(rule, _RecordRule):
                records.append(Record(name, f"{kind}.{group.name}", service, expr, labels))
            else:
                where_alert = f"{where}, alert {name}"
                labels["service"] = service
                alerts.append(
                    _alert(where_alert, rule, expr, labels, group=f"{kind}.{group.name}", owners=owners, teams=teams)
                )
    return FileRules(tuple(records), tuple(alerts))


def _groups(folder: Path, watched: list[Service]) -> Iterator[tuple[str, str, object]]:
    for file in sorted((folder / HANDWRITTEN).glob("*.yaml")):
        where = f"{HANDWRITTEN}/{file.name}"
        try:
            document = yaml.safe_load(file.read_text(encoding="utf-8"))
        except yaml.YAMLError as error:
            raise VitalsError(f"{where} is no YAML: {' '.join(str(error).split())}. {_NOTHING}") from None
        if not isinstance(document, dict) or list(document) != ["groups"] or not isinstance(document["groups"], list):
            raise VitalsError(f"{where} is no rule file: it needs the one key 'groups' with a list. {_NOTHING}")
        yield from ((where, HANDWRITTEN, group) for group in document["groups"])
    for file in sorted((folder / MIXINS).glob("*.jsonnet")):
        yield from ((f"{MIXINS}/{file.name}", MIXINS, group) for group in jsonnet.groups(file, watched))


_NOTHING = "Nothing was rendered; correct the file and render again."
_GROUP_OF = TypeAdapter(_Group)


def _group(where: str, raw: object) -> _Group:
    try:
        return _GROUP_OF.validate_python(raw)
    except ValidationError as error:
        name = raw.get("name", "?") if isinstance(raw, dict) else "?"
        lines = [
            f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
            for problem in error.errors(include_url=False, include_context=False)
        ]
        raise VitalsError(
            f"{where}, group {name}: {'; '.join(lines)}. An alert needs alert, expr, labels with severity and service, "
            f"and the annotations summary and description; links are added to it. {_NOTHING}"
        ) from None


def _service(where: str, labels: dict[str, str], owners: Collection[str]) -> str:
    service = labels.pop("service", "")
    if service not in owners and service not in EXPORTERS:
        raise VitalsError(
            f"{where}: the label service is {service!r}, which is neither a service nor an exporter, so nobody owns "
            f"the rule. Name one of {', '.join(sorted({*owners, *EXPORTERS}))}. {_NOTHING}"
        )
    return service


def _expr(where: str, text: str) -> Expr:
    try:
        return Expr(re.sub(r"\s+", " ", text).strip())
    except PromqlError as error:
        raise VitalsError(f"{where}: {error} {_NOTHING}") from None


def _alert(
    where: str,
    rule: _AlertRule,
    expr: Expr,
    labels: dict[str, str],
    *,
    group: str,
    owners: Mapping[str, str],
    teams: Mapping[str, Team],
) -> Alert:
    service = labels.pop("service")
    severity = labels.pop("severity", "")
    routed = [one.value for one in Severity if one is not Severity.NONE]
    if severity not in routed:
        raise VitalsError(
            f"{where}: the severity {severity!r} has no route, so it would be told as a warning or not at all. Use one "
            f"of {', '.join(routed)}. {_NOTHING}"
        )
    owner = labels.pop("owner", owners[service])
    if owner not in teams:
        raise VitalsError(
            f"{where}: the owner {owner!r} is no team, so there is no route to it and others would be woken. Known "
            f"teams are {', '.join(sorted(teams))}; leave the label out to tell the owner of {service}. {_NOTHING}"
        )
    if "$value" not in rule.annotations.summary:
        raise VitalsError(
            f"{where}: the summary does not say the current value, so whoever is woken must look it up. Put "
            f"{{{{ $value }}}} into it. {_NOTHING}"
        )
    return Alert(
        id=f"{group}.{rule.alert}",
        name=rule.alert,
        severity=Severity(severity),
        service=service,
        owner=owner,
        group=group,
        expr=expr,
        summary=rule.annotations.summary,
        means=rule.annotations.description,
        do="Follow the runbook.",
        lasting=rule.lasting or "0s",
        labels=labels,
    )
