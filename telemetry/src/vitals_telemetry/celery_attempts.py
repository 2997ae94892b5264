"""From Celery's events to attempts at tasks: joins what the client, the worker and its pool report about one task.

Events of one task come from several processes and in no fixed order: a quick task may end before its client has
reported that it was sent, and a retry is sent before its first attempt has ended. An attempt is therefore distinguished
by the task's id and its number of retries, and reported when it has ended and its sending is known, or was waited for
in vain.

A worker that is killed reports no end. What it was doing counts as failed when it is known to be gone: it said so and
did not finish it, was silent for too long, or one of its name began anew with nothing to do. A message that was not
acknowledged comes back; if another worker has it by then, the attempt counts as retried instead.

A task that raises ``Ignore``, or replaces itself by another, reports no end either, and is not counted. It must not be
taken for lost when its worker goes, so workers are believed in how many tasks they say they have.
See https://docs.celeryq.dev/en/stable/userguide/monitoring.html for the events.
"""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from vitals_telemetry.celery_attempt import UNKNOWN, CeleryAttempt, had_by
from vitals_telemetry.celery_event_fields import checked
from vitals_telemetry.mistakes import Mistakes
from vitals_telemetry.tasks import FAILED, REJECTED, RETRIED, SUCCEEDED, TaskTelemetry

PATIENCE = 5.0
"""How long one event waits for another that is under way from another process, in seconds: an end for the event of the
sending, the loss of a task for its end or for another worker that takes it."""

SILENCE = 60.0
"""Seconds after which a worker that says nothing is taken for dead, with all that it fetched and was doing: thirty of
the heartbeats that Celery sends every two seconds."""

_SEARCH_PAUSE = 1.0
"""Seconds between two searches for lost attempts, since each looks at all that are followed."""

_OUTCOMES = {
    "task-succeeded": SUCCEEDED,
    "task-failed": FAILED,
    "task-retried": RETRIED,
    "task-rejected": REJECTED,
    "task-revoked": REJECTED,
}

_REJECTS = "reject requeue="
"""How the exception of a task begins that refuses its message for good.

Celery reports that it failed, and the refusal besides, unless the message was acknowledged early.
"""

_logger = logging.getLogger(__name__)


