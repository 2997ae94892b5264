"""Rules that are not written in Python: hand-written Prometheus YAML and jsonnet mixins, held to the same checks.

A rule of a file says which target it watches by its ``service`` label. It exists where that target exists, belongs to
the target's owner unless it names another team, and gets its links to runbook and dashboard like every other alert.
What it reads is resolved with everything else, by the code that composes the environment.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath

from vitals.errors import VitalsError
from vitals.kit.alerts import jsonnet, located, places, template
from vitals.kit.alerts.alert import Alert
from vitals.kit.alerts.group_names import names_of
from vitals.kit.alerts.located import Located
from vitals.kit.alerts.pasted import PastedGroup, PastedRule, RuleKind, groups
from vitals.kit.alerts.places import HANDWRITTEN, MIXINS
from vitals.model.catalog import Service, Team
from vitals.model.conventions import OWNER, SERVICE, SEVERITY, Severity
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Expr
from vitals.paths import RUNBOOKS

_METRIC = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_ALERT = re.compile(r"[A-Z][A-Za-z0-9]*")
_OURS = frozenset({"source_url"})
"""The annotation by which an alert's page finds its rule."""


@dataclass(frozen=True, slots=True)
class Record:
    """A recording rule of a file.

    Attributes:
        name: The recorded name.
        group: The rule group.
        service: Value of its ``service`` label.
        expr: What is recorded.
        labels: Labels that it sets beside ``service``.
        where: File and line, for messages.
    """

    name: str
    group: str
    service: str
    expr: Expr
    labels: Mapping[str, str] = field(default_factory=dict)
    where: str = ""


@dataclass(frozen=True, slots=True)
class Pace:
    """How a group of a file is evaluated.

    Attributes:
        interval: A duration; empty for the usual interval.
        fields: What else a group of Prometheus may have, as it is rendered.
    """

    interval: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FileRules:
    """What the files of one environment hold.

    Attributes:
        records: Recording rules, in the order of files.
        alerts: Alerts.
        paces: How each group is evaluated, by its rendered name.
        names: The names of all alerts of the files, also of those whose target is not in this environment.
        labels: The names of all labels that their rules set, likewise.
        recorded: The targets of which a name is recorded, likewise.
    """

    records: tuple[Record, ...]
    alerts: tuple[Alert, ...]
    paces: Mapping[str, Pace] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    labels: frozenset[str] = frozenset()
    recorded: Mapping[str, frozenset[str]] = field(default_factory=dict)


def load(watched: Iterable[Service], teams: Mapping[str, Team], folder: Path) -> FileRules:
    """Read every file below ``handwritten/`` and ``mixins/``.

    Args:
        watched: The services and exporters of an environment.
        teams: Who can be notified, by name.
        folder: Where the two folders are.

    Raises:
        VitalsError: A file cannot be parsed or evaluated, a rule lacks what people need, or names a team or a target
            that does not exist; a file lies there that would not be read. The message names file, line, rule,
            consequence and fix.
    """
    present = list(watched)
    reader = _Reader({service.name: service.owner for service in present}, teams)
    for kind, place, document in _documents(folder, present):
        for group in groups(document):
            reader.group(kind, place, group)
    names, labels = frozenset(reader.names), frozenset(reader.labels)
    recorded = {name: frozenset(targets) for name, targets in reader.recorded.items()}
    return FileRules(tuple(reader.records), tuple(reader.alerts), reader.paces, names, labels, recorded)


def _documents(folder: Path, watched: list[Service]) -> Iterator[tuple[str, PurePath, Located]]:
    """Every rule file: of which kind, its path there without the ending, and what it holds."""
    for file in places.rule_files(folder):
        document = located.read(file.relative_to(folder).as_posix(), file)
        if document is not None:
            yield HANDWRITTEN, file.relative_to(folder / HANDWRITTEN).with_suffix(""), document
    found: dict[Path, list[Located] | VitalsError] = {}
    imported: set[Path] = set()
    passed_over: set[Path] = set()
    for mixin in places.mixins(folder):
        try:
            found[mixin], seen = jsonnet.evaluate(mixin, folder / MIXINS, watched)
        except VitalsError as error:
            found[mixin], seen = error, jsonnet.Seen()
        imported |= seen.read - {mixin.resolve()}
        passed_over |= seen.passed_over
    for mixin, documents_or_error in found.items():
        if mixin.resolve() in imported:
            continue
        if isinstance(documents_or_error, VitalsError):
            raise documents_or_error
        place = mixin.relative_to(folder / MIXINS)
        entry = mixin.name == places.ENTRY and place.parent.name != ""
        named = place.parent if entry else place.with_suffix("")
        yield from ((MIXINS, named, document) for document in documents_or_error)
    places.all_read(folder, imported | {mixin.resolve() for mixin in found}, passed_over)


