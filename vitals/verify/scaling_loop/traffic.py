"""Users of the platform, by Locust: ``python -m vitals.verify.scaling_loop.traffic --host URL``.

A process of its own, because Locust changes the interpreter that it runs in. How many users there are is read from
standard input, one number a line; every second one JSON line says what happened. When standard input ends, so do they.
The users are the platform's reference users: three dashboards for each report, one to five seconds apart.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections import deque

import gevent
from gevent.os import tp_read
from locust import FastHttpUser, between, task
from locust.env import Environment

WINDOW_S = 10.0
"""Seconds of answers that a quantile is taken of: some hundreds at the rates of a drill."""
USERS_PER_S = 100.0
"""How fast users come; a step of load is a step."""
TIMEOUT_S = 60.0
_LINES = 4096  # bytes; the last number counts


class ReferenceUser(FastHttpUser):
    """Looks at the dashboard three times as often as it asks for a report."""

    wait_time = between(1, 5)
    network_timeout = TIMEOUT_S
    connection_timeout = TIMEOUT_S

    @task(3)
    def view_dashboard(self) -> None:
        """Look at the dashboard."""
        self.client.get("/api/dashboard")

    @task(1)
    def generate_report(self) -> None:
        """Ask for a report."""
        self.client.post("/api/reports/generate", json={"user_id": "test_user", "report_type": "wellness_summary"})


class RequestCount:
    """What happened to the requests."""

    def __init__(self) -> None:
        self.failed = 0
        self.problem = ""
        self._latest: deque[tuple[float, float]] = deque()

    def note(self, response_time: float, exception: BaseException | None, response: object = None, **_: object) -> None:
        """Count one request; Locust calls this with milliseconds and what went wrong."""
        if exception is not None:
            self.failed += 1
            said = getattr(response, "text", None) or ""
            self.problem = f"{exception!r} {said.strip()}".strip()[:300]
        self._latest.append((time.time(), response_time / 1000))

    def line(self, users: int) -> dict[str, object]:
        """What is said each second."""
        now = time.time()
        while self._latest and self._latest[0][0] < now - WINDOW_S:
            self._latest.popleft()
        durations = sorted(duration for _, duration in self._latest)
        return {
            "at": now,
            "users": users,
            "failed": self.failed,
            "problem": self.problem,
            "p95_s": durations[int(0.95 * (len(durations) - 1))] if durations else None,
        }


def main() -> None:
    """Send requests until standard input ends."""
    parser = argparse.ArgumentParser(description="Users of the platform, as many as standard input says.")
    parser.add_argument("--host", required=True, metavar="URL", help="where they find the platform")
    environment = Environment(user_classes=[ReferenceUser], host=parser.parse_args().host)
    counted = RequestCount()
    environment.events.request.add_listener(counted.note)  # type: ignore[no-untyped-call]
    runner = environment.create_local_runner()

    def tell() -> None:
        while True:
            sys.stdout.write(json.dumps(counted.line(runner.user_count)) + "\n")
            sys.stdout.flush()
            gevent.sleep(1)

    telling = gevent.spawn(tell)
    while wanted := tp_read(sys.stdin.fileno(), _LINES):
        runner.start(int(wanted.split()[-1]), spawn_rate=USERS_PER_S)
    runner.quit()
    telling.kill()


if __name__ == "__main__":
    main()