class Attempts:
    """Follows attempts at tasks; safe for threads.

    Args:
        telemetry: Where attempts are reported that have ended.
        most: Attempts followed at most; beyond it the one heard of longest ago is forgotten unreported.
    """

    def __init__(self, telemetry: TaskTelemetry, most: int = 10_000) -> None:
        self._telemetry = telemetry
        self._most = most
        self._lock = threading.Lock()
        self._attempts: OrderedDict[tuple[str, int], CeleryAttempt] = OrderedDict()
        self._retries: OrderedDict[str, int] = OrderedDict()
        self._unsent: dict[tuple[str, int], float] = {}
        self._heard: dict[str, float] = {}
        self._active: dict[str, tuple[float, int]] = {}
        self._listening = True
        self._searched = 0.0
        self._mistakes = Mistakes(_logger)

    def handle(self, event: Mapping[str, Any]) -> None:
        """Take one event, as Celery's receiver gives it; one that is malformed is logged once and left out."""
        try:
            fields = checked(event)
            with self._lock:
                self._take(fields)
        except Exception:
            self._mistakes.note("an event of Celery has not the fields that it should have, so it is not counted")

    def _take(self, event: Mapping[str, Any]) -> None:
        kind, now = event["type"], event["local_received"]
        if kind.startswith("worker-"):
            self._worker(kind, event, now)
        elif kind == "task-sent":
            self._sent(event)
        elif kind == "task-received":
            self._received(event)
        elif kind == "task-started":
            self._started(event)
        elif kind in _OUTCOMES:
            self._ended(event, now)
        elif kind == "task-cancelled":
            self._cancelled(event, now)
        self._lose_patience(now)

    def interrupted(self) -> None:
        """Stop to take silence for death: no monitor listens."""
        with self._lock:
            self._listening = False

    def resumed(self, now: float) -> None:
        """Begin to listen again after an interruption: what was running may have ended unheard, so it is not missed.

        Args:
            now: Seconds since the epoch.
        """
        with self._lock:
            self._listening = True
            self._heard = {worker: now if heard else heard for worker, heard in self._heard.items()}
            for attempt in self._attempts.values():
                if attempt.running:
                    attempt.worker = None

    def _worker(self, kind: str, event: Mapping[str, Any], now: float) -> None:
        """Hear of a worker: one that goes, or begins with nothing to do, leaves behind what it was doing."""
        worker, active = event["hostname"], event.get("active")
        gone = kind == "worker-offline"
        before = self._active.pop(worker, None)
        if active is not None:
            self._active[worker] = event["timestamp"], int(active)
        self._heard[worker] = 0.0 if gone else now
        if kind == "worker-heartbeat" and active != 0:
            return  # every two seconds, of each worker: it has what it had
        mine = [attempt for attempt in self._attempts.values() if attempt.worker == worker and attempt.running]
        if kind == "worker-heartbeat":
            for attempt in mine:
                if (attempt.started or 0.0) <= event["timestamp"]:
                    attempt.leave(now + PATIENCE)
        elif active and not gone:  # it had lost the broker for a moment, not its tasks
            for attempt in mine:
                attempt.given_up = None
        else:
            # One that stops in order says how many it still has, and finishes them without a heartbeat.
            patience = SILENCE if gone and active else PATIENCE
            theirs = had_by(mine, before)
            for attempt in mine:
                if id(attempt) in theirs:
                    attempt.given_up = now + patience
                else:
                    attempt.leave(now + PATIENCE)

    def _sent(self, event: Mapping[str, Any]) -> None:
        key = (event["uuid"], event["retries"])
        attempt = self._attempt(key)
        attempt.name, attempt.queue = event["name"] or UNKNOWN, event.get("queue") or UNKNOWN
        due = event.get("eta")
        attempt.ready = max(event["timestamp"], datetime.fromisoformat(due).timestamp() if due else 0.0)
        if attempt.ended is not None:
            self._report(key)
        else:
            self._telemetry.expect(attempt.queue, attempt.name)

    def _received(self, event: Mapping[str, Any]) -> None:
        retries = event["retries"]
        self._retries[event["uuid"]] = retries
        attempt = self._attempt((event["uuid"], retries))
        if attempt.started is not None and attempt.ended is None and event["timestamp"] >= attempt.started:
            self._came_back(attempt, event["timestamp"])
        attempt.name, attempt.worker = event["name"] or UNKNOWN, event["hostname"]
        self._heard[event["hostname"]] = event["local_received"]

    def _started(self, event: Mapping[str, Any]) -> None:
        for key in self._open(event["uuid"]):
            if self._attempts[key].started is None:
                self._attempts[key].started = event["timestamp"]
                self._attempts[key].worker = event["hostname"]
                self._heard[event["hostname"]] = event["local_received"]
                return

    def _came_back(self, attempt: CeleryAttempt, now: float) -> None:
        """Begin again with a task whose message was not acknowledged by the worker that had it."""
        if not attempt.lost:
            self._count(attempt, RETRIED)
        attempt.started, attempt.given_up, attempt.left, attempt.lost, attempt.ready = None, None, None, False, now

    def _ended(self, event: Mapping[str, Any], now: float) -> None:
        key = next(self._open(event["uuid"]), None)
        if key is None:
            return
        attempt = self._attempts[key]
        refuses = str(event.get("exception", "")).startswith(_REJECTS)
        attempt.outcome = REJECTED if refuses else _OUTCOMES[event["type"]]
        attempt.ended, attempt.runtime = event["timestamp"], event.get("runtime")
        if attempt.queue is None:
            self._unsent.setdefault(key, now)
        else:
            self._report(key)
        if event.get("requeue"):
            self._attempts[key] = CeleryAttempt(attempt.name, attempt.queue, ready=event["timestamp"])

    def _cancelled(self, event: Mapping[str, Any], now: float) -> None:
        """Hear that a worker does not go on with a task, whose message comes back if it was not acknowledged."""
        for key in self._open(event["uuid"]):
            if self._attempts[key].running:
                self._attempts[key].given_up, self._attempts[key].left = now + PATIENCE, None
                return

    def _open(self, task: str) -> Iterator[tuple[str, int]]:
        """Yield the attempts at a task that have not ended, the earliest first; several may be heard of at once."""
        for retries in range(self._retries.get(task, 0) + 1):
            attempt = self._attempts.get((task, retries))
            if attempt is not None and attempt.ended is None:
                yield task, retries

    def _attempt(self, key: tuple[str, int]) -> CeleryAttempt:
        attempt = self._attempts.setdefault(key, CeleryAttempt())
        self._attempts.move_to_end(key)
        if len(self._attempts) > self._most:
            self._attempts.popitem(last=False)
        while len(self._retries) > self._most:
            self._retries.popitem(last=False)
        return attempt

    def _lose_patience(self, now: float) -> None:
        """Report what has ended and has waited long enough for the event of its sending, and what is lost."""
        for key in [key for key, since in self._unsent.items() if now - since >= PATIENCE]:
            self._report(key)
        if self._listening and abs(now - self._searched) >= _SEARCH_PAUSE:
            self._searched = now
            self._search_lost(now)
            self._heard = {worker: heard for worker, heard in self._heard.items() if now - heard < SILENCE}
            self._active = {worker: said for worker, said in self._active.items() if worker in self._heard}

    def _search_lost(self, now: float) -> None:
        silent: dict[str, dict[tuple[str, int], CeleryAttempt]] = {}
        for key, attempt in list(self._attempts.items()):
            if attempt.worker is None or not attempt.running:
                continue
            if attempt.left is not None and now >= attempt.left:
                del self._attempts[key]
            elif attempt.given_up is not None and now >= attempt.given_up:
                self._lose(key, attempt)
            elif attempt.given_up is None and now - self._heard.get(attempt.worker, 0.0) >= SILENCE:
                silent.setdefault(attempt.worker, {})[key] = attempt
        for worker, attempts in silent.items():
            theirs = had_by(attempts.values(), self._active.get(worker))
            for key, attempt in attempts.items():
                if id(attempt) in theirs:
                    self._lose(key, attempt)
                else:
                    del self._attempts[key]

    def _lose(self, key: tuple[str, int], attempt: CeleryAttempt) -> None:
        _logger.warning("task %s (%s) was lost with its worker %s", key[0], attempt.name, attempt.worker)
        self._count(attempt, FAILED)
        attempt.lost, attempt.ready = True, None

    def _report(self, key: tuple[str, int]) -> None:
        self._unsent.pop(key, None)
        attempt = self._attempts.pop(key, None)
        if attempt is not None:
            self._count(attempt, attempt.outcome)

    def _count(self, attempt: CeleryAttempt, outcome: str) -> None:
        queue, seconds = attempt.queue or UNKNOWN, attempt.runtime
        if attempt.started is not None:
            if seconds is None and attempt.ended is not None:
                seconds = max(0.0, attempt.ended - attempt.started)
            if attempt.ready is not None:
                self._telemetry.waited(queue, attempt.name, attempt.started - attempt.ready)
        self._telemetry.ended(queue, attempt.name, outcome, seconds)

    def fetched(self, queue: str, now: float) -> int:
        """Return how many tasks of a queue are due, and fetched by a worker that lives and has not begun them.

        Args:
            queue: Name of the queue.
            now: Seconds since the epoch.
        """
        with self._lock:
            self._lose_patience(now)
            return sum(
                attempt.queue == queue
                and attempt.worker is not None
                and now - self._heard.get(attempt.worker, 0.0) < SILENCE
                and attempt.started is None
                and attempt.ended is None
                and (attempt.ready or 0.0) <= now
                for attempt in self._attempts.values()
            )
