"""A rule from elsewhere as a rule of ours: whose it is, how urgent, and what its texts must say.

What is asked of pasted rules (docs/how-to/paste-a-rule.md) is brought about here as far as it follows from the rule
itself; each such change is named. A rule is never given a meaning that it did not have.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from vitals.kit.alerts import template
from vitals.kit.alerts.pasted import RuleKind
from vitals.kit.imports.alternatives import without_unknown_alternatives
from vitals.kit.imports.rule_source import SourceRule
from vitals.kit.imports.selectors import (
    KnownTargets,
    matchers_of,
    with_known_targets,
    with_stored_bounds,
    without_unknown_labels,
    words_of,
)
from vitals.kit.imports.text_queries import with_queries
from vitals.model.conventions import JOB, OWNER, SERVICE, SEVERITY, Severity
from vitals.model.promql import Vocabulary

_URGENT = {
    Severity.CRITICAL: (
        *("critical", "crit", "page", "pager", "fatal", "emergency", "disaster", "high", "p0", "p1", "sev0", "sev1"),
        *("blocker", "urgent", "error"),
    ),
    Severity.WARNING: ("warning", "warn", "ticket", "major", "medium", "average", "moderate", "p2", "sev2", "p3"),
    Severity.INFO: ("info", "information", "informational", "notice", "notify", "low", "minor", "p4", "p5", "sev3"),
}
_OF_WORD = {word: severity for severity, words in _URGENT.items() for word in words}
"""What teams call their severities, and which of ours that is."""
_NAME = re.compile(r"[A-Z][A-Za-z0-9]*")
_WORD = re.compile(r"[A-Za-z0-9]+")


@dataclass(frozen=True)
class Here:
    """What there is where a rule is brought to.

    Attributes:
        homes: Every target that exposes or records a metric, by the metric.
        targets: Every service and exporter.
        teams: Who can be notified.
        prefixes: What the metrics of one exporter begin with, and no other's, such as ``node_``.
        paths: Where a target is asked, by its name.
        elsewhere: What scrape jobs of the source are called here.
        coming: What the rules of the source record.
    """

    homes: Mapping[str, tuple[str, ...]]
    targets: frozenset[str]
    teams: Collection[str]
    prefixes: Mapping[str, str]
    paths: Mapping[str, str] = field(default_factory=dict)
    elsewhere: Mapping[str, str] = field(default_factory=dict)
    coming: frozenset[str] = frozenset()

    @cached_property
    def only_homes(self) -> dict[str, str]:
        """The one target of a metric, for those that have one."""
        return {name: homes[0] for name, homes in self.homes.items() if len(homes) == 1}

    @cached_property
    def known_targets(self) -> KnownTargets:
        """What matchers are put right by."""
        return KnownTargets(self.only_homes, self.targets, self.paths, self.elsewhere)

    def home_of(self, metric: str) -> str | None:
        """The target whose metric it is, by the contract or by how it begins; None where that is not known."""
        homes = self.homes.get(metric, ())
        return homes[0] if len(homes) == 1 else None if homes else self.prefixes.get(metric.split("_", maxsplit=1)[0])


@dataclass(frozen=True, slots=True)
class BroughtRule:
    """A rule in the form of a rule file of ours.

    Attributes:
        source: Where it comes from.
        content: Its fields.
        changes: What was changed, in words.
    """

    source: SourceRule
    content: Mapping[str, object]
    changes: tuple[str, ...]

    @property
    def service(self) -> str:
        """The target that it watches."""
        labels = self.content["labels"]
        return str(labels[SERVICE]) if isinstance(labels, dict) else ""


def candidates(rule: SourceRule, here: Here, recorded: Mapping[str, str]) -> list[str]:
    """The targets that a rule may watch, the likeliest first.

    Args:
        rule: The rule.
        here: What there is.
        recorded: The target of each record of the same import.
    """
    found: list[str] = [rule.labels.get(SERVICE, "")]
    named = [one.value for one in matchers_of(rule.expr) if one.label in (SERVICE, JOB) and one.op == "="]
    found += [here.elsewhere.get(name, name) for name in named]
    for name in words_of(rule.expr):
        found += [recorded.get(name, ""), here.home_of(name) or ""]
    return [name for name in dict.fromkeys(found) if name in here.targets]


def brought(rule: SourceRule, service: str, severity: Severity, here: Here, known: Vocabulary) -> BroughtRule:
    """A rule as it would be pasted.

    Args:
        rule: The rule.
        service: The target that it watches.
        severity: How urgent it is where it does not say.
        here: What there is.
        known: Every series that exists where that target is.
    """
    expr, changes = _put_right(rule.expr, here, known)
    labels = {name: value for name, value in rule.labels.items() if name not in (SERVICE, SEVERITY)}
    if labels.get(OWNER, "") not in ("", *here.teams):
        changes.append(f"its owner {labels.pop(OWNER)!r} is not a team here; the owner of {service} is notified")
    if rule.labels.get(SERVICE, service) != service:
        changes.append(f"its service {rule.labels[SERVICE]!r} is {service} here")
    if rule.kind is RuleKind.RECORD:
        kept = {name: value for name, value in rule.labels.items() if name == SEVERITY} | labels
        content: dict[str, object] = {"record": rule.name, "expr": expr, "labels": {SERVICE: service, **kept}}
        return BroughtRule(rule, content, tuple(changes))
    name = _camel(rule.name)
    if name != rule.name:
        changes.append(f"it is called {name}: a name is the address of its runbook")
    content = {"alert": name, "expr": expr}
    if rule.for_:
        content["for"] = rule.for_
    if rule.keeps_firing:
        content["keep_firing_for"] = rule.keeps_firing
    urgency = _severity(rule.labels.get(SEVERITY, ""), severity, changes)
    content["labels"] = labels = {SERVICE: service, SEVERITY: urgency.value, **labels}
    content["annotations"] = texts = dict(_texts(rule, name, changes))
    for written in (texts, labels):
        for place, text in written.items():
            written[place], said = with_queries(text, lambda query: _put_right(query, here, known))
            changes += [f"in its {place} {change}" for change in said]
    return BroughtRule(rule, content, tuple(changes))


def _put_right(expr: str, here: Here, known: Vocabulary) -> tuple[str, list[str]]:
    """An expression with what there is here: jobs, labels, bounds, sides of an ``or``; and what was changed."""
    expr, targets = with_known_targets(expr, here.known_targets)
    expr, alternatives = without_unknown_alternatives(expr, known, here.coming)
    expr, labels = without_unknown_labels(expr, known)
    expr, bounds = with_stored_bounds(expr, known)
    return expr, [*targets, *alternatives, *labels, *bounds]


def _camel(name: str) -> str:
    if _NAME.fullmatch(name):
        return name
    words = _WORD.findall(name)
    joined = "".join(word[0].upper() + word[1:] for word in words).lstrip("0123456789")
    return joined or "Imported"


def _severity(written: str, usual: Severity, changes: list[str]) -> Severity:
    if not written:
        changes.append(f"it has no severity; it gets {usual.value}")
        return usual
    found = _OF_WORD.get(written.lower(), usual)
    if found.value != written:
        known = written.lower() in _OF_WORD
        changes.append(
            f"its severity {written!r} is {found.value} here{'' if known else ', for nothing knows that word'}"
        )
    return found


def _texts(rule: SourceRule, name: str, changes: list[str]) -> Iterator[tuple[str, str]]:
    said = {key: text for key, text in rule.annotations.items() if text.strip()}
    if said.pop("source_url", None):
        changes.append("its annotation source_url is left out: the rendering writes it")
    if not said.keys() & {"summary", "description", "message"}:
        words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name)
        said = {"summary": words, **said}
        changes.append("it has no summary; it gets its name")
    if not any(_says_value(text) for text in said.values()):
        where = next(key for key in ("summary", "description", "message") if key in said)
        said[where] = f"{said[where].rstrip().rstrip('.')} ({{{{ $value | humanize }}}})"
        changes.append(f"its {where} says the current value")
    yield from said.items()


def _says_value(text: str) -> bool:
    try:
        return template.read(text).says_value
    except template.TemplateError:
        return True  # the judge names it


def without_fields(rule: BroughtRule, *fields: str) -> BroughtRule:
    """The same rule without fields that Google's managed Prometheus does not have."""
    gone = [name for name in fields if name in rule.content]
    if not gone:
        return rule
    why = f"its {', '.join(gone)} is left out: an environment that it is for is on Google's managed Prometheus"
    content = {name: value for name, value in rule.content.items() if name not in gone}
    return replace(rule, content=content, changes=(*rule.changes, why))


_ASKED = r"\{\{-?\s*\$labels\.%s\s*(?P<piped>\|[^}]*)?-?\}\}"


def asking_first(rule: BroughtRule, labels: Iterable[str]) -> BroughtRule:
    """The same rule with texts that say a label where there is one, and would have a gap otherwise."""
    texts = rule.content.get("annotations")
    if not isinstance(texts, dict):
        return rule
    changes = list(rule.changes)
    edited = dict(texts)
    for label in labels:
        pattern = re.compile(_ASKED % re.escape(label))
        for key, text in edited.items():
            edited[key] = pattern.sub(rf"{{{{ with $labels.{label} }}}}{{{{ . \g<piped>}}}}{{{{ end }}}}", text)
        if edited != texts:
            changes.append(f"its texts name the label {label} only where it is: the condition does not return it here")
    return replace(rule, content={**rule.content, "annotations": edited}, changes=tuple(dict.fromkeys(changes)))
