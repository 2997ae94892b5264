"""The decorator for any queue, and the joining of Celery's events where they come in an awkward order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from functools import partial
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry.celery_attempt import UNKNOWN
from vitals_telemetry.celery_attempts import PATIENCE, SILENCE, Attempts
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.metrics import TASK_METRICS
from vitals_telemetry.tasks import REJECTED, RETRIED, TaskTelemetry

NOW = 1_000_000.0


@pytest.fixture
def tasks(registry: CollectorRegistry) -> TaskTelemetry:
    """Telemetry of tasks."""
    return TaskTelemetry(registry)


def processed(registry: CollectorRegistry) -> dict[tuple[str, str, str], float]:
    """Ended attempts by queue, task and outcome; only those above 0."""
    (family,) = (f for f in registry.collect() if f.name == "tasks_processed")
    return {(s.labels["queue"], s.labels["task"], s.labels["outcome"]): s.value for s in family.samples if s.value}


def test_a_decorated_function_counts_time_wait_and_outcome(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """Plain and async functions alike; the answer and the exception come through."""

    def outcome(error: Exception, *_: object) -> str:
        return RETRIED if isinstance(error, TimeoutError) else REJECTED

    def kind_of(kind: str, _: Exception | None) -> str:
        return kind

    @tasks.watch("letters", task=kind_of, waited=lambda *_: 2.0, outcome_of=outcome)
    def send(kind: str, error: Exception | None) -> str:
        if error:
            raise error
        return kind

    @tasks.watch("letters", task="print")
    async def print_later(error: Exception | None) -> str:
        await asyncio.sleep(0)
        if error:
            raise error
        return "printed"

    assert send("post", None) == "post"
    for error in (TimeoutError(), ValueError()):
        with pytest.raises(type(error)):
            send("post", error)
    assert asyncio.run(print_later(None)) == "printed"
    with pytest.raises(ValueError, match="ink"):
        asyncio.run(print_later(ValueError("ink")))

    assert processed(registry) == {
        ("letters", "post", "succeeded"): 1,
        ("letters", "post", "retried"): 1,
        ("letters", "post", "rejected"): 1,
        ("letters", "print", "succeeded"): 1,
        ("letters", "print", "failed"): 1,
    }
    labels = {"queue": "letters", "task": "post"}
    assert registry.get_sample_value("task_wait_seconds_sum", labels) == 6
    assert registry.get_sample_value("task_duration_seconds_count", labels) == 3
    assert registry.get_sample_value("task_wait_seconds_count", {"queue": "letters", "task": "print"}) is None


async def _fails_later() -> None:
    await asyncio.sleep(0.01)
    raise LookupError("boom")


class _Handler:
    async def __call__(self) -> None:
        await _fails_later()


@pytest.mark.parametrize("do", [_Handler(), lambda: _fails_later(), partial(_fails_later)])  # noqa: PLW0108
def test_what_returns_a_coroutine_ends_with_it(
    do: Callable[[], Coroutine[Any, Any, None]], tasks: TaskTelemetry, registry: CollectorRegistry
) -> None:
    """A handler that is an object, or is wrapped by a plain function, fails when its coroutine does."""
    with pytest.raises(LookupError):
        asyncio.run(tasks.watch("letters", task="print")(do)())

    assert processed(registry) == {("letters", "print", "failed"): 1}
    assert (registry.get_sample_value("task_duration_seconds_sum", {"queue": "letters", "task": "print"}) or 0) >= 0.01


def test_a_generator_is_refused(tasks: TaskTelemetry) -> None:
    """It has done nothing when its call has ended, so whatever it does later would count as succeeded."""

    def parts() -> Iterator[int]:
        yield 1

    async def parts_later() -> AsyncIterator[int]:
        yield 1

    for do in (parts, parts_later, partial(parts)):
        with pytest.raises(TelemetryError, match="is a generator"):
            tasks.watch("letters", task="print")(do)


def test_arguments_may_be_called_anything(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """A task whose arguments bear the names that telemetry uses inside runs, and keeps its own error."""

    @tasks.watch("letters", task=lambda **_: "deliver")
    def deliver(**arguments: object) -> object:
        if arguments["hook"] is None:
            raise LookupError("the service's own")
        return arguments

    names = ("hook", "otherwise", "task", "queue", "args", "kwargs", "error", "do", "self", "func")
    given = dict.fromkeys(names, "x")
    assert deliver(**given) == given
    with pytest.raises(LookupError, match="the service's own"):
        deliver(**(given | {"hook": None}))
    assert processed(registry) == {
        ("letters", "deliver", "succeeded"): 1,
        ("letters", "deliver", "failed"): 1,
    }


def test_every_outcome_is_there_from_the_first_task_on(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """A rate of failures never misses the first one, because its series is there before."""
    tasks.ended("letters", "post", "succeeded", 0.1)
    labels = {"queue": "letters", "task": "post", "outcome": "failed"}
    assert registry.get_sample_value("tasks_processed_total", labels) == 0


def test_the_scrape_is_that_of_the_contract(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """Every metric of the family is there as described."""
    tasks.waited("letters", "post", -1)
    tasks.ended("letters", "post", "succeeded", 0.1)
    tasks.measure_length("letters", lambda: 3)
    families = {family.name: family for family in registry.collect()}
    for metric in TASK_METRICS:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.type.value, metric.help)
        assert all(set(s.labels) - {"le"} == set(metric.label_names) for s in family.samples)
    assert registry.get_sample_value("task_wait_seconds_sum", {"queue": "letters", "task": "post"}) == 0


def test_more_kinds_than_the_bound_become_other(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """Names that are made up at run time cannot fill Prometheus."""
    for number in range(150):
        tasks.ended("letters", f"kind-{number}", "succeeded", None)
    assert len({task for _, task, _ in processed(registry)}) == 100
    assert processed(registry)["letters", "other", "succeeded"] == 51
    overflow = {"metric": "tasks_processed_total", "label": "task"}
    beyond = registry.get_sample_value("telemetry_label_overflow_total", overflow)
    assert beyond is not None
    assert beyond >= 51


def event(kind: str, at: float, **more: Any) -> dict[str, Any]:  # noqa: ANN401
    """An event of one task as Celery's receiver gives it."""
    return {"type": kind, "uuid": "1", "timestamp": at, "local_received": at, "hostname": "w", **more}


