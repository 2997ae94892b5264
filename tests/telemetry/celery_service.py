"""A small Celery application, as a service would write it; the tests of the hooks run it with the default pool."""

from __future__ import annotations

import os
import time
from typing import Any

from celery import Celery, Task
from celery.exceptions import Reject

from vitals_telemetry import configure_tracing
from vitals_telemetry.celery_traces import trace_celery

# No task is shared with other applications: this module is loaded anew for each test, in one process.
app = Celery("service", broker=os.environ["BROKER_URL"])
app.conf.update(
    worker_send_task_events=True,
    task_send_sent_event=True,
    task_default_queue="reports",
    task_acks_late=True,
    worker_prefetch_multiplier=2,
    broker_connection_retry_on_startup=True,
)
trace_celery()
if "OTLP_URL" in os.environ:
    configure_tracing("celery-worker", "1", os.environ["OTLP_URL"])


@app.task(name="work", shared=False)
def work(seconds: float) -> int:
    """Take some time; say which process did it."""
    time.sleep(seconds)
    return os.getpid()


@app.task(name="fail", shared=False)
def fail() -> None:
    """Raise what the service did not expect."""
    raise RuntimeError("secret text")


@app.task(name="flaky", shared=False, bind=True, max_retries=2)
def flaky(self: Task[Any, Any]) -> None:
    """Fail once, then succeed a moment later."""
    if self.request.retries == 0:
        raise self.retry(countdown=1)


@app.task(name="refuse", shared=False)
def refuse() -> None:
    """Refuse the message for good."""
    raise Reject("no", requeue=False)


@app.task(name="inner", shared=False, bind=True)
def inner(self: Task[Any, Any]) -> Any:  # noqa: ANN401 - what the other answers
    """Do another task within this one, under its id, as one that is replaced does without a worker."""
    return work.apply((0,), task_id=self.request.id).result
