"""The process that makes the load: ``python -m vitals.verify.load.generator PLAN.json``.

Locust is imported first, because it replaces the blocking parts of the standard library. One JSON line for each
interval goes to standard output and nothing else; what a locustfile prints goes to standard error. SIGTERM ends it in
good order.
"""

from __future__ import annotations

import locust  # isort: skip  (it patches the process, so it comes before everything that could be patched)

import os
import random
import signal
import sys
import time
from pathlib import Path
from typing import Any, TextIO
from urllib.parse import urlsplit

import gevent
import gevent.event
import psutil
from locust import FastHttpUser, User
from locust.env import Environment
from locust.util.load_locustfile import load_locustfile

from vitals.verify.load.arrivals import INTENDED, worker_class
from vitals.verify.load.plan import REQUEST_TIMEOUT_S, GeneratorPlan
from vitals.verify.load.recorded_run import GeneratorInterval
from vitals.verify.load.schedule import Schedule, poisson
from vitals.verify.load.tally import RequestTally

_LOOK_EVERY_S = 0.05
"""How often the generator's own timer is checked."""
_ERROR_STATUS = 400


def user_classes(plan: GeneratorPlan) -> list[type[User]]:
    """The user classes of the locustfile that take part; exits with a sentence if there is none of a name."""
    try:
        found, _ = load_locustfile(str(plan.locustfile))
    except Exception as error:  # whatever the code of the users raises
        sys.exit(f"{plan.locustfile.name} cannot be loaded: {type(error).__name__}: {error}")
    unknown = [name for name in plan.classes if name not in found]
    if unknown or not found:
        sys.exit(
            f"{plan.locustfile.name} has no user class {', '.join(unknown) or 'at all'}; it has "
            f"{', '.join(sorted(found)) or 'none'}."
        )
    return [user_class for name, user_class in found.items() if not plan.classes or name in plan.classes]


def bounded(user_class: type[User], tally: RequestTally) -> type[User]:
    """Make a user class whose requests give up after a while and are counted while they are in flight."""

    class Bounded(user_class):  # type: ignore[misc, valid-type]
        """The user, with a client that is watched."""

        def __init__(self, environment: Environment) -> None:
            super().__init__(environment)
            client = getattr(self, "client", None)
            if client is None:
                return
            send = client.request
            limits = {} if isinstance(self, FastHttpUser) else {"timeout": REQUEST_TIMEOUT_S}

            def request(*call: object, **options: object) -> object:
                tally.in_flight += 1
                try:
                    return send(*call, **{**limits, **options})
                finally:
                    tally.in_flight -= 1

            client.request = request

    Bounded.__name__ = Bounded.__qualname__ = user_class.__name__
    if issubclass(user_class, FastHttpUser):
        Bounded.network_timeout = Bounded.connection_timeout = REQUEST_TIMEOUT_S
    return Bounded


class Generator:
    """One run of a plan."""

    def __init__(self, plan: GeneratorPlan, out: TextIO) -> None:
        self._plan = plan
        self._out = out
        self._tally = RequestTally()
        self._ended = gevent.event.Event()
        self._lag_s = 0.0
        self._process = psutil.Process()
        self._prefix = urlsplit(plan.host).path.rstrip("/")

    def run(self) -> None:
        """Make load until the plan is done or SIGTERM comes."""
        random.seed(self._plan.seed)
        classes = [bounded(one, self._tally) for one in user_classes(self._plan)]
        begun_at, begun = time.time(), time.monotonic()
        schedules: list[Schedule] = []
        if self._plan.steps:
            weight = sum(one.weight for one in classes)
            schedules = [
                Schedule(
                    poisson(self._plan.steps, one.weight / weight, random.Random(f"{self._plan.seed} {one.__name__}")),  # noqa: S311
                    begun_at,
                    self._tally,
                )
                for one in classes
            ]
            classes = [worker_class(one, schedule) for one, schedule in zip(classes, schedules, strict=True)]
        environment = Environment(user_classes=classes, host=self._plan.host, catch_exceptions=True)
        environment.events.request.add_listener(self._count)  # type: ignore[no-untyped-call]
        environment.events.user_error.add_listener(self._failed)  # type: ignore[no-untyped-call]
        runner = environment.create_local_runner()
        gevent.signal_handler(signal.SIGTERM, self._ended.set)
        gevent.spawn(self._watch_own_timer)
        runner.start(self._plan.users, max(1.0, self._plan.users / max(self._plan.ramp_s, 1.0)))
        number = 0
        while not self._ended.is_set() and number * self._plan.interval_s < self._plan.duration_s:
            number += 1
            due = begun + min(number * self._plan.interval_s, self._plan.duration_s)
            self._ended.wait(max(0.0, due - time.monotonic()))
            if self._ended.is_set() or number * self._plan.interval_s >= self._plan.duration_s:
                self._tally.unsent += sum(schedule.overdue() for schedule in schedules)
            if self._plan.steps and number * self._plan.interval_s >= self._plan.steps[0].lasts_s:
                self._tally.learned()
            self._report((number - 1) * self._plan.interval_s, runner.user_count)
        runner.quit()

    def _count(self, *, request_type: str, name: str, response_time: float, **more: Any) -> None:  # noqa: ANN401 - Locust's
        route = name.split("?", 1)[0]
        # The host's path is where the service is, and not one of its routes.
        if route.startswith(f"{self._prefix}/"):
            route = route.removeprefix(self._prefix)
        endpoint = f"{request_type} {route}"
        took_s = max(0.0, response_time / 1000)
        status = getattr(more.get("response"), "status_code", None) or 0
        exception = more.get("exception")
        error = None
        if exception is not None:
            error = str(status) if status >= _ERROR_STATUS else type(exception).__name__
        intended = (more.get("context") or {}).get(INTENDED)
        late_s = 0.0
        if intended is not None:
            sent_at = more.get("start_time") or time.time() - took_s
            late_s = intended.sent(sent_at, took_s, self._tally.expected(endpoint))
        answered = bool(status) or exception is None
        self._tally.request(endpoint, latency_s=took_s + late_s, busy_s=took_s, error=error, answered=answered)

    def _failed(self, *, exception: BaseException, **_: object) -> None:
        self._tally.problem(f"a user failed: {type(exception).__name__}: {exception}"[:300])

    def _watch_own_timer(self) -> None:
        while True:
            before = time.monotonic()
            gevent.sleep(_LOOK_EVERY_S)
            self._lag_s = max(self._lag_s, time.monotonic() - before - _LOOK_EVERY_S)

    def _report(self, at_s: float, users: int) -> None:
        report = self._tally.report(
            GeneratorInterval(
                at_s=at_s,
                offered=self._plan.rate_at(at_s),
                users=users,
                in_flight=self._tally.in_flight,
                unsent=self._tally.unsent,
                lag_s=round(self._lag_s, 4),
                cpu=self._process.cpu_percent() / 100,
                host_cpu=psutil.cpu_percent() / 100,
            )
        )
        self._lag_s = 0.0
        self._out.write(report.model_dump_json() + "\n")
        self._out.flush()


def main() -> None:
    """Entry point."""
    plan = GeneratorPlan.model_validate_json(Path(sys.argv[1]).read_bytes())
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what a locustfile prints must not stand among the reports
    Generator(plan, out).run()


if __name__ == "__main__":
    sys.stderr.write(f"locust {locust.__version__}\n")
    main()
