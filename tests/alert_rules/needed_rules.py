"""What test cases can see of rules and samples: what no check can reach cannot fail, and need not be evaluated.

A group holds records for panels beside those for alerts. What is recorded has cases of its own
(:mod:`tests.alert_rules.recorded_value_cases`), which see every record; those of alerts see a part.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import yaml

from tests.mutation.case import Case
from tests.mutation.dependencies import Dependencies, selectors
from tests.mutation.rules import FileRule


def needed_rules(cases: Iterable[Case], groups: Iterable[str], rule_files: Mapping[str, Path]) -> dict[str, str]:
    """The rules behind the checks of some cases, directly or through others, as text of a rule file for each group.

    Args:
        cases: The cases. Records that are among their samples are not needed.
        groups: Names of the groups that they load.
        rule_files: The rule file of each group.
    """
    documents = {group: _parsed(rule_files[group]) for group in sorted(groups)}
    rules = tuple(
        FileRule(name, rule)
        for name, document in documents.items()
        for group in document["groups"]
        for rule in group["rules"]
    )
    dependencies = Dependencies(rules)
    places = frozenset[int]().union(
        *(dependencies.behind((one for check in case.checks for one in check.selects), case.preset) for case in cases)
    )
    needed = {id(rules[place].body) for place in places}
    for document in documents.values():
        for group in document["groups"]:
            group["rules"] = [rule for rule in group["rules"] if id(rule) in needed]
    return {name: json.dumps(document) for name, document in documents.items()}


def needed_test(case: Case, rule_texts: Iterable[str]) -> dict[str, Any]:
    """The one test of a case, with the series that its checks or some rules read.

    Args:
        case: The case.
        rule_texts: The rule files that are loaded.
    """
    loaded = (rule for text in rule_texts for group in json.loads(text)["groups"] for rule in group["rules"])
    read = {selector.name for rule in loaded for selector in selectors(str(rule["expr"]))}
    read |= {selector.name for check in case.checks for selector in check.selects}
    (test,) = case.document["tests"]
    series = [one for one in test["input_series"] if one["series"].partition("{")[0].strip() in read]
    return {**test, "input_series": series}


def _parsed(file: Path) -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(file.read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    return document
