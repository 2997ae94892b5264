"""Which rules from elsewhere hold here: each is judged as a pasted one, in every environment that has its target.

A rule may read what another one of the same file records, so rules are judged until none is left that could hold.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from vitals.errors import VitalsError
from vitals.kit.alerts import located, template
from vitals.kit.alerts.pasted import RuleKind
from vitals.kit.alerts.places import HANDWRITTEN
from vitals.kit.alerts.rule_file import FileRules
from vitals.kit.alerts.rule_file import load as load_rule_files
from vitals.kit.imports.note import ImportNote, changed
from vitals.kit.imports.rule_source import SourceRule
from vitals.kit.imports.rules import BroughtRule, Here, asking_first, brought, candidates, without_fields
from vitals.kit.imports.selectors import jobs_elsewhere, matchers_of
from vitals.model.catalog import Catalogue
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import HISTOGRAM_PARTS, Severity
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import PromqlError, ResolvedForms, Series, Vocabulary, joined, written
from vitals.render.checked import check_expr, check_texts
from vitals.render.compose import Plan
from vitals.render.emitters import HeldSeries
from vitals.render.files_checked import records_of_files
from vitals.render.text import to_yaml

_SHARED_PREFIXES = frozenset({"process", "go", "promhttp", "http", "up", "scrape", "ALERTS"})
"""First words of metrics that programs of many kinds expose."""


def what_is_here(catalogue: Catalogue, plans: Sequence[Plan]) -> Here:
    """Targets, teams, and whose each metric is."""
    homes: dict[str, dict[str, None]] = {}
    for plan in plans:
        for job in plan.jobs:
            for metric in job.metrics:
                for name in (metric.name, *(f"{metric.name}{end}" for end in HISTOGRAM_PARTS)):
                    homes.setdefault(name, {})[job.name] = None
            for series in job.exposed:
                homes.setdefault(series.name, {})[job.name] = None
        for target, signals in plan.signals.items():
            for signal in signals:
                homes.setdefault(signal.record, {})[target] = None
    begins: dict[str, set[str]] = {}
    for exporter in EXPORTERS.values():
        for metric in exporter.metrics:
            begins.setdefault(metric.name.split("_")[0], set()).add(exporter.name)
    prefixes = {word: next(iter(names)) for word, names in begins.items() if len(names) == 1}
    return Here(
        {name: tuple(targets) for name, targets in homes.items()},
        frozenset({*EXPORTERS, *(service.name for service in catalogue.services)}),
        frozenset(catalogue.teams),
        {word: name for word, name in prefixes.items() if word not in _SHARED_PREFIXES},
        {job.name: job.endpoint.path for plan in plans for job in plan.jobs},
    )


@dataclass(slots=True)
class JudgedRules:
    """What came of it: the rules that hold, by their sources, and what is said of all."""

    taken: dict[SourceRule, BroughtRule] = field(default_factory=dict)
    changed: list[ImportNote] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)


@dataclass(slots=True)
class _Place:
    """An environment in which rules are judged.

    Attributes:
        plan: The environment, without the rules.
        known: Its series, and what rules recorded that were taken.
        intervals: How often each target is scraped, in seconds.
        ours: Recorded name and service of every signal.
        watched: The names of what is watched in it.
        brought: The records of rules that were taken.
    """

    plan: Plan
    known: Vocabulary
    intervals: dict[str, float]
    ours: frozenset[tuple[str, str]]
    watched: frozenset[str]
    brought: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, plan: Plan, targets: frozenset[str]) -> _Place:
        return cls(
            plan,
            HeldSeries(plan.vocabulary, targets, plan.emitters),
            {job.name: seconds(job.interval) for job in plan.jobs},
            frozenset((one.record, name) for name, found in plan.signals.items() for one in found),
            frozenset(one.name for one in plan.watched),
        )

    def recorded(self, files: FileRules) -> dict[str, Series]:
        """The series that rules record here."""
        others = self.brought & {record.name for record in files.records}
        known = {name: series for name, series in self.known.items() if name not in others}
        found = records_of_files(files.records, known, self.ours, self.intervals)
        # Several rules may write one record, each other series of it.
        return {
            name: replace(series, labels={**self.known[name].labels, **series.labels}) if name in others else series
            for name, series in found.items()
        }


class RuleJudge:
    """Judges rules against composed environments."""

    def __init__(self, catalogue: Catalogue, plans: Sequence[Plan]) -> None:
        """Read what exists once; ``plans`` are those of all environments, without the rules that are judged."""
        self.here = what_is_here(catalogue, plans)
        self._teams = catalogue.teams
        self._places = [_Place.of(plan, self.here.targets) for plan in plans]
        self._recorded: dict[str, str] = {}

    def judge(self, rules: Iterable[SourceRule], service: str, severity: Severity) -> JudgedRules:
        """Find out which rules hold.

        Args:
            rules: In their order.
            service: The target of those of which nothing else says it; empty for none.
            severity: The urgency of alerts that do not say theirs.
        """
        result = JudgedRules()
        waiting = list(rules)
        known = jobs_elsewhere((rule.expr for rule in waiting), self.here.only_homes)
        coming = frozenset(rule.name for rule in waiting if rule.kind is RuleKind.RECORD)
        self.here = replace(self.here, elsewhere=known, coming=coming)
        reasons: dict[SourceRule, str] = {}
        while waiting:
            later: list[SourceRule] = []
            for rule in waiting:
                held = self._first_that_holds(rule, service, severity, reasons)
                if held is None:
                    later.append(rule)
                    continue
                result.taken[rule] = held
                result.changed += changed(rule.where, rule.what, held.changes)
            if len(later) == len(waiting):
                break
            waiting = later
        result.left += [ImportNote(rule.where, rule.what, reasons[rule]) for rule in waiting]
        return result

    def _first_that_holds(
        self, rule: SourceRule, service: str, severity: Severity, reasons: dict[SourceRule, str]
    ) -> BroughtRule | None:
        targets = [*candidates(rule, self.here, self._recorded), *([service] if service else [])]
        if not targets:
            reasons[rule] = self._nowhere(rule)
        for number, target in enumerate(dict.fromkeys(targets)):
            here = [place for place in self._places if target in place.watched]
            if not here:
                reasons.setdefault(rule, f"it watches {target}, which no environment has")
                continue
            widest = max(here, key=lambda place: len(place.known))
            found = brought(rule, target, severity, self.here, widest.known)
            if any(place.plan.environment.delivery == "managed" for place in here):
                found = without_fields(found, "keep_firing_for")
            try:
                for place in here:
                    found = self._holds(found, place)
            except VitalsError as error:
                if number == 0 or rule not in reasons:
                    reasons[rule] = _short(error)
                continue
            return self._remembered(found, here)
        return None

    def _nowhere(self, rule: SourceRule) -> str:
        """Why nothing is known to be watched by a rule."""
        try:
            written(rule.expr)
        except PromqlError as error:
            return str(error)
        named = {one.metric for one in matchers_of(rule.expr) if one.metric}
        unknown = sorted(name for name in named if not any(name in place.known for place in self._places))
        if unknown and len(unknown) == len(named):
            return f"nothing exposes or records {', '.join(unknown)} here, so its condition would never change"
        return (
            "nothing in it says which service or exporter it watches, and no metric that it reads is exposed by "
            "exactly one of them here. Name the target with --service"
        )

    def _holds(self, rule: BroughtRule, place: _Place) -> BroughtRule:
        """A rule as it holds in an environment, with texts that fit its condition.

        Raises:
            VitalsError: It does not hold there.
        """
        files = self._read(rule, place)
        place.recorded(files)
        for alert in files.alerts:
            resolved = check_expr("", alert.expr, ResolvedForms(place.known), place.intervals.get(alert.service))
            texts = (alert.summary, alert.impact, *alert.annotations.values())
            named = {label for text in texts for label in template.read(text).labels}
            if missing := sorted(named - (resolved.labels or frozenset()) - {"__name__"}):
                rule = asking_first(rule, missing)
                (alert,) = self._read(rule, place).alerts  # noqa: PLW2901 - the same alert with other texts
            check_texts(alert, resolved, place.known)
        return rule

    def _read(self, rule: BroughtRule, place: _Place) -> FileRules:
        with tempfile.TemporaryDirectory(prefix="vitals-import-") as scratch:
            folder = Path(scratch)
            (folder / HANDWRITTEN).mkdir()
            document = {"groups": [{"name": "one", "rules": [dict(rule.content)]}]}
            (folder / HANDWRITTEN / "rule.yaml").write_text(to_yaml(document), encoding="utf-8")
            return load_rule_files(place.plan.watched, self._teams, folder)

    def _remembered(self, rule: BroughtRule, here: Iterable[_Place]) -> BroughtRule:
        """Let the rules that follow read what this one records."""
        if "record" not in rule.content:
            return rule
        self._recorded[str(rule.content["record"])] = rule.service
        for place in here:
            recorded = place.recorded(self._read(rule, place))
            place.known = joined(recorded, place.known)
            place.brought |= recorded.keys()
        return rule


def _short(error: VitalsError) -> str:
    """What is wrong with a rule, without the file that was made for the judgement."""
    text = str(error).replace(located.NOTHING, "")
    for word in ("alert ", "record "):
        _, found, rest = text.partition(f"group one, {word}")
        if found:
            text = rest.partition(": ")[2]
    return text.removeprefix("handwritten/rule.yaml").lstrip(":0123456789, ").strip() or str(error)
