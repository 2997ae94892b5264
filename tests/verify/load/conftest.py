"""A small service on loopback, real users in a locustfile, and the metrics page that the service has of itself."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

USERS = """
from locust import HttpUser, SequentialTaskSet, constant, task


class Shopper(HttpUser):
    wait_time = constant(0.05)

    @task(3)
    def look(self):
        self.client.get("/look")

    @task(1)
    class Order(SequentialTaskSet):
        wait_time = constant(0.05)

        @task
        def order(self):
            self.client.get("/order?id=7", name="/order")

        @task
        def leave(self):
            self.interrupt()
"""


@dataclass
class Shop:
    """A service that answers at once, unless it stalls.

    Attributes:
        url: Where it listens.
        asked: Paths, as they came.
        stalled_until: Monotonic seconds until which no request is answered.
        status: What it answers.
    """

    url: str = ""
    asked: list[str] = field(default_factory=list)
    stalled_until: float = 0.0
    status: int = 200


@pytest.fixture
def shop() -> Iterator[Shop]:
    """The service, gone after the test."""
    state = Shop()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            state.asked.append(self.path)
            time.sleep(max(0.0, state.stalled_until - time.monotonic()))
            self.send_response(state.status)
            self.send_header("Content-Length", "2")
            self.end_headers()
            self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield state
    server.shutdown()
    server.server_close()
    thread.join(5)


@pytest.fixture
def users(tmp_path: Path) -> Path:
    """A locustfile of plain functions, a nested task set and a pause of its own."""
    file = tmp_path / "locustfile.py"
    file.write_text(USERS)
    return file
