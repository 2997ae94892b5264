"""A story in which a spoilt record is always the same number need not be told, and one in which it is not must be."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.judge import Judge
from tests.mutation.memory import Memory
from tests.mutation.planted import BUSY, DOWN, HIGH, RULES, TIGHT
from tests.mutation.rules import Rule
from tests.mutation.stories import Bench, Task
from tests.mutation.unlike import comparable
from vitals.tools import find

READERS = tuple(HIGH.but(alert=f"BusyHigh{n}") for n in range(200))
"""Alerts enough that to tell them costs more than to compare the record."""


def _alike(spoilt: Rule) -> dict[str, Task]:
    """The short tasks by story; each check asks for every alert that reads the record."""
    stories = [replace(story, document=_of_any_alert(story.document)) for story in TIGHT]
    bench = Bench(stories, (BUSY, *READERS))
    tasks = bench.judging((spoilt, *READERS), [BUSY], [spoilt])
    return {task.story: task.alike for task in tasks if task.alike is not None}


def _of_any_alert(document: object) -> dict[str, object]:
    assert isinstance(document, dict)
    (test,) = document["tests"]
    checks = [
        {**check, "expr": check["expr"].replace('alertname="BusyHigh"', 'alertname=~"BusyHigh.*"')}
        for check in test["promql_expr_test"]
    ]
    return {**document, "tests": [{**test, "promql_expr_test": checks}]}


@pytest.mark.rules
def test_a_difference_shows_in_the_stories_that_can_show_it(tmp_path: Path) -> None:
    """Whether the largest or the smallest counts can be seen of two series, and not of one."""
    alike = _alike(BUSY.but(expr="min by (service) (busy)"))
    with Memory(tmp_path / "found") as memory:
        judge = Judge(find("promtool"), memory)
        unlike = {story for story, task in alike.items() if not asyncio.run(judge.comes_true(task))}

    assert set(alike) == {story.name for story in TIGHT}
    assert unlike == {"one of two is busy"}


@pytest.mark.rules
def test_a_record_that_is_gone_is_another_one(tmp_path: Path) -> None:
    """No number is different from any number."""
    alike = _alike(BUSY.but(expr="max by (service) (busy) > 0.7"))
    with Memory(tmp_path / "found") as memory:
        judge = Judge(find("promtool"), memory)
        same = {story for story, task in alike.items() if asyncio.run(judge.comes_true(task))}

    assert same == {"it is far above the bound", "one of two is busy"}


def test_only_one_record_under_its_own_labels_is_compared() -> None:
    """An alert, a record with other labels and two changes at once are told in full."""
    spoilt = BUSY.but(expr="min by (service) (busy)")

    assert comparable([BUSY], [spoilt]) == (BUSY, spoilt)
    assert comparable([BUSY], [spoilt.but(labels={"service": "worker"})]) is None
    assert comparable([HIGH], [HIGH.but(expr="up > 1")]) is None
    assert comparable([BUSY, DOWN], [spoilt, DOWN.but(expr="up == 1")]) is None
    assert all(task.alike is None for task in Bench(TIGHT, RULES).judging(RULES, [HIGH], []))
