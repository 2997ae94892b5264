"""Tasks that die with their worker: counted as failed once, whatever way the worker goes, and never by mistake."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry.celery_attempts import PATIENCE, SILENCE, Attempts
from vitals_telemetry.tasks import TaskTelemetry

NOW = 1_000_000.0
LABELS = {"queue": "reports", "task": "work"}


@pytest.fixture
def attempts(registry: CollectorRegistry) -> Attempts:
    """Attempts, one of which a worker named w has begun a second after it was sent."""
    following = Attempts(TaskTelemetry(registry))
    following.handle(event("task-sent", 0, queue="reports"))
    following.handle(event("task-received", 0))
    following.handle(event("task-started", 1))
    return following


def event(kind: str, at: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An event as Celery's receiver gives it, ``at`` seconds after the beginning."""
    fields = {"uuid": "1", "timestamp": NOW + at, "local_received": NOW + at, "hostname": "w", "name": "work"}
    return {"type": kind, **fields, **more}


def outcomes(registry: CollectorRegistry) -> dict[str, float]:
    """Ended attempts by outcome; only those above 0."""
    (family,) = (f for f in registry.collect() if f.name == "tasks_processed")
    return {s.labels["outcome"]: s.value for s in family.samples if s.value}


def says_good_bye(attempts: Attempts) -> float:
    """Let the worker announce that it goes."""
    attempts.handle(event("worker-offline", 2))
    return 2 + PATIENCE


def falls_silent(_: Attempts) -> float:
    """Let the worker say nothing, as one does that is killed."""
    return 1 + SILENCE


def begins_anew(attempts: Attempts) -> float:
    """Let a worker of the same name begin, as the next one in a container of that name does."""
    attempts.handle(event("worker-online", 10, active=0))
    attempts.handle(event("worker-heartbeat", 12, active=1))
    return 10 + PATIENCE