def test_a_task_that_ends_before_its_sending_is_heard(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """The late event still gives queue and wait; without it the queue is unknown after some patience."""
    attempts = Attempts(tasks)
    attempts.handle(event("task-received", NOW, name="work", retries=0))
    attempts.handle(event("task-started", NOW + 1))
    attempts.handle(event("task-succeeded", NOW + 2, runtime=0.9))
    assert processed(registry) == {}
    attempts.handle(event("task-sent", NOW + 0.5, name="work", retries=0, queue="reports"))
    assert processed(registry) == {("reports", "work", "succeeded"): 1}
    assert registry.get_sample_value("task_wait_seconds_sum", {"queue": "reports", "task": "work"}) == 0.5

    attempts.handle(event("task-received", NOW + 3, name="work", retries=0))
    attempts.handle(event("task-started", NOW + 3))
    attempts.handle(event("task-failed", NOW + 4, exception="ValueError()"))
    attempts.fetched("reports", NOW + 4 + PATIENCE)
    assert processed(registry)[UNKNOWN, "work", "failed"] == 1


def test_what_a_dead_worker_fetched_does_not_wait_for_ever(tasks: TaskTelemetry) -> None:
    """Fetched tasks count while their worker is heard of, and neither after it said good-bye nor after its silence."""
    attempts = Attempts(tasks)
    for ends in ({"type": "worker-offline"}, {}):
        attempts.handle(event("task-sent", NOW, name="work", retries=0, queue="reports"))
        attempts.handle(event("task-received", NOW, name="work", retries=0))
        assert attempts.fetched("reports", NOW + 1) == 1
        if ends:
            attempts.handle(event("worker-offline", NOW + 1))
            assert attempts.fetched("reports", NOW + 1) == 0
    assert attempts.fetched("reports", NOW + SILENCE) == 0


def test_a_requeued_task_keeps_its_queue(tasks: TaskTelemetry, registry: CollectorRegistry) -> None:
    """A refusal that puts the message back is counted, and the next attempt is known to be the same task's."""
    attempts = Attempts(tasks)
    attempts.handle(event("task-sent", NOW, name="work", retries=0, queue="reports"))
    for at in (NOW + 1, NOW + 2):
        attempts.handle(event("task-received", at, name="work", retries=0))
        attempts.handle(event("task-started", at))
        attempts.handle(event("task-rejected", at, requeue=True))
    assert processed(registry) == {("reports", "work", "rejected"): 2}


def test_memory_is_bounded(tasks: TaskTelemetry) -> None:
    """Attempts that never end are forgotten, the oldest first."""
    attempts = Attempts(tasks, most=10)
    for number in range(100):
        attempts.handle(event("task-sent", NOW, name="work", retries=0, queue="reports") | {"uuid": str(number)})
        attempts.handle(event("task-received", NOW, name="work", retries=0) | {"uuid": str(number)})
    assert attempts.fetched("reports", NOW) == 10
