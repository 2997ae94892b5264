"""Where Alertmanager calls, and where Prometheus and the probes look; answered from the first moment on."""

from __future__ import annotations

import hmac
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from prometheus_client.exposition import choose_encoder

from vitals.errors import VitalsError
from vitals.pictures.health import RelayHealth
from vitals.pictures.notice import LARGEST_BYTES
from vitals.pictures.problem import NoPictureError
from vitals.pictures.relay import Relay
from vitals.rendered import names

SAYS_NOTHING_S = 10.0
"""After which a client that says nothing loses its connection, and its thread ends."""


@contextmanager
def serving(relay: Relay, health: RelayHealth, token_file: Path, host: str, port: int) -> Iterator[str]:
    """Serve while the context is open.

    Args:
        relay: Gets what Alertmanager sends.
        health: What is scraped.
        token_file: Holds the token with which Alertmanager calls; it is read anew at each call, as Alertmanager does.
        host: Address to listen on.
        port: Port; 0 for a free one.

    Yields:
        The base URL.

    Raises:
        VitalsError: The address cannot be listened on.
    """

    class Handler(BaseHTTPRequestHandler):
        timeout = SAYS_NOTHING_S

        def do_POST(self) -> None:
            if self.path != names.PICTURES_PATH:
                self._answer(404, b"no such address\n")
            elif not _may_call(self.headers.get("Authorization", ""), token_file):
                self._answer(401, b"the token is missing or another\n")
            else:
                self._take(self.headers.get("Content-Length", ""))

        def _take(self, length: str) -> None:
            if not length.isdecimal() or len(length) > len(str(LARGEST_BYTES)) or int(length) > LARGEST_BYTES:
                self._answer(413, b"a call has a length of 1 MiB at most\n")
                return
            try:
                relay.take(self.rfile.read(int(length)), time.time())
            except NoPictureError as error:
                self._answer(400, f"{error}\n".encode())
            else:
                self._answer(200, b"taken\n")

        def do_GET(self) -> None:
            path = self.path.partition("?")[0]
            if path == "/metrics":
                encode, kind = choose_encoder(self.headers.get("Accept", ""))
                self._answer(200, encode(health.registry), kind)
            elif path in ("/-/ready", "/-/healthy"):
                self._answer(200, b"ok\n")
            else:
                self._answer(404, b"/metrics, /-/ready and /-/healthy are here.\n")

        def _answer(self, status: int, body: bytes, kind: str = "text/plain") -> None:
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the parent's
            """Stay silent: a scrape every few seconds would fill the log."""

    try:
        server = ThreadingHTTPServer((host, port), Handler)
    except OSError as error:
        raise VitalsError(
            f"Nothing can listen on {host}:{port} ({error.strerror}). Nothing was started. Give another --port."
        ) from error
    thread = threading.Thread(target=server.serve_forever, name="calls", daemon=True)
    thread.start()
    try:
        yield f"http://{host}:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _may_call(authorization: str, token_file: Path) -> bool:
    try:
        token = token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
