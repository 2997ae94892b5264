"""Test cases as data: what promtool reads, each with what it selects and which rules it needs.

Cases belong to the tests; they are brought here as files by a program that the tests provide, so that nothing here
imports a test.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from promql_parser import parse_duration

from tests.mutation.dependencies import ALERTS, Selector, selectors
from vitals.errors import VitalsError

EXPECTATIONS = ("promql_expr_test", "alert_rule_test")
"""The lists of a test that hold what is expected."""


@dataclass(frozen=True)
class Check:
    """One expectation of a case.

    Attributes:
        kind: The list of the test that holds it, ``promql_expr_test`` or ``alert_rule_test``.
        body: The expectation as promtool reads it.
    """

    kind: str
    body: Mapping[str, Any]

    @cached_property
    def selects(self) -> frozenset[Selector]:
        """What it looks at: the selectors of its expression, or every alert of its name."""
        if self.kind == "promql_expr_test":
            return selectors(self.body["expr"])
        return frozenset({Selector("ALERTS", (("alertname", "=", self.body["alertname"]),))})

    @property
    def at(self) -> float:
        """When it is asked, in seconds."""
        return seconds(self.body["eval_time"])


@dataclass(frozen=True)
class Case:
    """A unit test of promtool.

    Attributes:
        name: Its name.
        groups: The rule groups that it needs.
        document: The unit-test document with one test, without rule files.
        preset: Names of records that are among its series, whose rules are left out.
    """

    name: str
    groups: frozenset[str]
    document: Mapping[str, Any]
    preset: frozenset[str] = frozenset()

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """Everything that it expects."""
        return tuple(Check(kind, body) for kind in EXPECTATIONS for body in self._test.get(kind) or ())

    @cached_property
    def pace(self) -> float:
        """Seconds between two evaluations."""
        return seconds(self.document["evaluation_interval"])

    @cached_property
    def interval(self) -> float:
        """Seconds between two samples of its series."""
        return seconds(self._test["interval"])

    @cached_property
    def gives_records(self) -> bool:
        """Whether what a rule records could be among its series.

        Not where rules are evaluated between two samples, and not where alerts are among its series already.
        """
        names = {re.split(r"[{ ]", one["series"], maxsplit=1)[0] for one in self._test["input_series"]}
        return self.pace % self.interval == 0 and not names & ALERTS

    @property
    def _test(self) -> Mapping[str, Any]:
        (test,) = self.document["tests"]
        return dict(test)


def load(folder: Path) -> tuple[Case, ...]:
    """Read the cases of a folder, one JSON file each.

    Raises:
        VitalsError: There is none, or two have one name, under which one would get what the other records.
    """
    found = [json.loads(file.read_text(encoding="utf-8")) for file in sorted(folder.glob("*.json"))]
    if not found:
        raise VitalsError(f"{folder} holds no cases, so no mutant could be killed. Write them there first.")
    names = Counter(one["name"] for one in found)
    if twice := sorted(name for name, times in names.items() if times > 1):
        raise VitalsError(f"Several cases are called {twice[0]!r}. Give each a name of its own.")
    for one in found:
        for test in one["document"]["tests"]:
            _in_order(test)
    return tuple(
        Case(one["name"], frozenset(one["groups"]), one["document"], frozenset(one["preset"])) for one in found
    )


def _in_order(test: dict[str, Any]) -> None:
    """Sort what has no order, so that equal cases are equal texts."""
    test["input_series"].sort(key=lambda series: series["series"])
    for check in test.get("promql_expr_test") or ():
        check["exp_samples"].sort(key=lambda sample: sample["labels"])


def seconds(duration: str) -> float:
    """Seconds of a duration as promtool writes it."""
    return 0.0 if duration.startswith("0") else parse_duration(duration).total_seconds()
