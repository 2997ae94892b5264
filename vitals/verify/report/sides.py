"""The two sides of a report: each environment at the base and at the head, and which dashboards differ."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePosixPath

import yaml

from vitals.errors import VitalsError
from vitals.local.stack.rendered_rules import RenderedRule, rules_in
from vitals.rendered import RenderedModel, RuleGroupEntry, groups_in, names
from vitals.verify.backtest import RuleSet, rule_set
from vitals.verify.changes import Revisions, by_environment


@dataclass(frozen=True)
class ReportSide:
    """An environment at one revision.

    Attributes:
        name: The environment.
        files: Text of each of its files, by its path in the environment.
    """

    name: str
    files: Mapping[str, str]

    @cached_property
    def model(self) -> RenderedModel | None:
        """Its model; None where it is not there or of another version."""
        try:
            return RenderedModel.model_validate_json(self.files.get(names.MODEL, ""))
        except ValueError:
            return None

    @property
    def rule_texts(self) -> dict[str, str]:
        """Text of each rule file, by its path in the environment."""
        return {path: text for path, text in self.files.items() if path.startswith(f"{names.RULES}/")}

    @cached_property
    def groups(self) -> tuple[RuleGroupEntry, ...]:
        """Its rule groups.

        Raises:
            VitalsError: A file cannot be read.
        """
        found: list[RuleGroupEntry] = []
        for path, text in sorted(self.rule_texts.items()):
            try:
                found += groups_in(text)
            except (ValueError, yaml.YAMLError) as error:
                raise VitalsError(
                    f"rendered/{self.name}/{path} cannot be read ({' '.join(str(error).split())}), so what its alerts "
                    "do is not known. Nothing was written. Run `vitals render` and commit the result."
                ) from error
        return tuple(found)

    @cached_property
    def rules(self) -> tuple[RenderedRule, ...]:
        """Its rules, as a preview reads them."""
        return tuple(rules_in(self.groups))

    @cached_property
    def alerts(self) -> RuleSet:
        """Its alerts, as a back-test reads them."""
        return rule_set(self.groups)

    @cached_property
    def dashboards(self) -> dict[str, str]:
        """Text of each dashboard, by its uid."""
        return {
            PurePosixPath(path).stem: text
            for path, text in self.files.items()
            if path.startswith(f"{names.DASHBOARDS}/") and path.endswith(".json")
        }


@dataclass(frozen=True)
class ReportedEnvironment:
    """An environment that differs; one side is None where it is new or removed."""

    name: str
    before: ReportSide | None
    after: ReportSide | None


@dataclass(frozen=True)
class ChangedDashboard:
    """A dashboard that is another one.

    Attributes:
        uid: Its uid.
        environment: The environment for which it is drawn.
        before: Its text at the base; None where it is new.
        after: Its text at the head; None where it is removed.
        also: Other environments in which it changed.
    """

    uid: str
    environment: ReportedEnvironment
    before: str | None
    after: str | None
    also: tuple[str, ...]

    @property
    def title(self) -> str:
        """What people call it."""
        for text in (self.after, self.before):
            try:
                return str(json.loads(text or "").get("title") or self.uid)
            except (ValueError, AttributeError):
                continue
        return self.uid


def changed_environments(found: Revisions) -> list[ReportedEnvironment]:
    """Every environment in which a file differs, by name."""
    before, after = _sides(found.before), _sides(found.after)
    every = [ReportedEnvironment(name, before.get(name), after.get(name)) for name in sorted({*before, *after})]
    return [one for one in every if not (one.before and one.after and one.before.files == one.after.files)]


def changed_dashboards(environments: Sequence[ReportedEnvironment]) -> list[ChangedDashboard]:
    """Every dashboard whose content differs, once, for the first environment in which it changed.

    Args:
        environments: Those that differ; the one that reviewers care for most comes first.
    """
    where: dict[str, list[ReportedEnvironment]] = defaultdict(list)
    for one in environments:
        ones, others = (side.dashboards if side else {} for side in (one.before, one.after))
        for uid in {*ones, *others}:
            if _content(ones.get(uid)) != _content(others.get(uid)):
                where[uid].append(one)
    return [
        ChangedDashboard(
            uid,
            first,
            first.before.dashboards.get(uid) if first.before else None,
            first.after.dashboards.get(uid) if first.after else None,
            tuple(one.name for one in rest),
        )
        for uid, (first, *rest) in sorted(where.items())
    ]


def _content(text: str | None) -> object:
    """What a dashboard says, however its JSON is laid out."""
    try:
        return None if text is None else json.loads(text)
    except (ValueError, RecursionError):
        return text


def _sides(files: Mapping[str, str]) -> dict[str, ReportSide]:
    return {name: ReportSide(name, texts) for name, texts in by_environment(files).items()}