@pytest.mark.parametrize("goes", [says_good_bye, falls_silent, begins_anew])
def test_what_a_lost_worker_was_doing_has_failed(
    goes: Callable[[Attempts], float],
    attempts: Attempts,
    registry: CollectorRegistry,
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The attempt counts as failed once, with its wait and without a time, and the log names task and worker."""
    lost = goes(attempts)
    attempts.fetched("reports", NOW + lost - 0.5)
    assert outcomes(registry) == {}
    for later in (1, 2, 1000):
        attempts.fetched("reports", NOW + lost + later)
        assert outcomes(registry) == {"failed": 1}
    assert registry.get_sample_value("task_wait_seconds_sum", LABELS) == 1
    assert registry.get_sample_value("task_duration_seconds_count", LABELS) is None
    assert [record.getMessage() for record in caplog.records] == ["task 1 (work) was lost with its worker w"]


def test_a_worker_that_lost_the_broker_for_a_moment_goes_on(attempts: Attempts, registry: CollectorRegistry) -> None:
    """Such a worker says that it goes and comes, with tasks in its hands: they end as they end."""
    attempts.handle(event("worker-offline", 2))
    attempts.handle(event("worker-online", 3, active=1))
    attempts.handle(event("worker-heartbeat", 20, active=1))
    attempts.handle(event("task-succeeded", 30, runtime=29.0))
    assert outcomes(registry) == {"succeeded": 1}


def test_an_end_that_comes_after_the_good_bye_counts(attempts: Attempts, registry: CollectorRegistry) -> None:
    """The last events of a worker that stops may come in any order within some patience."""
    attempts.handle(event("worker-offline", 2))
    attempts.handle(event("task-succeeded", 2.5, runtime=1.0))
    attempts.fetched("reports", NOW + 1000)
    assert outcomes(registry) == {"succeeded": 1}


def test_a_message_that_comes_back_is_a_retry(attempts: Attempts, registry: CollectorRegistry) -> None:
    """With late acknowledgement another worker gets the task: one attempt more, and the wait begins anew."""
    attempts.handle(event("worker-offline", 2))
    attempts.handle(event("task-received", 3, hostname="v"))
    attempts.handle(event("task-started", 5, hostname="v"))
    attempts.handle(event("task-succeeded", 6, hostname="v", runtime=1.0))
    attempts.fetched("reports", NOW + 1000)
    assert outcomes(registry) == {"retried": 1, "succeeded": 1}
    assert registry.get_sample_value("task_wait_seconds_sum", LABELS) == 1 + 2


def test_a_message_that_comes_back_late_counts_twice(attempts: Attempts, registry: CollectorRegistry) -> None:
    """A broker that gives it out again after an hour: the first has failed by then, the second counts too."""
    attempts.fetched("reports", NOW + SILENCE + 2)
    attempts.handle(event("task-received", 3600, hostname="v"))
    attempts.handle(event("task-started", 3601, hostname="v"))
    attempts.handle(event("task-succeeded", 3602, hostname="v", runtime=1.0))
    assert outcomes(registry) == {"failed": 1, "succeeded": 1}


def test_a_worker_that_stops_in_order_finishes_what_it_has(attempts: Attempts, registry: CollectorRegistry) -> None:
    """It says so at once and how many tasks it has; they end later, without a heartbeat in between."""
    attempts.handle(event("worker-offline", 2, active=1))
    attempts.fetched("reports", NOW + 2 + SILENCE - 1)
    assert outcomes(registry) == {}
    attempts.handle(event("task-succeeded", 2 + SILENCE - 1, runtime=50.0))
    assert outcomes(registry) == {"succeeded": 1}


def test_a_worker_that_is_killed_while_it_stops_loses_its_task(attempts: Attempts, registry: CollectorRegistry) -> None:
    """The time that it was given to finish is over."""
    attempts.handle(event("worker-offline", 2, active=1))
    attempts.fetched("reports", NOW + 2 + SILENCE)
    assert outcomes(registry) == {"failed": 1}


@pytest.mark.parametrize(("late", "expected"), [(False, {"failed": 1}), (True, {"retried": 1, "succeeded": 1})])
def test_a_task_that_is_cancelled_is_lost_unless_it_comes_back(
    attempts: Attempts, registry: CollectorRegistry, expected: dict[str, float], *, late: bool
) -> None:
    """A worker that has to stop at once cancels its tasks; by then it says that it has none."""
    attempts.handle(event("worker-heartbeat", 2, active=1))
    attempts.handle(event("worker-offline", 3, active=0))
    attempts.handle(event("task-cancelled", 3))
    if late:
        attempts.handle(event("task-received", 4, hostname="v"))
        attempts.handle(event("task-started", 5, hostname="v"))
        attempts.handle(event("task-succeeded", 6, hostname="v", runtime=1.0))
    attempts.fetched("reports", NOW + 1000)
    assert outcomes(registry) == expected


@pytest.mark.parametrize("acknowledged", [False, True], ids=["late, so the refusal is reported besides", "early"])
def test_a_refusal_counts_once(attempts: Attempts, registry: CollectorRegistry, *, acknowledged: bool) -> None:
    """Celery reports a task that refuses its message as failed, and the refusal only where it still has the message."""
    attempts.handle(event("task-failed", 2, exception="reject requeue=False: no"))
    if not acknowledged:
        attempts.handle(event("task-rejected", 2, requeue=False))
    assert outcomes(registry) == {"rejected": 1}


@pytest.mark.parametrize(
    "ending",
    [
        [event("worker-heartbeat", 2, active=0), event("worker-offline", 100)],
        [event("worker-heartbeat", 2, active=0)],
        [
            event("worker-heartbeat", 2, active=0),
            event("worker-offline", 2, active=0),
            event("worker-online", 3, active=0),
        ],
        [event("worker-heartbeat", 2, active=0), event("worker-online", 3, active=0)],
    ],
    ids=["stops later", "is killed later", "is restarted", "is killed and restarted"],
)
def test_a_task_that_ends_without_a_word_is_not_lost(
    ending: list[dict[str, Any]], attempts: Attempts, registry: CollectorRegistry
) -> None:
    """One that raises Ignore reports no end, but its worker says that it has nothing to do."""
    for one in ending:
        attempts.handle(one)
    attempts.fetched("reports", NOW + 1000)
    assert outcomes(registry) == {}


def test_an_end_that_comes_after_a_heartbeat_counts(attempts: Attempts, registry: CollectorRegistry) -> None:
    """Workers send heartbeats at once and the ends of tasks a moment later."""
    attempts.handle(event("worker-heartbeat", 2, active=0))
    attempts.fetched("reports", NOW + 4)
    attempts.handle(event("task-succeeded", 4, runtime=0.5))
    assert outcomes(registry) == {"succeeded": 1}


def test_a_busy_worker_loses_as_many_as_it_had(attempts: Attempts, registry: CollectorRegistry) -> None:
    """Of the tasks that reported no end, those begun last are lost: the others ended without a word before."""
    for number in range(2, 8):
        for kind in ("task-sent", "task-received", "task-started"):
            attempts.handle(event(kind, number, uuid=str(number), queue="reports"))
    attempts.handle(event("worker-heartbeat", 6.5, active=2))
    attempts.fetched("reports", NOW + 1000)
    assert outcomes(registry) == {"failed": 2 + 1}


def test_silence_does_not_count_as_death_without_a_listener(attempts: Attempts, registry: CollectorRegistry) -> None:
    """While the broker is away all workers are silent; what ended meanwhile is unknown, and counts neither way."""
    attempts.interrupted()
    attempts.fetched("reports", NOW + 500)
    attempts.resumed(NOW + 501)
    attempts.handle(event("worker-heartbeat", 502))
    attempts.fetched("reports", NOW + 1000)
    assert outcomes(registry) == {}
    attempts.handle(event("task-failed", 1001, exception="ValueError()"))
    assert outcomes(registry) == {"failed": 1}


@pytest.mark.parametrize(
    "wrong",
    [
        {},
        {"type": "task-sent", "local_received": NOW},
        {"type": None, "local_received": NOW},
        event("task-sent", 2, queue="reports", eta="soon", uuid="2"),
        event("task-received", 2, uuid=["2"]),
        event("worker-online", 2, hostname={}),
    ],
    ids=str,
)
def test_a_malformed_event_is_left_out(
    wrong: dict[str, Any], attempts: Attempts, registry: CollectorRegistry, caplog: pytest.LogCaptureFixture
) -> None:
    """Whatever else speaks on the broker, the events after it count."""
    attempts.handle(wrong)
    attempts.handle(wrong)
    attempts.handle(event("task-succeeded", 3, runtime=2.0))
    assert outcomes(registry) == {"succeeded": 1}
    assert len(caplog.records) == 1
