"""The metrics and the probes of the foresight service. Nothing here loads numpy, which takes long on a busy machine."""

from __future__ import annotations

import time
from contextlib import AbstractContextManager

from vitals import metrics_server
from vitals.foresight.service.exposition import Exposition
from vitals.metrics_server import MetricsHandler, ServiceRegistry

HANGS_AFTER_S = 900.0
"""A cycle that asks for four weeks of everything takes minutes; one of a quarter of an hour has hung."""


class Alive:
    """When the loop last came round, for the liveness probe."""

    def __init__(self) -> None:
        self.at = time.monotonic()

    @property
    def hangs(self) -> bool:
        """Whether the loop has not come round for too long; a Prometheus that fails does not make it so."""
        return time.monotonic() - self.at > HANGS_AFTER_S


def serving(exposition: Exposition, alive: Alive, host: str, port: int) -> AbstractContextManager[str]:
    """Serve the metrics while the context is open; it gives the base URL.

    Args:
        exposition: What is scraped, beside the process.
        alive: Whether the loop comes round.
        host: Address to listen on.
        port: Port; 0 for a free one.

    Raises:
        VitalsError: The address cannot be listened on.
    """
    exposed = ServiceRegistry()
    exposed.register(exposition)

    class Handler(MetricsHandler):
        registry = exposed

        @property
        def hangs(self) -> bool:
            return alive.hangs

    return metrics_server.serving(Handler, host, port)
