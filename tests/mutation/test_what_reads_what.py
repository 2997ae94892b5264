"""Of a story only that is told which a spoilt rule can change."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from tests.mutation.experience import Experience
from tests.mutation.planted import BUSY, DOWN, GONE, HIGH, LOOSE, RULES
from tests.mutation.reading import RECORDS_ONLY, Reading, selectors
from tests.mutation.rules import Rule
from tests.mutation.stories import Bench, Story


def test_a_record_belongs_to_the_alerts_behind_which_it_stands() -> None:
    """Also through other records; one that no alert reads is of its own kind."""
    lonely = Rule("api", {"record": "service:other:max", "expr": "other"})
    between = HIGH.but(expr='service:busy_mean:max{service="api"} > 0.5')
    mean = Rule("api", {"record": "service:busy_mean:max", "expr": "avg_over_time(service:busy:max[5m])"})

    assert Reading((BUSY, mean, between, DOWN, lonely)).kinds() == [
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
    reading = Reading((BUSY, other, open_label))

    assert reading.behind(selectors('service:busy:max{service="api"}')) == {0, 2}
    assert reading.behind(selectors('service:busy:max{service!~"a.*"}')) == {1, 2}
    assert reading.behind(selectors("service:busy:max")) == {0, 1, 2}


def test_only_stories_that_a_rule_can_change_are_told() -> None:
    """A mistake in the record is judged by the story of the alert that reads it, with what that needs and no more."""
    both = _both(LOOSE, GONE)
    bench = Bench([both, GONE], RULES)
    spoilt = BUSY.but(expr="min by (service) (busy)")
    (task,) = bench.judging((spoilt, HIGH, DOWN), [BUSY], [spoilt])
    (test,) = task.document["tests"]

    assert task.rules == {"groups": [{"name": "api", "rules": [spoilt.body, HIGH.body]}]}
    assert [one["series"] for one in test["input_series"]] == ['busy{service="api"}']
    assert all("BusyHigh" in one["expr"] for one in test["promql_expr_test"])
    assert task.document["group_eval_order"] == ["api"]


def test_a_rule_under_a_new_name_is_judged_by_the_stories_of_both() -> None:
    """An alert that calls itself as another does is found by the story of the other, too."""
    bench = Bench([LOOSE, GONE], RULES)
    spoilt = HIGH.but(alert="Down")

    assert {task.story for task in bench.judging((BUSY, spoilt, DOWN), [HIGH], [spoilt])} == {LOOSE.name, GONE.name}


def test_a_record_that_is_given_is_not_made() -> None:
    """The rule that would record it is left out, so a mistake in it is judged by other stories only."""
    given = replace(LOOSE, name="given", given=frozenset({"service:busy:max"}))
    bench = Bench([LOOSE, given], RULES)
    of_alert = {task.story: task.rules for task in bench.judging(RULES, [HIGH], [])}

    assert of_alert["given"] == {"groups": [{"name": "api", "rules": [HIGH.body]}]}
    assert of_alert[LOOSE.name] == {"groups": [{"name": "api", "rules": [BUSY.body, HIGH.body]}]}
    assert [task.story for task in bench.judging(RULES, [BUSY], [])] == [LOOSE.name]


def test_the_story_that_notices_most_for_its_cost_goes_first() -> None:
    """Order saves time only: which stories are told is the same."""
    other = replace(LOOSE, name="other")
    bench = Bench([LOOSE, other], RULES)
    experience = Experience()

    def order() -> list[str]:
        likely = partial(experience.likely, ("BusyHigh",))
        return [task.story for task in bench.judging(RULES, [HIGH], [], likely)]

    assert order() == [LOOSE.name, "other"]
    experience.learn(["BusyHigh"], LOOSE.name, noticed=False)
    experience.learn(["BusyHigh"], "other", noticed=True)
    assert order() == ["other", LOOSE.name]
    experience.learn(["BusyHigh"], LOOSE.name, noticed=True)
    experience.learn(["BusyHigh"], LOOSE.name, noticed=True)
    for _ in range(9):
        experience.learn(["BusyHigh"], "other", noticed=False)
    assert order() == [LOOSE.name, "other"]


def _both(left: Story, right: Story) -> Story:
    (one,), (other,) = left.document["tests"], right.document["tests"]
    test = {**one, **{key: one[key] + other[key] for key in ("input_series", "promql_expr_test")}}
    return Story("both", left.groups, {**left.document, "tests": [test]})
