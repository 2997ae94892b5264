"""Of a case only that part runs which a mutated rule can change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, cast

from tests.mutation.bench import Bench
from tests.mutation.case import Case
from tests.mutation.dependencies import RECORDS_ONLY, Dependencies, selectors
from tests.mutation.kill_history import KillHistory
from tests.mutation.rules import FileRule
from tests.mutation.small_rule_set import BUSY, DOWN, GONE, HIGH, LOOSE, RULES


def test_a_record_belongs_to_the_alerts_behind_which_it_stands() -> None:
    """Also through other records; one that no alert reads is of its own kind."""
    lonely = FileRule("api", {"record": "service:other:max", "expr": "other"})
    between = HIGH.but(expr='service:busy_mean:max{service="api"} > 0.5')
    mean = FileRule("api", {"record": "service:busy_mean:max", "expr": "avg_over_time(service:busy:max[5m])"})

    assert Dependencies((BUSY, mean, between, DOWN, lonely)).kinds() == [
        ("BusyHigh",),
        ("BusyHigh",),
        ("BusyHigh",),
        ("Down",),
        (RECORDS_ONLY,),
    ]


def test_a_rule_with_other_labels_is_not_read() -> None:
    """A selector for one service does not read the record of another, but reads one whose labels are open."""
    other = BUSY.but(labels={"service": "worker"})
    open_label = BUSY.but(labels={})
    dependencies = Dependencies((BUSY, other, open_label))

    assert dependencies.behind(selectors('service:busy:max{service="api"}')) == {0, 2}
    assert dependencies.behind(selectors('service:busy:max{service!~"a.*"}')) == {1, 2}
    assert dependencies.behind(selectors("service:busy:max")) == {0, 1, 2}


def test_only_cases_that_a_rule_can_change_run() -> None:
    """A mutant of the record is tested by the case of the alert that reads it, with what that needs and no more."""
    both = _both(LOOSE, GONE)
    bench = Bench([both, GONE], RULES)
    mutated = BUSY.but(expr="min by (service) (busy)")
    (task,) = bench.tasks_for((mutated, HIGH, DOWN), [BUSY], [mutated])
    (test,) = task.document["tests"]

    assert task.rules == {"groups": [{"name": "api", "rules": [mutated.body, HIGH.body]}]}
    assert [one["series"] for one in test["input_series"]] == ['busy{service="api"}']
    assert all("BusyHigh" in one["expr"] for one in test["promql_expr_test"])
    assert task.document["group_eval_order"] == ["api"]


def test_a_rule_under_a_new_name_is_tested_by_the_cases_of_both() -> None:
    """An alert that calls itself as another does is killed by the case of the other, too."""
    bench = Bench([LOOSE, GONE], RULES)
    mutated = HIGH.but(alert="Down")

    assert {task.case for task in bench.tasks_for((BUSY, mutated, DOWN), [HIGH], [mutated])} == {LOOSE.name, GONE.name}


def test_the_rule_of_a_preset_record_is_left_out() -> None:
    """The rule that would record it is left out, so a mutant of it is tested by other cases only."""
    preset = replace(LOOSE, name="preset", preset=frozenset({"service:busy:max"}))
    bench = Bench([LOOSE, preset], RULES)

    assert bench.whole("preset").rules == {"groups": [{"name": "api", "rules": [HIGH.body]}]}
    assert bench.whole(LOOSE.name).rules == {"groups": [{"name": "api", "rules": [BUSY.body, HIGH.body]}]}
    given = {task.case: task.given for task in bench.tasks_for(RULES, [HIGH], [])}
    assert given == {"preset": frozenset(), LOOSE.name: {BUSY.output}}
    assert [task.case for task in bench.tasks_for(RULES, [BUSY], [])] == [LOOSE.name]


def test_the_case_that_kills_most_for_its_cost_runs_first() -> None:
    """Order saves time only: which cases run is the same."""
    other = replace(LOOSE, name="other")
    bench = Bench([LOOSE, other], RULES)
    history = KillHistory()

    def order() -> list[str]:
        likely = partial(history.likely, ("BusyHigh",))
        return [task.case for task in bench.tasks_for(RULES, [HIGH], [], likely)]

    assert order() == [LOOSE.name, "other"]
    history.record(["BusyHigh"], LOOSE.name, killed=False)
    history.record(["BusyHigh"], "other", killed=True)
    assert order() == ["other", LOOSE.name]
    history.record(["BusyHigh"], LOOSE.name, killed=True)
    history.record(["BusyHigh"], LOOSE.name, killed=True)
    for _ in range(9):
        history.record(["BusyHigh"], "other", killed=False)
    assert order() == [LOOSE.name, "other"]


def _both(left: Case, right: Case) -> Case:
    (one,), (other,) = left.document["tests"], right.document["tests"]
    test = {**one, **{key: one[key] + other[key] for key in ("input_series", "promql_expr_test")}}
    return Case("both", left.groups, {**left.document, "tests": [test]})


def test_what_only_a_mutant_reads_is_evaluated_with_it() -> None:
    """The shipped rules of a case do not give it, so it would be missing."""
    reads_every_alert = HIGH.but(expr=f'{HIGH.expr} and on () ALERTS{{alertstate="firing"}}')
    after = (BUSY, reads_every_alert, DOWN)
    (one,) = Bench([LOOSE], RULES).tasks_for(after, [HIGH], [reads_every_alert])
    groups = cast("list[dict[str, Any]]", one.rules["groups"])
    evaluated = {rule.get("alert") for group in groups for rule in group["rules"]}

    assert evaluated == {"BusyHigh", "Down"}
