"""The metrics port: one process each, loopback, a clear word when it cannot be."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import ExitStack, suppress
from typing import Any

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry import TelemetryError, connections, serve_metrics
from vitals_telemetry.connections import MOST_CONNECTIONS


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


def test_a_port_that_is_a_text_is_refused(registry: CollectorRegistry) -> None:
    """A variable of the environment is one."""
    port: Any = "9100"
    with pytest.raises(TelemetryError, match=r"'9100' is not a number.*int"):
        serve_metrics(port, registry=registry)


FORKING = """
import os, signal, sys
from vitals_telemetry import serve_metrics
metrics = serve_metrics(0)
is_free, has_let_go = os.pipe()
child = os.fork()
if child == 0:
    metrics.close()  # as a worker does that ends in order; nothing serves there
    os.write(has_let_go, b".")
    signal.pause()
os.read(is_free, 1)
print(metrics.port, child, flush=True)
sys.stdin.read()
os._exit(0)
"""


def test_a_forked_process_does_not_keep_the_port(registry: CollectorRegistry) -> None:
    """A child that outlives the process that serves leaves the port free, so the next start has it."""
    with subprocess.Popen(
        [sys.executable, "-c", FORKING], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert parent.stdin is not None
        assert parent.stdout is not None
        port, child = map(int, parent.stdout.readline().split())
        assert answered(port)
        parent.stdin.close()
        parent.wait(30)
        try:
            serve_metrics(port, registry=registry).close()
        finally:
            os.kill(child, signal.SIGKILL)


def test_a_port_that_does_not_exist_is_refused(registry: CollectorRegistry) -> None:
    """A number that is not a TCP port gives the same kind of error, not a traceback of the socket module."""
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


def answered(port: int, host: str = "127.0.0.1") -> bytes:
    """Ask once, as a scraper does, and return the first bytes of the answer."""
    with socket.create_connection((host, port), timeout=10) as client:
        client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
        return client.recv(15)


@pytest.mark.parametrize(
    ("bound", "asked"),
    [
        ("::1", ["::1"]),
        ("::", ["::1", "127.0.0.1"]),
        ("", ["127.0.0.1"]),
        ("::ffff:127.0.0.1", ["127.0.0.1"]),
    ],
)
def test_an_address_of_ipv6_is_bound(bound: str, asked: list[str], registry: CollectorRegistry) -> None:
    """Loopback of IPv6 by itself, and both kinds of addresses where all are asked for."""
    server = serve_metrics(0, bound, registry)
    try:
        assert asked
        for host in asked:
            assert answered(server.port, host) == b"HTTP/1.0 200 OK"
    finally:
        server.close()


@pytest.mark.parametrize(
    ("addr", "port", "advice"),
    [
        ("192.0.2.1", 0, "Give an address that this machine has"),
        ("no.such.name.invalid", 0, "Give an address of this machine"),
        ("[::1]", 0, "Give an address of this machine"),
        ("a" * 300, 0, "Give an address of this machine"),
        ("::1", -1, "ports are 0 to 65535"),
    ],
)
def test_the_advice_fits_the_reason(addr: str, port: int, advice: str, registry: CollectorRegistry) -> None:
    """Only a port that is taken is said to be taken."""
    with pytest.raises(TelemetryError, match="cannot be bound") as refused:
        serve_metrics(port, addr, registry)
    assert advice in str(refused.value)
    assert "Stop what uses the port" not in str(refused.value)


def test_a_busy_port_of_ipv6_is_named_as_in_an_url(registry: CollectorRegistry) -> None:
    """Address and port can be distinguished."""
    server = serve_metrics(0, "::1", registry)
    try:
        with pytest.raises(TelemetryError, match=rf"\[::1\]:{server.port} cannot be bound .*Stop what uses the port"):
            serve_metrics(server.port, "::1", registry)
    finally:
        server.close()


def test_clients_that_dawdle_keep_no_scrape_away(registry: CollectorRegistry) -> None:
    """Far more half-sent requests than connections are held: threads stay few, and every scrape is answered."""
    before = threading.active_count()
    server = serve_metrics(0, registry=registry)
    with ExitStack() as held:
        for number in range(5 * MOST_CONNECTIONS):
            client = held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10))
            client.sendall(b"GET /metrics HTTP/1.1\r\nX-Slow: ")
            if number % MOST_CONNECTIONS == 0:
                assert answered(server.port) == b"HTTP/1.0 200 OK"
                assert few_threads(MOST_CONNECTIONS + 3 + before)
    server.close()


def few_threads(most: int) -> bool:
    """Whether the process has so few threads, once those of connections that were just cut off have ended."""
    deadline = time.monotonic() + 10
    while threading.active_count() > most and time.monotonic() < deadline:
        time.sleep(0.01)
    return threading.active_count() <= most


def test_a_client_has_little_time_to_ask(registry: CollectorRegistry, monkeypatch: pytest.MonkeyPatch) -> None:
    """One that sends nothing and one that drips are hung up on, and their threads end."""
    monkeypatch.setattr(connections, "ASKING_TIME", 0.2)
    before = threading.active_count()
    server = serve_metrics(0, registry=registry)
    with ExitStack() as held:
        silent, dripping = (
            held.enter_context(socket.create_connection(("127.0.0.1", server.port), timeout=10)) for _ in range(2)
        )
        deadline = time.monotonic() + 10
        while threading.active_count() > before + 1:
            assert time.monotonic() < deadline, "their threads go on"
            with suppress(OSError):
                dripping.sendall(b"G")
            time.sleep(0.05)
        assert silent.recv(1) == b""
    server.close()


EXHAUSTED = """
import os, resource, socket, sys, time
from prometheus_client import CollectorRegistry
from vitals_telemetry import expose_build, serve_metrics
registry = CollectorRegistry()
expose_build("1", "r", registry)
server = serve_metrics(0, registry=registry)
soft = len(os.listdir("/proc/self/fd")) + 4
resource.setrlimit(resource.RLIMIT_NOFILE, (soft, soft))
taken = [os.dup(0) for _ in range(soft - len(os.listdir("/proc/self/fd")) + 1)]
print(server.port, flush=True)
sys.stdin.readline()
used = time.process_time()
time.sleep(1)
print(time.process_time() - used, flush=True)
for one in taken:
    os.close(one)
sys.stdin.readline()
"""


def test_without_descriptors_the_port_pauses_and_recovers() -> None:
    """A process that has none left does not spin over a connection that it cannot accept, and serves it later."""
    with subprocess.Popen(
        [sys.executable, "-c", EXHAUSTED], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with socket.create_connection(("127.0.0.1", port), timeout=10) as client:
            client.sendall(b"GET /metrics HTTP/1.0\r\n\r\n")
            process.stdin.write("\n")
            process.stdin.flush()
            assert float(process.stdout.readline()) < 0.5, "of one second; a loop without a pause takes all of it"
            assert client.recv(15) == b"HTTP/1.0 200 OK"
        process.kill()
