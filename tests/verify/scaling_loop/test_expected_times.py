"""What is computed from the rendered files: how soon a replica must be added, and when the fewest must be back."""

from __future__ import annotations

import math
from typing import Any

import pytest

from vitals.paths import RENDERED
from vitals.rendered import Rendered, environments, read
from vitals.verify.scaling_loop.drill import bound_of, step_of
from vitals.verify.scaling_loop.expected import LoadPace, LoadStep, asked_for, back_to_min_s, first_scale_up_s, pace
from vitals.verify.scaling_loop.objects import Shipped, shipped
from vitals.verify.scaling_loop.outcome import FIRST_SCALE_UP_WITHIN_S

PACE = LoadPace(scrape_s=5, evaluation_s=15, window_s=60)
STEADY = {"stabilizationWindowSeconds": 300}


def scaler(behaviour: dict[str, Any] | None = None) -> Shipped:
    """A scaler that keeps a replica for every 10 requests per second, and at least two."""
    spec: dict[str, Any] = {
        "minReplicaCount": 2,
        "maxReplicaCount": 10,
        "advanced": {"horizontalPodAutoscalerConfig": {"behavior": behaviour or {}}},
        "triggers": [{"name": "requests", "metadata": {"threshold": "10", "query": "q"}}],
    }
    return Shipped(service="api", scaled_object={"metadata": {"namespace": "n"}, "spec": spec})


def test_a_replica_is_added_when_the_new_rate_has_filled_enough_of_the_window() -> None:
    """From 16 to 32 per second: 22 is the tolerance, reached after 3/8 of a minute; then three intervals at most."""
    step = LoadStep(before=16, after=32, per_replica=20)

    assert first_scale_up_s(scaler(), step, PACE) == pytest.approx(60 * 6 / 16 + 5 + 15 + 15)


def test_what_the_replicas_cannot_answer_is_not_counted() -> None:
    """Two replicas that answer 11 each never show more than 22, however many ask, so nothing would scale."""
    assert first_scale_up_s(scaler(), LoadStep(before=16, after=500, per_replica=11), PACE) == math.inf
    assert first_scale_up_s(scaler(), LoadStep(before=16, after=500, per_replica=14), PACE) < math.inf


@pytest.mark.parametrize(
    ("rate", "replicas", "asked"),
    [(30.0, 3, 3), (30.3, 3, 3), (32.9, 3, 3), (33.1, 3, 4), (27.1, 3, 3), (26.9, 3, 3), (19.0, 3, 2), (4.0, 3, 2)],
)
def test_a_load_about_what_the_replicas_are_kept_for_asks_for_as_many(rate: float, replicas: int, asked: int) -> None:
    """A tenth above or below changes nothing; beyond it each started ten is a replica, and two are the fewest."""
    assert asked_for(scaler(), rate, replicas) == asked


def test_a_pause_before_growing_is_waited_for() -> None:
    """A stabilization window of the way up comes on top."""
    step = LoadStep(before=16, after=32, per_replica=20)
    hasty, patient = scaler(), scaler({"scaleUp": {"stabilizationWindowSeconds": 45}})

    assert first_scale_up_s(patient, step, PACE) - first_scale_up_s(hasty, step, PACE) == 45


def test_replicas_go_after_the_stabilization_window_all_at_once_by_default() -> None:
    """Kubernetes' own behaviour: the rate leaves its window, five minutes pass, and the rest goes in one step."""
    assert back_to_min_s(scaler(), 6, PACE) == 60 + 5 + 15 + 15 + 300


def test_a_policy_of_one_at_a_time_takes_a_period_for_each() -> None:
    """From six to two, one a minute: the last three wait for their minute, found at the next look."""
    slow = scaler({"scaleDown": {**STEADY, "policies": [{"type": "Pods", "value": 1, "periodSeconds": 60}]}})

    assert back_to_min_s(slow, 6, PACE) - back_to_min_s(scaler(), 6, PACE) == 3 * (60 + 15)


def test_the_larger_of_two_policies_counts_unless_the_smaller_is_chosen() -> None:
    """Half of eight is four, so one step and one more; with the smaller one, five steps of one."""
    policies = [
        {"type": "Percent", "value": 50, "periodSeconds": 60},
        {"type": "Pods", "value": 1, "periodSeconds": 60},
    ]
    most = scaler({"scaleDown": {**STEADY, "policies": policies}})
    least = scaler({"scaleDown": {**STEADY, "policies": policies, "selectPolicy": "Min"}})

    assert back_to_min_s(most, 8, PACE) - back_to_min_s(scaler(), 8, PACE) == 75
    assert back_to_min_s(least, 8, PACE) - back_to_min_s(scaler(), 8, PACE) == 5 * 75


def test_replicas_that_may_not_go_never_do() -> None:
    """A disabled way down has no time."""
    assert back_to_min_s(scaler({"scaleDown": {"selectPolicy": "Disabled"}}), 4, PACE) == math.inf


SCALED = [
    (read(RENDERED / environment), entry.service)
    for environment in environments(RENDERED)
    for entry in read(RENDERED / environment).model.scalers
    if any(trigger.demand == "requests" for trigger in entry.triggers)
]


@pytest.mark.parametrize(("rendered", "service"), SCALED, ids=[f"{one.name}-{service}" for one, service in SCALED])
def test_what_ships_adds_a_replica_within_a_minute_of_the_drills_step(rendered: Rendered, service: str) -> None:
    """Computed from the rendered intervals: the promise of the drill is one that the shipped files can keep."""
    one = shipped(rendered, service)
    known, step = pace(rendered, one), step_of(one)

    assert known.window_s >= 2 * known.scrape_s
    assert known.evaluation_s > 0
    assert first_scale_up_s(one, step, known) <= FIRST_SCALE_UP_WITHIN_S
    at_once, _, seconds = bound_of(step).partition(":")
    assert int(at_once) / float(seconds) > one.threshold
