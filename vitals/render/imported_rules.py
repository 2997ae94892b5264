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
from vitals.kit.alerts.places import HANDWRITTEN
from vitals.kit.alerts.rule_file import FileRules
from vitals.kit.alerts.rule_file import load as load_rule_files
from vitals.kit.imports.note import ImportNote, changed
from vitals.kit.imports.rule_source import SourceRule
from vitals.kit.imports.rules import BroughtRule, Here, asking_first, brought, candidates, without_fields
from vitals.kit.imports.selectors import jobs_elsewhere
from vitals.model.catalog import Catalogue, Service
from vitals.model.catalog.fields import seconds
from vitals.model.conventions import Severity
from vitals.model.metrics import EXPORTERS
from vitals.model.promql import Series
from vitals.render.checked import check_expr, check_texts
from vitals.render.compose import Plan
from vitals.render.files_checked import records_of_files, with_targets
from vitals.render.text import to_yaml

_SHARED_PREFIXES = frozenset({"process", "go", "promhttp", "http", "up", "scrape", "ALERTS"})
"""First words of metrics that programs of many kinds expose."""


def what_is_here(catalogue: Catalogue, plans: Sequence[Plan]) -> Here:
    """Targets, teams, and whose each metric is."""
    homes: dict[str, dict[str, None]] = {}
    for plan in plans:
        for job in plan.jobs:
            for metric in job.metrics:
                for name in (metric.name, *(f"{metric.name}{end}" for end in ("_bucket", "_sum", "_count"))):
                    homes.setdefault(name, {})[job.name] = None
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
    )


@dataclass(slots=True)
class JudgedRules:
    """What came of it: the rules that hold, by their sources, and what is said of all."""

    taken: dict[SourceRule, BroughtRule] = field(default_factory=dict)
    changed: list[ImportNote] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)


class RuleJudge:
    """Judges rules against composed environments."""

    def __init__(self, catalogue: Catalogue, plans: Sequence[Plan]) -> None:
        """Read what exists once; ``plans`` are those of all environments, without the rules that are judged."""
        self.here = what_is_here(catalogue, plans)
        self._teams = catalogue.teams
        self._plans = plans
        self._known = [with_targets(plan.vocabulary, self.here.targets) for plan in plans]
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
        self.here = replace(self.here, elsewhere=known)
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
            reasons[rule] = (
                "nothing in it says which service or exporter it watches, and no metric that it reads is exposed by "
                "exactly one of them here. Name the target with --service"
            )
        for number, target in enumerate(dict.fromkeys(targets)):
            here = [index for index, plan in enumerate(self._plans) if target in _names(plan.watched)]
            if not here:
                reasons.setdefault(rule, f"it watches {target}, which no environment has")
                continue
            widest = max(here, key=lambda index: len(self._known[index]))
            found = brought(rule, target, severity, self.here, self._known[widest])
            if any(self._plans[index].environment.delivery == "managed" for index in here):
                found = without_fields(found, "keep_firing_for")
            try:
                for index in here:
                    found = self._holds(found, index)
            except VitalsError as error:
                if number == 0 or rule not in reasons:
                    reasons[rule] = _short(error)
                continue
            return self._remembered(found, here)
        return None

    def _holds(self, rule: BroughtRule, index: int) -> BroughtRule:
        """A rule as it holds in an environment, with texts that fit its condition.

        Raises:
            VitalsError: It does not hold there.
        """
        files = self._read(rule, index)
        known, intervals = self._known[index], self._intervals(index)
        ours = frozenset((one.record, name) for name, found in self._plans[index].signals.items() for one in found)
        records_of_files(files.records, known, ours, intervals)
        for alert in files.alerts:
            resolved = check_expr("", alert.expr, known, intervals.get(alert.service))
            texts = (alert.summary, alert.impact, *alert.annotations.values())
            named = {label for text in texts for label in template.read(text).labels}
            if missing := sorted(named - (resolved.labels or frozenset()) - {"__name__"}):
                rule = asking_first(rule, missing)
                (alert,) = self._read(rule, index).alerts  # noqa: PLW2901 - the same alert with other texts
            check_texts(alert, resolved, known)
        return rule

    def _read(self, rule: BroughtRule, index: int) -> FileRules:
        plan = self._plans[index]
        with tempfile.TemporaryDirectory(prefix="vitals-import-") as scratch:
            folder = Path(scratch)
            (folder / HANDWRITTEN).mkdir()
            document = {"groups": [{"name": "one", "rules": [dict(rule.content)]}]}
            (folder / HANDWRITTEN / "rule.yaml").write_text(to_yaml(document), encoding="utf-8")
            return load_rule_files(plan.watched, self._teams, folder)

    def _intervals(self, index: int) -> dict[str, float]:
        return {job.name: seconds(job.interval) for job in self._plans[index].jobs}

    def _remembered(self, rule: BroughtRule, here: Iterable[int]) -> BroughtRule:
        """Let the rules that follow read what this one records."""
        if "record" not in rule.content:
            return rule
        self._recorded[str(rule.content["record"])] = rule.service
        for index in here:
            known, plan = self._known[index], self._plans[index]
            ours = frozenset((one.record, name) for name, found in plan.signals.items() for one in found)
            records = self._read(rule, index).records
            added: dict[str, Series] = records_of_files(records, known, ours, self._intervals(index))
            self._known[index] = {**known, **added}
        return rule


def _names(watched: Iterable[Service]) -> frozenset[str]:
    return frozenset(one.name for one in watched)


def _short(error: VitalsError) -> str:
    """What is wrong with a rule, without the file that was made for the judgement."""
    text = str(error).replace(located.NOTHING, "")
    for word in ("alert ", "record "):
        _, found, rest = text.partition(f"group one, {word}")
        if found:
            text = rest.partition(": ")[2]
    return text.removeprefix("handwritten/rule.yaml").lstrip(":0123456789, ").strip() or str(error)
