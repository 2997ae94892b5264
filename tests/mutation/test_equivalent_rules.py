"""A case in which a mutated record is equivalent need not run, and one in which it is not must run."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.bench import Bench
from tests.mutation.case import Check
from tests.mutation.check_task import identities, part
from tests.mutation.dependencies import Dependencies
from tests.mutation.equivalent import comparable, never_differs, side_by_side
from tests.mutation.promtool import Promtool
from tests.mutation.result_cache import ResultCache
from tests.mutation.rules import FileRule
from tests.mutation.small_rule_set import BUSY, DOWN, HIGH, RULES, TIGHT
from vitals.local.tools import find

READERS = tuple(HIGH.but(alert=f"BusyHigh{n}") for n in range(200))
"""Alerts enough that running them costs more than comparing the record."""


async def _differs(mutated: FileRule, promtool: Promtool) -> dict[str, bool]:
    """Whether the record differs by case; each check asks for every alert that reads the record."""
    cases = [replace(case, document=_of_any_alert(case.document)) for case in TIGHT]
    bench = Bench(cases, (BUSY, *READERS))
    tasks = list(bench.tasks_for((mutated, *READERS), [BUSY], [mutated]))
    shortcuts = [
        task.shortcut.with_what_is_given(await promtool.recorded(bench.whole(task.case)))
        for task in tasks
        if task.shortcut is not None
    ]
    passed = await promtool.pass_each(shortcuts)
    return {shortcut.case: not passes for shortcut, passes in zip(shortcuts, passed, strict=True)}


def _of_any_alert(document: object) -> dict[str, object]:
    assert isinstance(document, dict)
    (test,) = document["tests"]
    checks = [
        {
            **check,
            "expr": check["expr"].replace('alertname="BusyHigh"', 'alertname=~"BusyHigh.*"').replace("sum(", "max("),
        }
        for check in test["promql_expr_test"]
    ]
    return {**document, "tests": [{**test, "promql_expr_test": checks}]}


@pytest.mark.rules
def test_a_difference_shows_in_the_cases_that_can_show_it(tmp_path: Path) -> None:
    """Whether the largest or the smallest counts can be seen of two series, and not of one."""
    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        differs = asyncio.run(_differs(BUSY.but(expr="min by (service) (busy)"), promtool))

    assert differs == {case.name: case.name == "one of two is busy" for case in TIGHT}


@pytest.mark.rules
def test_a_record_that_is_gone_is_not_equivalent(tmp_path: Path) -> None:
    """No number is different from any number."""
    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        differs = asyncio.run(_differs(BUSY.but(expr="max by (service) (busy) > 0.7"), promtool))
    same = {case for case, different in differs.items() if not different}

    assert same == {"it is far above the bound", "one of two is busy"}


@pytest.mark.rules
def test_an_alert_differs_where_it_is_pending_or_firing_at_other_times(tmp_path: Path) -> None:
    """A higher bound differs in the case between the two bounds only, a longer wait wherever the alert fires."""

    async def differs_in(mutated: FileRule, promtool: Promtool) -> set[str]:
        beside, added = side_by_side(RULES, HIGH, mutated)
        bench, found = Bench(TIGHT, RULES), set()
        for case in TIGHT:
            check = Check("promql_expr_test", never_differs(300))
            known = identities(case, RULES, Dependencies(RULES))
            task = part(case, [check], beside, Dependencies(beside), added, recorded=known)
            complete = task.with_what_is_given(await promtool.recorded(bench.whole(case.name)))
            if await promtool.pass_each([complete]) == [False]:
                found.add(case.name)
        return found

    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        bound = asyncio.run(differs_in(HIGH.but(expr=HIGH.expr.replace("0.5", "0.6")), promtool))
        wait = asyncio.run(differs_in(HIGH.but(for_="2m"), promtool))

    assert bound == {"it is just above the bound"}
    assert wait == {case.name for case in TIGHT} - {"it stays at the bound"}


def test_only_one_rule_under_its_own_labels_is_compared() -> None:
    """A rule with other labels, two changes at once and a rule that reads itself run in full."""
    mutated = BUSY.but(expr="min by (service) (busy)")
    goes_on = HIGH.but(expr=f'{HIGH.expr} or ALERTS{{alertname="BusyHigh"}}')

    assert comparable([BUSY], [mutated]) == (BUSY, mutated)
    assert comparable([BUSY], [mutated.but(labels={"service": "worker"})]) is None
    assert comparable([HIGH], [HIGH.but(labels={"severity": "critical"})]) is None
    assert comparable([goes_on], [HIGH]) is None
    assert comparable([HIGH], [goes_on]) is None
    assert comparable([BUSY, DOWN], [mutated, DOWN.but(expr="up == 1")]) is None
    assert all(task.shortcut is None for task in Bench(TIGHT, RULES).tasks_for(RULES, [HIGH], []))
