"""The real programs as a supervisor runs them: replicas, graceful stop, bad starts, faults, and one whole trace."""

from __future__ import annotations

import http.client
import json
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span

pytestmark = pytest.mark.live

Launch = Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]]
DASHBOARDS = 'api_calls_total{endpoint="/api/dashboard",method="GET",status="200"}'
TRACE_ID = "4bf92f3577b34da6a3ce929d0e0e4736"


@pytest.fixture
def files(tmp_path: Path) -> list[str]:
    """Options for a database and queue of SQLite files."""
    return ["--sqlite", str(tmp_path / "data.sqlite"), "--worker-queue", str(tmp_path / "queue.sqlite")]


def ask(port: int, path: str, method: str = "GET", body: Any = None, **headers: str) -> tuple[int, bytes]:  # noqa: ANN401
    """One request on a connection of its own."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        content = None if body is None else json.dumps(body)
        connection.request(method, path, content, {"content-type": "application/json", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def sample(metrics_port: int, series: str) -> float:
    """The value of a series in a real scrape; 0 if it is not there."""
    text = urllib.request.urlopen(f"http://127.0.0.1:{metrics_port}/metrics", timeout=10).read().decode()
    values = [line.rsplit(" ", 1)[1] for line in text.splitlines() if line.startswith(f"{series} ")]
    return float(values[0]) if values else 0.0


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something holds, at most half a minute."""
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, "did not come true within 30 s"
        time.sleep(0.05)


def test_replicas_share_a_port_and_outlive_the_loss_of_one(launch: Launch, files: list[str]) -> None:
    """Two replicas answer on one port, each counts its own calls, and when one is killed the other takes all."""
    common = ["--metrics-port", "0", "--admin-port", "0", "--reuse-port", *files]
    first, first_ready = launch("api", "--port", "0", *common)
    _, second_ready = launch("api", "--port", str(first_ready["port"]), *common)
    port, metrics = first_ready["port"], (first_ready["metrics_port"], second_ready["metrics_port"])
    assert second_ready["port"] == port

    calls = 0
    while not all(sample(m, DASHBOARDS) for m in metrics):
        assert ask(port, "/api/dashboard")[0] == 200
        calls += 1
    assert sum(sample(m, DASHBOARDS) for m in metrics) == calls

    first.kill()
    first.wait()
    before = sample(metrics[1], DASHBOARDS)
    for _ in range(20):
        assert ask(port, "/api/dashboard")[0] == 200
    assert sample(metrics[1], DASHBOARDS) == before + 20


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_lets_requests_finish(launch: Launch, files: list[str], number: signal.Signals) -> None:
    """A request in flight is answered after the signal, then the process ends with 0 and its port is free."""
    process, ready = launch("api", "--port", "0", "--metrics-port", "0", "--admin-port", "0", *files)
    assert ask(ready["admin_port"], "/faults/latency", "PUT", {"seconds": 1.5})[0] == 200
    with ThreadPoolExecutor() as threads:
        slow = threads.submit(ask, ready["port"], "/api/dashboard")
        eventually(lambda: sample(ready["metrics_port"], "api_requests_in_flight") == 1)
        process.send_signal(number)
        assert slow.result()[0] == 200

    assert process.wait(timeout=30) == 0
    with pytest.raises(ConnectionRefusedError):
        ask(ready["port"], "/healthz")


def test_faults_strike_one_process_and_only_its_api(launch: Launch, files: list[str]) -> None:
    """An outage switched on by the admin port fails /api, not health; switched off, all is well again."""
    _, ready = launch("api", "--port", "0", "--metrics-port", "0", "--admin-port", "0", *files)
    assert ask(ready["admin_port"], "/faults/outage", "PUT")[0] == 200
    assert ask(ready["port"], "/api/dashboard")[0] == 500
    assert ask(ready["port"], "/healthz")[0] == 200
    assert ask(ready["port"], "/faults/outage", "DELETE")[0] == 404
    assert ask(ready["admin_port"], "/faults/outage", "DELETE")[0] == 200

    assert ask(ready["port"], "/api/dashboard")[0] == 200
    assert sample(ready["metrics_port"], DASHBOARDS.replace("200", "500")) == 1


