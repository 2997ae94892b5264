"""A case in which a mutated record is equivalent need not run, and one in which it is not must run."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.cases import Bench, CheckTask
from tests.mutation.equivalent import comparable
from tests.mutation.promtool import Promtool
from tests.mutation.result_cache import ResultCache
from tests.mutation.rules import FileRule
from tests.mutation.small_rule_set import BUSY, DOWN, HIGH, RULES, TIGHT
from vitals.local.tools import find

READERS = tuple(HIGH.but(alert=f"BusyHigh{n}") for n in range(200))
"""Alerts enough that running them costs more than comparing the record."""


def _shortcuts(mutated: FileRule) -> dict[str, CheckTask]:
    """The short tasks by case; each check asks for every alert that reads the record."""
    cases = [replace(case, document=_of_any_alert(case.document)) for case in TIGHT]
    bench = Bench(cases, (BUSY, *READERS))
    tasks = bench.tasks_for((mutated, *READERS), [BUSY], [mutated])
    return {task.case: task.shortcut for task in tasks if task.shortcut is not None}


def _of_any_alert(document: object) -> dict[str, object]:
    assert isinstance(document, dict)
    (test,) = document["tests"]
    checks = [
        {**check, "expr": check["expr"].replace('alertname="BusyHigh"', 'alertname=~"BusyHigh.*"')}
        for check in test["promql_expr_test"]
    ]
    return {**document, "tests": [{**test, "promql_expr_test": checks}]}


@pytest.mark.rules
def test_a_difference_shows_in_the_cases_that_can_show_it(tmp_path: Path) -> None:
    """Whether the largest or the smallest counts can be seen of two series, and not of one."""
    shortcut = _shortcuts(BUSY.but(expr="min by (service) (busy)"))
    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        different = {case for case, task in shortcut.items() if not asyncio.run(promtool.passes(task))}

    assert set(shortcut) == {case.name for case in TIGHT}
    assert different == {"one of two is busy"}


@pytest.mark.rules
def test_a_record_that_is_gone_is_not_equivalent(tmp_path: Path) -> None:
    """No number is different from any number."""
    shortcut = _shortcuts(BUSY.but(expr="max by (service) (busy) > 0.7"))
    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        same = {case for case, task in shortcut.items() if asyncio.run(promtool.passes(task))}

    assert same == {"it is far above the bound", "one of two is busy"}


def test_only_one_record_under_its_own_labels_is_compared() -> None:
    """An alert, a record with other labels and two changes at once run in full."""
    mutated = BUSY.but(expr="min by (service) (busy)")

    assert comparable([BUSY], [mutated]) == (BUSY, mutated)
    assert comparable([BUSY], [mutated.but(labels={"service": "worker"})]) is None
    assert comparable([HIGH], [HIGH.but(expr="up > 1")]) is None
    assert comparable([BUSY, DOWN], [mutated, DOWN.but(expr="up == 1")]) is None
    assert all(task.shortcut is None for task in Bench(TIGHT, RULES).tasks_for(RULES, [HIGH], []))
