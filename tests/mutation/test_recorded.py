"""What the shipped rules record in a case stands for evaluating them."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.mutation.bench import Bench
from tests.mutation.case import Case
from tests.mutation.check_task import CheckTask
from tests.mutation.promtool import Promtool
from tests.mutation.result_cache import ResultCache
from tests.mutation.rules import FileRule, Rules
from tests.mutation.small_rule_set import BUSY, DOWN, HIGH, LOOSE, RULES, case
from vitals.local.tools import find

GAPPY = case(
    "one is busy, gone for a while, and busy again",
    "BusyHigh",
    {
        'busy{service="api", instance="a"}': "_x40 0.25 0.9x60 stale _x119 0.75x120",
        'busy{service="api", instance="b"}': "_x20 -1e-7x90",
    },
    ("60m", 72),
)
FINE = replace(
    GAPPY, name="finer", document={**GAPPY.document, "tests": [{**GAPPY.document["tests"][0], "interval": "5s"}]}
)
OF_BOTH = HIGH.but(expr=f"{HIGH.expr} and on (service) busy")


def _of_the_alert(given: Case, rules: Rules = RULES) -> CheckTask:
    return next(Bench([given], rules).tasks_for(rules, [HIGH], []))


@pytest.mark.rules
@pytest.mark.parametrize("alert", [HIGH, OF_BOTH], ids=["reads a record", "reads a record and a metric"])
@pytest.mark.parametrize("gappy", [GAPPY, FINE], ids=lambda one: one.name)
def test_an_alert_does_the_same_on_what_is_given(tmp_path: Path, gappy: Case, alert: FileRule) -> None:
    """A series that begins, ends and comes again, with samples at each evaluation or three times as many."""
    rules = (BUSY, alert, DOWN)
    bench = Bench([gappy], rules)
    task = next(bench.tasks_for(rules, [alert], []))
    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        recorded = asyncio.run(promtool.recorded(bench.whole(gappy.name)))
        alone = asyncio.run(promtool.recorded(task.with_what_is_given(recorded)))
        again = asyncio.run(promtool.recorded(bench.whole(gappy.name)))

    assert task.rules == {"groups": [{"name": "api", "rules": [alert.body]}]}
    assert recorded.of({alert.output}, 1) == alone.of({alert.output}, 1) != []
    assert recorded == again


def test_of_a_record_everything_that_reads_it_is_evaluated() -> None:
    """Nothing is given of a chain that begins at the mutant."""
    task = next(Bench([LOOSE], RULES).tasks_for(RULES, [BUSY], []))

    assert (task.rules, task.given) == ({"groups": [{"name": "api", "rules": [BUSY.body, HIGH.body]}]}, frozenset())


def test_what_is_recorded_after_its_reader_is_evaluated() -> None:
    """The reader sees the value of the evaluation before, which a given series would not show."""
    late = FileRule("meta", BUSY.body)

    assert _of_the_alert(LOOSE, (late, HIGH, DOWN)).given == frozenset()
    assert _of_the_alert(LOOSE).given == {BUSY.output}


def test_between_two_samples_nothing_is_given() -> None:
    """An input series has no sample for what is recorded there."""
    often = replace(LOOSE, document={**LOOSE.document, "evaluation_interval": "5s"})

    assert _of_the_alert(often).given == frozenset()


@pytest.mark.rules
def test_a_case_of_native_histograms_gives_what_is_recorded_of_them(tmp_path: Path) -> None:
    """Its series are written in another notation; what a rule makes of them is numbers like any other."""
    took = "{{schema:0 offset:-1 buckets:[3 1] count:4 sum:2}}"
    times = {'took{service="api"}': f"_x8 {took}+{took}x24 stale _x8 {took}x20"}
    given = case("requests take half a second", "BusyHigh", times, ("10m", 26))
    mean = BUSY.but(expr="max by (service) (histogram_avg(rate(took[1m])))")
    alert = HIGH.but(expr=HIGH.expr.replace("> 0.5", "> 0.4"), for_="0s")
    rules = (mean, alert, DOWN)
    bench = Bench([given], rules)
    task = next(bench.tasks_for(rules, [alert], []))
    with ResultCache(tmp_path / "found") as cache:
        promtool = Promtool(find("promtool"), cache)
        recorded = asyncio.run(promtool.recorded(bench.whole(given.name)))
        alone = asyncio.run(promtool.recorded(task.with_what_is_given(recorded)))

    assert task.given == {mean.output}
    assert recorded.of({alert.output}, 1) == alone.of({alert.output}, 1) != []