@pytest.mark.parametrize("busy", ["--port", "--metrics-port", "--admin-port"])
def test_a_busy_port_is_said_before_anything_starts(
    launch: Launch, files: list[str], tmp_path: Path, busy: str
) -> None:
    """Exit code 1, one paragraph with the port, and no file was made."""
    _, ready = launch("api", "--port", "0", "--metrics-port", "0", "--admin-port", "0", *files)
    ports = {"--port": "0", "--metrics-port": "0", "--admin-port": "0", busy: str(ready["port"])}
    other = tmp_path / "other.sqlite"
    run = subprocess.run(
        [
            *(sys.executable, "-m", "wellness.api", *(word for option in ports.items() for word in option)),
            *("--sqlite", str(other), "--worker-queue", str(other)),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )

    assert run.returncode == 1
    assert str(ready["port"]) in run.stderr
    assert "Traceback" not in run.stderr
    assert not other.exists()


def test_a_missing_backend_is_said_in_words(files: list[str], tmp_path: Path, unused_port: int) -> None:
    """A Redis that is not there, or a file that is not a database, ends the start with a reason and no traceback."""
    api = ["wellness.api", "--port", "0", "--admin-port", "0", "--metrics-port", "0", *files]
    (tmp_path / "letter.txt").write_text("not a database, but long enough to be taken for the header of one" * 20)
    for change, problem in (
        (["--cache", f"redis://127.0.0.1:{unused_port}/0"], "Redis does not answer"),
        (["--worker-queue", str(tmp_path / "letter.txt")], "letter.txt cannot be used: file is not a database"),
    ):
        run = subprocess.run(
            [sys.executable, "-m", *api, *change], capture_output=True, text=True, check=False, timeout=60
        )

        assert run.returncode == 1
        assert problem in run.stderr
        assert "the platform can answer nothing, so it does not start" in run.stderr
        assert "Traceback" not in run.stderr


def test_one_trace_shows_client_api_queue_worker_and_database(
    launch: Launch, emulator: str, otlp_receiver: tuple[str, list[tuple[str, Span]]], tmp_path: Path
) -> None:
    """A report asked for in a client's trace is, span by span, in that trace: down to the worker's last write."""
    common = [
        *("--metrics-port", "0", "--firestore", emulator, "--worker-queue", str(tmp_path / "queue.sqlite")),
        *("--otlp", otlp_receiver[0]),
    ]
    api, ready = launch("api", "--port", "0", "--admin-port", "0", *common)
    worker, _ = launch("worker", *common)
    wanted = {"user_id": "test_user", "report_type": "wellness_summary"}
    trace = {"traceparent": f"00-{TRACE_ID}-00f067aa0ba902b7-01"}
    status, body = ask(ready["port"], "/api/reports/generate", "POST", wanted, **trace)
    assert status == 202
    location = json.loads(body)["location"]
    eventually(lambda: json.loads(ask(ready["port"], location)[1])["status"] == "ready")
    assert ask(ready["port"], "/api/dashboard", **trace)[0] == 200
    for process in (api, worker):
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=30) == 0

    mine = [(service, span) for service, span in otlp_receiver[1] if span.trace_id.hex() == TRACE_ID]
    parents = {span.span_id: f"{service} {span.name}" for service, span in mine}
    tree = {(parents.get(span.parent_span_id, "client"), f"{service} {span.name}") for service, span in mine}
    report, dashboard, task = (
        "wellness-api POST /api/reports/generate",
        "wellness-api GET /api/dashboard",
        "wellness-worker process reports",
    )
    assert tree == {
        ("client", report),
        (report, "wellness-api get members"),
        (report, "wellness-api set reports"),
        (report, "wellness-api send reports"),
        ("wellness-api send reports", task),
        (task, "wellness-worker get reports"),
        (task, "wellness-worker get members"),
        (task, "wellness-worker query check_ins"),
        (task, "wellness-worker analyse_report"),
        (task, "wellness-worker set reports"),
        ("client", dashboard),
        (dashboard, "wellness-api memory get"),
        (dashboard, "wellness-api load_dashboard"),
        ("wellness-api load_dashboard", "wellness-api get members"),
        ("wellness-api load_dashboard", "wellness-api query check_ins"),
        (dashboard, "wellness-api render_dashboard"),
    }
    assert "test_user" not in str(mine)


