"""Celery's tasks, counted from events: a real Redis as broker, a real worker with its default prefork pool."""

from __future__ import annotations

import importlib.util
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from opentelemetry import context, trace
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status
from opentelemetry.trace import NonRecordingSpan, SpanContext, TraceFlags
from prometheus_client import CollectorRegistry

from vitals_telemetry import measured
from vitals_telemetry.celery_events import CeleryMonitor, watch_celery
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.tasks import TaskTelemetry

SERVICE = Path(__file__).with_name("celery_service.py")
POOL = 2
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"
SPAN_ID = "00f067aa0ba902b7"


@pytest.fixture
def service(redis_server: tuple[str, subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The service's module as its client has it, connected to the broker."""
    monkeypatch.setenv("BROKER_URL", redis_server[0])
    spec = importlib.util.spec_from_file_location("celery_service", SERVICE)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    module.app.close()


@pytest.fixture
def monitor(service: ModuleType, registry: CollectorRegistry) -> Iterator[CeleryMonitor]:
    """What listens to the events, in this process."""
    watching = watch_celery(service.app, TaskTelemetry(registry))
    assert watching.listening.wait(30)
    yield watching
    watching.close()


@pytest.fixture
def start_worker(tmp_path: Path, service: ModuleType) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    """Start the real worker, with its default pool of processes, and wait until it takes tasks."""
    started: list[subprocess.Popen[bytes]] = []

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "celery", "--app", "celery_service", "worker", "--concurrency", str(POOL)]
        command += ["--hostname", f"worker{len(started)}@loopback", "--without-gossip", "--without-mingle"]
        with (tmp_path / f"worker-{len(started)}.log").open("wb") as log:
            process = subprocess.Popen(
                command, cwd=SERVICE.parent, env=os.environ, stdout=log, stderr=log, start_new_session=True
            )
        started.append(process)
        eventually(lambda: bool(service.app.control.ping(timeout=0.5)))
        return process

    yield start
    for process in started:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something holds, at most half a minute."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "did not come true within 30 s"
        time.sleep(0.05)


def processed(registry: CollectorRegistry) -> dict[tuple[str, str, str], float]:
    """Ended attempts by queue, task and outcome; only those above 0."""
    (family,) = (f for f in registry.collect() if f.name == "tasks_processed")
    return {(s.labels["queue"], s.labels["task"], s.labels["outcome"]): s.value for s in family.samples if s.value}


@pytest.mark.usefixtures("monitor")
def test_a_prefork_worker_is_counted_whole(
    service: ModuleType, registry: CollectorRegistry, start_worker: Callable[..., Any]
) -> None:
    """Every outcome, time and wait of all pool processes arrives in the one process that listens."""
    start_worker()
    for _ in range(4):
        service.work.delay(0.2)
    for task in (service.fail, service.flaky, service.refuse):
        task.delay()
    expected = {
        ("reports", "work", "succeeded"): 4,
        ("reports", "fail", "failed"): 1,
        ("reports", "flaky", "retried"): 1,
        ("reports", "flaky", "succeeded"): 1,
        ("reports", "refuse", "rejected"): 1,
    }
    eventually(lambda: sum(processed(registry).values()) >= sum(expected.values()))
    assert processed(registry) == expected

    labels = {"queue": "reports", "task": "work"}
    assert registry.get_sample_value("task_duration_seconds_count", labels) == 4
    total = registry.get_sample_value("task_duration_seconds_sum", labels)
    assert total is not None
    assert 4 * 0.2 <= total < 4 * 0.2 + 2
    assert registry.get_sample_value("task_wait_seconds_count", labels) == 4
    flaky = {"queue": "reports", "task": "flaky"}
    assert registry.get_sample_value("task_wait_seconds_count", flaky) == 2
    waited = registry.get_sample_value("task_wait_seconds_sum", flaky)
    assert waited is not None
    assert waited < 0.9 * 2, "the countdown of a retry does not count as waiting"
    assert "secret" not in str(list(registry.collect()))


@pytest.mark.usefixtures("monitor")
def test_the_queue_length_is_what_no_worker_has_begun(
    service: ModuleType, registry: CollectorRegistry, start_worker: Callable[..., Any]
) -> None:
    """Tasks at the broker and tasks that a worker fetched in advance count; those being done and later ones do not."""

    def length() -> float | None:
        return registry.get_sample_value("task_queue_length", {"queue": "reports"})

    assert length() == 0
    for _ in range(8):
        service.work.delay(3.0)
    assert length() == 8
    worker = start_worker()
    eventually(lambda: length() == 8 - POOL)
    eventually(lambda: length() == 0)
    service.work.apply_async((0.0,), countdown=600)
    time.sleep(0.5)
    assert length() == 0, "a task for later does not wait"
    worker.send_signal(signal.SIGKILL)
    worker.wait()


def test_an_application_without_sent_events_is_refused(service: ModuleType, registry: CollectorRegistry) -> None:
    """Without them no queue is known, and the error says which settings to make."""
    service.app.conf.task_send_sent_event = False
    with pytest.raises(TelemetryError, match="task_send_sent_event = True"):
        watch_celery(service.app, TaskTelemetry(registry))


@pytest.mark.usefixtures("monitor")
def test_one_trace_reaches_from_the_client_into_the_pool(
    service: ModuleType,
    registry: CollectorRegistry,
    start_worker: Callable[..., Any],
    otlp_receiver: tuple[str, list[tuple[str, Span]]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A task that is sent within a trace is done within it, by a process of the pool; its span has no argument."""
    url, spans = otlp_receiver
    monkeypatch.setenv("OTLP_URL", url)
    worker = start_worker()
    sent_by = SpanContext(
        0x4BF92F3577B34DA6A3CE929D0E0E4736, 0x00F067AA0BA902B7, is_remote=True, trace_flags=TraceFlags(1)
    )
    with trace.use_span(NonRecordingSpan(sent_by)):
        service.work.delay(0.123456)
        service.fail.delay()
    eventually(lambda: sum(processed(registry).values()) == 2)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(timeout=30) == 0

    mine = [span for _, span in spans if span.trace_id.hex() == TRACE_ID]
    assert {span.name for span in mine} == {"process work", "process fail"}
    assert {span.parent_span_id.hex() for span in mine} == {SPAN_ID}
    assert {span.name: span.status.code for span in mine} == {
        "process work": Status.STATUS_CODE_UNSET,
        "process fail": Status.STATUS_CODE_ERROR,
    }
    assert "0.123456" not in str(mine)
    assert "secret" not in str(mine)


def test_a_task_within_a_task_leaves_no_span_behind(service: ModuleType) -> None:
    """Without a worker, one may begin within another and under its id; both spans end, and none remains."""
    service.app.conf.task_always_eager = True
    before = context.get_current()
    assert service.inner.delay().result == os.getpid()
    assert context.get_current() == before


def test_a_broker_that_hangs_does_not_take_the_scrape_with_it(
    monitor: CeleryMonitor,
    registry: CollectorRegistry,
    redis_server: tuple[str, subprocess.Popen[bytes]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It answers nothing: the length is absent, the scrape is there, and the length comes again."""
    labels = {"queue": "reports"}
    assert registry.get_sample_value("task_queue_length", labels) == 0
    redis_server[1].send_signal(signal.SIGSTOP)
    with monkeypatch.context() as hurried:
        hurried.setattr(measured, "ANSWER_TIME", 0.05)
        assert [registry.get_sample_value("task_queue_length", labels) for _ in range(3)] == [None] * 3
    redis_server[1].send_signal(signal.SIGCONT)
    eventually(lambda: registry.get_sample_value("task_queue_length", labels) == 0)
    assert monitor.listening.wait(30)
