"""The traffic: the reference user exactly as it was specified, and all users at work against the real API."""

from __future__ import annotations

import ast
import csv
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import httpx
import pytest

REFERENCE = """
class WebsiteUser(HttpUser):
    wait_time = between(1, 5)

    @task(3)
    def view_dashboard(self):
        self.client.get("/api/dashboard")

    @task(1)
    def generate_report(self):
        self.client.post("/api/reports/generate", json={
            "user_id": "test_user",
            "report_type": "wellness_summary"
        })
"""


def locustfile() -> Path:
    """Where the traffic is, without importing it: Locust patches the whole process when it is imported."""
    package = find_spec("wellness")
    assert package is not None
    assert package.submodule_search_locations is not None
    return Path(package.submodule_search_locations[0]) / "locustfile.py"


class _Bare(ast.NodeTransformer):
    """Leaves docstrings and annotations out, which change nothing that runs."""

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        self.generic_visit(node)
        node.body = node.body[1:] if ast.get_docstring(node) else node.body
        return node

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:
        node.returns = None
        node.body = node.body[1:] if ast.get_docstring(node) else node.body
        return node


def test_the_reference_user_is_unchanged() -> None:
    """But for docstrings and annotations, the class is the specified one, statement by statement."""
    tree = ast.parse(locustfile().read_text())
    (found,) = (node for node in tree.body if isinstance(node, ast.ClassDef) and node.name == "WebsiteUser")

    assert ast.dump(_Bare().visit(found)) == ast.dump(ast.parse(REFERENCE).body[0])


def _replica(folder: Path) -> tuple[str, ...]:
    files = ("--sqlite", str(folder / "data.sqlite"), "--worker-queue", str(folder / "queue.sqlite"))
    return ("--metrics-port", "0", "--admin-port", "0", *files)


def _users(port: int, lasts: str) -> list[str]:
    """How 46 users are started, of whom each tenth or so is an additional one."""
    locust = [sys.executable, "-m", "locust", "-f", str(locustfile()), "--headless", "--only-summary"]
    many = ["--users", "46", "--spawn-rate", "46", "--run-time", lasts]
    return [*locust, *many, "--host", f"http://127.0.0.1:{port}"]


@pytest.mark.live
def test_all_users_work_against_the_real_api(
    launch: Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]], tmp_path: Path
) -> None:
    """A short run of many users meets every endpoint and no failure, and few of the users are the additional ones."""
    _, ready = launch("api", "--port", "0", *_replica(tmp_path))
    run = subprocess.run(
        [*_users(ready["port"], "4s"), "--csv", str(tmp_path / "run")],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert run.returncode == 0, run.stderr
    assert '{"Coach": 2, "SimulatedMember": 4, "WebsiteUser": 40}' in run.stderr
    with (tmp_path / "run_stats.csv").open() as stats:
        rows = {row["Name"]: int(row["Failure Count"]) for row in csv.DictReader(stats) if row["Type"]}
    assert {"/api/dashboard", "/api/reports/generate"} <= set(rows)
    assert set(rows.values()) == {0}


@pytest.mark.live
def test_users_find_a_replica_that_comes_later(
    launch: Callable[..., tuple[subprocess.Popen[bytes], dict[str, Any]]], tmp_path: Path
) -> None:
    """Some come over a new connection, so a replica that was restarted has requests again, and faults of it show."""
    _, first = launch("api", "--reuse-port", "--port", "0", *_replica(tmp_path))
    with subprocess.Popen(_users(first["port"], "15s"), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as run:
        time.sleep(5)  # by then every user has a connection to the first
        _, second = launch("api", "--reuse-port", "--port", str(first["port"]), *_replica(tmp_path))
        assert run.wait(timeout=120) == 0

    shown = httpx.get(f"http://127.0.0.1:{second['metrics_port']}/metrics").text
    answered = [
        line for line in shown.splitlines() if line.startswith("api_calls_total{") and not line.endswith(" 0.0")
    ]
    assert answered