def test_both_programs_expose_their_families(launch: Launch, emulator: str, tmp_path: Path) -> None:
    """A real scrape of API and worker has the families that each declares, and their builds; no id is in either."""
    key = tmp_path / "pseudonyms.key"
    key.write_bytes(bytes(range(32)))
    common = ["--firestore", emulator, "--worker-queue", str(tmp_path / "queue.sqlite"), "--metrics-port", "0"]
    common += ["--version", "1.2", "--revision", "abc"]
    _, api = launch("api", "--port", "0", "--admin-port", "0", "--pseudonym-key", str(key), *common)
    _, worker = launch("worker", "--admin-port", "0", *common)
    wanted = {"user_id": "test_user", "report_type": "wellness_summary"}
    status, body = ask(api["port"], "/api/reports/generate", "POST", wanted, **{"x-user-id": "member-01"})
    assert status == 202
    for user in ("member-01", "coach-1", None):
        named = {} if user is None else {"x-user-id": user}
        assert ask(api["port"], "/api/dashboard", **named)[0] == 200
    eventually(lambda: json.loads(ask(api["port"], json.loads(body)["location"])[1])["status"] == "ready")

    member_read = 'database="wellness",operation="get",query="none"'
    newest_days = 'database="wellness",operation="query",query="day desc"'
    for port, series, least in (
        (api["metrics_port"], 'app_build_info{revision="abc",version="1.2"}', 1),
        (api["metrics_port"], f'database_query_duration_seconds_count{{collection="members",{member_read}}}', 1),
        (api["metrics_port"], f'database_query_duration_seconds_count{{collection="check_ins",{newest_days}}}', 1),
        (api["metrics_port"], 'database_connections_open{database="wellness"}', 1),
        (api["metrics_port"], 'cache_requests_total{cache="dashboards",result="miss"}', 1),
        (api["metrics_port"], 'cache_items{cache="dashboards"}', 1),
        (api["metrics_port"], 'component_duration_seconds_count{component="render_dashboard"}', 1),
        (api["metrics_port"], 'user_response_time_seconds_count{cohort="member"}', 2),
        (api["metrics_port"], 'user_response_time_seconds_count{cohort="coach"}', 1),
        (api["metrics_port"], 'user_response_time_seconds_count{cohort="guest"}', 1),
        (api["metrics_port"], 'slowest_user_response_time_seconds{rank="3"}', 0.0001),
        (worker["metrics_port"], 'app_build_info{revision="abc",version="1.2"}', 1),
        (worker["metrics_port"], 'tasks_processed_total{outcome="succeeded",queue="reports",task="reports"}', 1),
        (worker["metrics_port"], 'task_wait_seconds_count{queue="reports",task="reports"}', 1),
        (worker["metrics_port"], f'database_query_duration_seconds_count{{collection="reports",{member_read}}}', 1),
        (worker["metrics_port"], 'component_duration_seconds_count{component="analyse_report"}', 1),
    ):
        assert sample(port, series) >= least, series
    for port in (api["metrics_port"], worker["metrics_port"]):
        text = urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=10).read().decode()
        assert "member-0" not in text
        assert "test_user" not in text


def test_tasks_pile_up_while_the_worker_is_slow(launch: Launch, files: list[str]) -> None:
    """The worker's own admin port switches its faults, and the queue's length shows what has piled up."""
    _, api = launch("api", "--port", "0", "--metrics-port", "0", "--admin-port", "0", *files)
    _, worker = launch("worker", "--metrics-port", "0", "--admin-port", "0", *files)
    assert ask(worker["admin_port"], "/faults/slow-tasks", "PUT", {"seconds": 20})[0] == 200
    wanted = {"user_id": "test_user", "report_type": "wellness_summary"}
    for _ in range(5):
        assert ask(api["port"], "/api/reports/generate", "POST", wanted)[0] == 202
    eventually(lambda: sample(worker["metrics_port"], 'task_queue_length{queue="reports"}') == 4)


def test_a_worker_without_an_admin_port_has_none(launch: Launch, files: list[str]) -> None:
    """The command line of before still works, and its ready line names the metrics port alone."""
    _, ready = launch("worker", "--metrics-port", "0", *files)
    assert set(ready) == {"event", "service", "metrics_port"}
