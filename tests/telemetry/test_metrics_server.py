"""The metrics port: one process each, loopback, a clear word when it cannot be."""

from __future__ import annotations

import socket
import urllib.request

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry import TelemetryError, serve_metrics


def test_a_free_port_serves_on_loopback_until_closed(registry: CollectorRegistry) -> None:
    """Port 0 takes a free port of 127.0.0.1; after close nothing listens there."""
    server = serve_metrics(0, registry=registry)
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/metrics") as response:
        assert response.status == 200
    server.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", server.port)) != 0


def test_a_busy_port_is_refused_with_advice(registry: CollectorRegistry) -> None:
    """A second server on the same port says which port, what follows and what to do."""
    server = serve_metrics(0, registry=registry)
    try:
        with pytest.raises(TelemetryError, match=rf"127\.0\.0\.1:{server.port} cannot be bound .*choose another"):
            serve_metrics(server.port, registry=registry)
    finally:
        server.close()


def test_a_port_that_does_not_exist_is_refused(registry: CollectorRegistry) -> None:
    """A number that is no TCP port gives the same kind of error, not a traceback of the socket module."""
    with pytest.raises(TelemetryError, match="70000 cannot be bound"):
        serve_metrics(70000, registry=registry)


@pytest.mark.parametrize("variable", ["PROMETHEUS_MULTIPROC_DIR", "prometheus_multiproc_dir"])
def test_multiprocess_mode_is_refused(
    variable: str, registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With either variable of the multiprocess mode set, nothing is served and the error names the variable."""
    monkeypatch.setenv(variable, "/nowhere")
    with pytest.raises(TelemetryError, match=f"{variable} is set.*one process per metrics port"):
        serve_metrics(0, registry=registry)
