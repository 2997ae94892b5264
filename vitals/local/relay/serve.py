"""Where Alertmanager calls, and where Prometheus and the probes look; answered from the first moment on."""

from __future__ import annotations

import hmac
import time
from contextlib import AbstractContextManager
from pathlib import Path

from vitals import metrics_server
from vitals.local.relay.health import RelayHealth
from vitals.local.relay.notice import LARGEST_BYTES
from vitals.local.relay.problem import NoPictureError
from vitals.local.relay.relay import Relay
from vitals.metrics_server import MetricsHandler
from vitals.rendered import names


def serving(relay: Relay, health: RelayHealth, token_file: Path, host: str, port: int) -> AbstractContextManager[str]:
    """Serve while the context is open; it gives the base URL.

    Args:
        relay: Gets what Alertmanager sends.
        health: What is scraped.
        token_file: Holds the token with which Alertmanager calls; it is read anew at each call, as Alertmanager does.
        host: Address to listen on.
        port: Port; 0 for a free one.

    Raises:
        VitalsError: The address cannot be listened on.
    """

    class Handler(MetricsHandler):
        registry = health.registry

        def do_POST(self) -> None:  # noqa: N802 - the library calls it by this name
            if self.path != names.PICTURES_PATH:
                self.answer(404, b"no such address\n")
            elif not _may_call(self.headers.get("Authorization", ""), token_file):
                health.call_refused("not_allowed")
                self.answer(401, b"the token is missing or another\n")
            else:
                self._take(self.headers.get("Content-Length", ""))

        def _take(self, length: str) -> None:
            if not length.isdecimal() or len(length) > len(str(LARGEST_BYTES)) or int(length) > LARGEST_BYTES:
                health.call_refused("not_understood")
                self.answer(413, b"a call has a length of 1 MiB at most\n")
                return
            try:
                relay.take(self.rfile.read(int(length)), time.time())
            except NoPictureError as error:
                health.call_refused(error.reason)
                self.answer(400, f"{error}\n".encode())
            else:
                self.answer(200, b"taken\n")

    return metrics_server.serving(Handler, host, port)


def _may_call(authorization: str, token_file: Path) -> bool:
    try:
        token = token_file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return False
    return bool(token) and hmac.compare_digest(authorization.encode(), f"Bearer {token}".encode())