class _Reader:
    """Turns what is written into records and alerts of one environment."""

    def __init__(self, owners: Mapping[str, str], teams: Mapping[str, Team]) -> None:
        self._owners = owners
        self._teams = teams
        self._seen: dict[tuple[object, ...], PastedRule] = {}
        self._ids: dict[tuple[str, str, str], int] = {}
        self.records: list[Record] = []
        self.alerts: list[Alert] = []
        self.paces: dict[str, Pace] = {}
        self.names: set[str] = set()
        self.labels: set[str] = set()
        self.recorded: dict[str, set[str]] = {}

    def group(self, kind: str, place: PurePath, group: PastedGroup) -> None:
        """Read one group; its rendered name is its own, with that of its file where another file has the same."""
        names = names_of(kind, place, group.name)
        name = next(name for name in names if name not in self.paces)
        self.paces[name] = Pace(group.interval, group.fields)
        for rule in group.rules:
            self._rule(rule, name)

    def _rule(self, rule: PastedRule, group: str) -> None:
        labels = dict(rule.labels)
        self._once(rule)
        self.labels |= labels.keys()
        if rule.kind is RuleKind.ALERT:
            self.names.add(rule.name)
        service = _service(rule, labels, self._owners)
        if rule.kind is RuleKind.RECORD:
            if not _METRIC.fullmatch(rule.name):
                raise rule.refuse(
                    f"{rule.name!r} can be read back in quotes only: a recorded name has letters, digits, '_' and ':'. "
                    "Call it level:metric:operation."
                )
            self.recorded.setdefault(rule.name, set()).add(service)
            if service in self._owners:
                self.records.append(Record(rule.name, group, service, rule.expr, labels, rule.at.where))
            return
        alert = self._alert(rule, labels, service, group)
        if alert is not None:
            self.alerts.append(alert)

    def _once(self, rule: PastedRule) -> None:
        key = (rule.kind, rule.name, frozenset(rule.labels.items()), rule.expr.text)
        first = self._seen.setdefault(key, rule)
        if first is not rule:
            raise rule.refuse(
                f"the same rule stands at {first.at.where}, with the same labels, so each of its series would be "
                "written twice. Take one out."
            )

    def _alert(self, rule: PastedRule, labels: dict[str, str], service: str, group: str) -> Alert | None:
        if not _ALERT.fullmatch(rule.name):
            raise rule.refuse(
                f"an alert called {rule.name!r} has no address for its runbook. Names are CamelCase, such as "
                "ServiceOutage."
            )
        severity = labels.pop(SEVERITY, "")
        routed = [one.value for one in Severity if one is not Severity.NONE]
        if severity not in routed:
            raise rule.refuse(
                f"the severity {severity!r} has no route, so it would be notified as a warning or not at all. Use one "
                f"of {', '.join(routed)}."
            )
        owner = labels.pop(OWNER, self._owners.get(service, ""))
        if owner not in self._teams and (owner or service in self._owners):
            raise rule.refuse(
                f"the owner {owner!r} is not a team, so there is no route to it and others would be woken. Known "
                f"teams are {', '.join(sorted(self._teams))}; leave the label out to notify the owner of {service}."
            )
        summary, description, others = _texts(rule)
        if service not in self._owners:
            return None
        has_page = (RUNBOOKS / f"{rule.name}.md").is_file()
        key = (group, rule.name, service)
        number = self._ids[key] = self._ids.get(key, 0) + 1
        return Alert(
            id=f"{group}.{rule.name}" + (f".{number}" if number > 1 else ""),
            name=rule.name,
            severity=Severity(severity),
            service=service,
            owner=owner,
            group=group,
            expr=rule.expr,
            summary=summary,
            impact=description,
            action="Follow the runbook." if has_page or "runbook_url" in others else NO_RUNBOOK,
            for_=rule.for_,
            keeps_firing=rule.keeps_firing,
            labels=labels,
            annotations=others,
            page="" if has_page else "README",
            where=f"{rule.at.where}, {rule.within}",
            no_drill="it is a pasted rule, and promtool alone proves it",
        )


NO_RUNBOOK = "No runbook has been written for it yet."
"""What stands where an alert of ours says what to do first; the link leads to the list of runbooks."""


def _service(rule: PastedRule, labels: dict[str, str], owners: Collection[str]) -> str:
    service = labels.pop(SERVICE, "")
    if service not in owners and service not in EXPORTERS:
        raise rule.refuse(
            f"the label service is {service!r}, which is neither a service nor an exporter, so the rule has no owner. "
            f"Name one of {', '.join(sorted({*owners, *EXPORTERS}))}."
        )
    return service


def _texts(rule: PastedRule) -> tuple[str, str, dict[str, str]]:
    """Summary and description, each standing in for the other, and what else is annotated."""
    said = {name: text.strip() for name, text in rule.annotations.items()}
    try:
        read = {name: template.read(text) for name, text in (*said.items(), *rule.labels.items())}
    except template.TemplateError as error:
        raise rule.refuse(
            f"a text of the alert is not a template that Prometheus can expand: {error}. On-call would "
            "read an error instead."
        ) from None
    if moving := [name for name in rule.labels if read[name].varies]:
        raise rule.refuse(
            f"the label {moving[0]} holds what changes from one evaluation to the next, so each makes another alert: "
            "with 'for' it never fires, without it every one is notified anew. Put {{ $value }} into the summary."
        )
    description = said.pop("description", "") or said.pop("message", "")
    summary = said.pop("summary", "") or description
    description = description or summary
    if not summary:
        raise rule.refuse(
            "the alert has neither summary nor description, so on-call learns nothing but its name. Write "
            "both among its annotations."
        )
    if not any(read[name].says_value for name in rule.annotations):
        raise rule.refuse(
            "the alert does not say the current value, so on-call must look it up. Put {{ $value }} into its summary."
        )
    if taken := _OURS & said.keys():
        raise rule.refuse(f"the annotation {', '.join(taken)} is written by the rendering; take it out.")
    return " ".join(summary.split()), description if description[-1] in ".!?" else f"{description}.", said
