"""Rules as data that can be mutated one at a time, and put together again as Prometheus reads them.

A rule is what its file says and nothing more: how it was made is not known here. A set of rules keeps the order of
files, because a group evaluates its rules in that order.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

from vitals.rendered import names


class Output(NamedTuple):
    """What a rule gives: an alert or a recorded name, and the labels that it sets, sorted."""

    alerting: bool
    name: str
    labels: tuple[tuple[str, str], ...]

    def is_apart_from(self, other: Output) -> bool:
        """Whether no series can be of both."""
        mine = dict(self.labels)
        return self[:2] != other[:2] or any(mine.get(label, value) != value for label, value in other.labels)


@dataclass(frozen=True)
class FileRule:
    """One rule of a rule file.

    Attributes:
        group: The group that evaluates it; its file is called ``<group>.yaml``.
        body: The rule as the file has it: ``alert`` or ``record``, ``expr``, ``for``, ``labels``, ``annotations``.
        interval: How often the group is evaluated, a duration; a test case has a pace of its own.
    """

    group: str
    body: Mapping[str, Any]
    interval: str = ""

    @cached_property
    def alerting(self) -> bool:
        """Whether it is an alert, and not a record."""
        return "alert" in self.body

    @cached_property
    def name(self) -> str:
        """The name of the alert, or the recorded name."""
        return str(self.body["alert" if self.alerting else "record"])

    @cached_property
    def expr(self) -> str:
        """Its PromQL expression."""
        return str(self.body["expr"])

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The labels that it sets."""
        return dict(self.body.get("labels") or {})

    @property
    def file(self) -> str:
        """The file that holds it, in the folder of the environment."""
        return names.yaml_file(names.RULES, self.group)

    @cached_property
    def output(self) -> Output:
        """What it gives; the value of a label that is a template is not known."""
        fixed = ((label, value) for label, value in self.labels.items() if "{{" not in value)
        return Output(self.alerting, self.name, tuple(sorted(fixed)))

    @cached_property
    def identity(self) -> str:
        """Two rules are the same if group and body are."""
        return json.dumps([self.group, self.body], sort_keys=True)

    def but(self, **changed: object) -> FileRule:
        """The same rule with other entries; ``for_`` stands for ``for``.

        Args:
            **changed: New value by key; ``None`` takes the key out.
        """
        new = {"for" if key == "for_" else key: value for key, value in changed.items()}
        return replace(self, body={key: value for key, value in {**self.body, **new}.items() if value is not None})


Rules = tuple[FileRule, ...]
"""All rules of an environment, by group and in the order of evaluation."""


def rule_file(rules: Iterable[FileRule]) -> dict[str, object]:
    """Rules as one rule file, groups in the order of their first rule."""
    groups: dict[str, list[Mapping[str, Any]]] = {}
    for rule in rules:
        groups.setdefault(rule.group, []).append(rule.body)
    return {"groups": [{"name": name, "rules": bodies} for name, bodies in groups.items()]}


def difference(before: Rules, after: Rules) -> tuple[list[FileRule], list[FileRule]]:
    """The rules that only the one has, and those that only the other has."""
    left, right = (Counter(rule.identity for rule in rules) for rules in (before, after))
    return (
        [rule for rule in before if left[rule.identity] > right[rule.identity]],
        [rule for rule in after if right[rule.identity] > left[rule.identity]],
    )
