"""Drills that run side by side do not disturb one another, and each has a time that the rules can keep."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
import yaml

from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.local.stack.deadman import BEATS_MISSED, heartbeat_every
from vitals.local.stack.history.span import parse_span
from vitals.local.stack.state import Heartbeat
from vitals.model.catalog import Catalogue
from vitals.model.promql import duration
from vitals.rendered import RenderedModel
from vitals.verify.drills.budget import (
    AFTER_THE_WINDOW_S,
    LONGEST_TO_FIRE_S,
    LONGEST_TO_RESOLVE_S,
    DrillBudget,
    budget_of,
)
from vitals.verify.drills.drill import EVERYTHING, Drill
from vitals.verify.drills.habits import PAST, compares_with_past
from vitals.verify.drills.registry import DRILLS, choose, clash, side_by_side

GROUPS = side_by_side(DRILLS)
PAIRS = [pair for group in GROUPS for pair in itertools.combinations(group, 2)]


@pytest.fixture(scope="module")
def local(wellness: Catalogue) -> Mapping[str, str]:
    """The rendered files that the stack runs."""
    return files_of(wellness, wellness.environments["local"])


@pytest.fixture(scope="module")
def model(local: Mapping[str, str]) -> RenderedModel:
    """What the stack reads of them."""
    return RenderedModel.model_validate_json(local["model.json"])


@pytest.fixture(scope="module")
def heartbeat(local: Mapping[str, str]) -> Heartbeat:
    """The pace of the Watchdog."""
    every_s = heartbeat_every(local["alertmanager.yml"])
    assert every_s is not None
    return Heartbeat(every_s=every_s, patience_s=BEATS_MISSED * every_s)


def test_every_drill_is_in_one_group_and_order_is_kept() -> None:
    """Whatever clashes runs in the order of the list."""
    place = {drill.name: number for number, group in enumerate(GROUPS) for drill in group}

    assert sorted(place) == sorted(drill.name for drill in DRILLS)
    for one, other in itertools.combinations(DRILLS, 2):
        if clash(one, other):
            assert place[one.name] < place[other.name]


def test_what_is_said_once_a_day_comes_first() -> None:
    """No drill before it can have been what is said that day; so it is alone in its turn."""
    once = [drill for drill in DRILLS if drill.once_a_day]

    assert list(DRILLS[: len(once)]) == once != []
    assert GROUPS[0] == once


def test_a_stack_that_is_started_for_drills_has_the_past_that_they_compare_with() -> None:
    """Two look back by days; what the others need is there within minutes."""
    assert [drill.name for drill in DRILLS if compares_with_past(drill)] == ["anomaly-latency", "traffic-gone"]
    assert all(duration(ago) < parse_span(PAST) for drill in DRILLS for _, ago in drill.needs)


def test_groups_save_time() -> None:
    """A quarter of the drills takes no turn of its own: it runs beside another one."""
    assert len(DRILLS) - len(GROUPS) >= len(DRILLS) / 4


@pytest.mark.parametrize(("one", "other"), PAIRS, ids=lambda drill: drill.name)
def test_no_two_drills_of_a_group_clash(one: Drill, other: Drill, local: Mapping[str, str]) -> None:
    """They touch different things, neither makes the other's alert fire, and no alert of one silences the other's."""
    assert not clash(one, other)
    assert one.injection != other.injection
    if one.service == other.service:
        assert one.alert not in {*other.follows, other.alert}
        assert other.alert not in one.follows
    rules = yaml.safe_load(local["alertmanager.yml"])["inhibit_rules"]
    known = json.loads(local["model.json"])["alerts"]
    for source, target in ((one, other), (other, one)):
        for fires in _fired_by(source, known):
            for waits in _fired_by(target, known):
                if waits["name"] == target.alert:
                    assert not any(_inhibits(rule, fires, waits) for rule in rules), (fires, waits)


def _fired_by(drill: Drill, known: list[dict[str, Any]]) -> list[dict[str, Any]]:
    names = {drill.alert, *drill.follows}
    return [alert for alert in known if alert["service"] == drill.service and alert["name"] in names]


def _inhibits(rule: dict[str, Any], source: dict[str, Any], target: dict[str, Any]) -> bool:
    ours, theirs = _labels(source), _labels(target)
    return (
        all(_matches(matcher, ours) for matcher in rule["source_matchers"])
        and all(_matches(matcher, theirs) for matcher in rule["target_matchers"])
        and all(ours.get(name) == theirs.get(name) for name in rule["equal"])
    )


def _labels(alert: dict[str, Any]) -> Mapping[str, str]:
    return {"alertname": alert["name"], "severity": alert["severity"], "service": alert["service"], **alert["labels"]}


def _matches(matcher: str, labels: Mapping[str, str]) -> bool:
    found = re.fullmatch(r'(\w+)(=~|!~|!=|=)"(.*)"', matcher)
    assert found is not None
    name, operator, wanted = found.groups()
    same = bool(re.fullmatch(wanted, labels.get(name, ""))) if "~" in operator else labels.get(name, "") == wanted
    return same != operator.startswith("!")


def test_an_inhibition_between_two_drills_is_found(local: Mapping[str, str]) -> None:
    """The check bites: an outage beside the errors of the same service would silence their page."""
    (errors, outage) = choose(["api-errors", "api-outage"])

    with pytest.raises(AssertionError):
        test_no_two_drills_of_a_group_clash(errors, replace(outage, touches=("elsewhere",)), local)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ("a", "a", True),
        ("a", "a/b", True),
        ("a/b", "a/c", False),
        ("a/b", "a/bc", False),
        ("a", "ab", False),
        (EVERYTHING, "a/b", True),
    ],
)
def test_a_path_overlaps_what_lies_below_it(*, one: str, other: str, overlap: bool) -> None:
    """All of a service clashes with each side of it; two sides do not; the root clashes with all."""
    first, second = (replace(DRILLS[0], touches=(path,)) for path in (one, other))

    assert clash(first, second) is overlap
    assert clash(second, first) is overlap


@pytest.mark.parametrize("drill", DRILLS, ids=lambda drill: drill.name)
def test_every_drill_keeps_the_longest_times(drill: Drill, model: RenderedModel, heartbeat: Heartbeat) -> None:
    """Notified within eight minutes; over within the shortest window and 90 s, and within seven minutes.

    What vanishes with its fault is over when the window has forgotten it, too.
    """
    budget = budget_of(drill, model, heartbeat)

    assert 0 < budget.within_s <= LONGEST_TO_FIRE_S == 8 * 60
    assert budget.resolved_within_s <= LONGEST_TO_RESOLVE_S == 7 * 60
    if drill.alert is not None:
        short = model.timing_of(drill.alert, service=drill.service, rule=drill.rule).short_s
        assert budget.resolved_within_s <= short + drill.lingers_s + AFTER_THE_WINDOW_S
        assert AFTER_THE_WINDOW_S == 90


def test_the_budget_of_an_outage_is_what_is_promised(model: RenderedModel, heartbeat: Heartbeat) -> None:
    """Two scrapes and an evaluation of 5 s, a scrape of 2 s at most, a second of the route, and the delivery."""
    (outage,) = choose(["api-outage"])

    assert budget_of(outage, model, heartbeat).within_s == 20


def test_the_budget_of_errors_is_the_share_of_the_hour_that_they_must_last(
    model: RenderedModel, heartbeat: Heartbeat
) -> None:
    """14.4 * 0.001 / 0.25 of 3600 s are 207.36 s, the rates settle in 60 s, and the chain takes 5 + 2 + 15 + 1 + 2."""
    (errors,) = choose(["api-errors"])

    assert budget_of(errors, model, heartbeat) == DrillBudget(293, 382)


def test_the_alarm_comes_after_two_missed_heartbeats(model: RenderedModel, heartbeat: Heartbeat) -> None:
    """The route repeats every minute, so two minutes and a delivery are the whole budget."""
    (down,) = choose(["alertmanager-down"])

    assert heartbeat.every_s == 60
    assert budget_of(down, model, heartbeat) == DrillBudget(122, 77)


def test_a_drill_that_would_take_too_long_is_refused(model: RenderedModel, heartbeat: Heartbeat) -> None:
    """A tenth of failures must last 518 s while an hour of good ones is remembered: that is too long for a drill."""
    (errors,) = choose(["api-errors"])

    with pytest.raises(VitalsError, match=r"could take 604 s .* Nothing was injected"):
        budget_of(replace(errors, strength=0.1), model, heartbeat)
    with pytest.raises(VitalsError, match="sends no heartbeat"):
        budget_of(choose(["alertmanager-down"])[0], model, None)
