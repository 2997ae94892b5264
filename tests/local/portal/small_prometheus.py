"""A real Prometheus that scrapes itself and one histogram with exemplars, and fires two alerts."""

from __future__ import annotations

import contextlib
import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from prometheus_client import CollectorRegistry, Histogram, start_http_server

from vitals.local.processes.ports import free_ports
from vitals.local.tools import ensure, showing_progress

from .recorded_interface import TRACE


@dataclass(frozen=True)
class SmallPrometheus:
    """A real server with three alerts that fire, one a heartbeat, one infinite, and the histogram that it scrapes."""

    url: str
    latency: Histogram


RULES = """
groups:
  - name: test
    rules:
      - alert: ApiOutage
        expr: vector(0.5) > 0
        labels: {severity: critical, service: wellness-api}
        annotations:
          summary: Half of all requests fail.
          runbook_url: http://127.0.0.1:1/runbooks/ApiOutage
          dashboard_url: javascript:alert(1)
      - {alert: Watchdog, expr: vector(1), labels: {severity: none}}
      - {alert: RatioWithoutWhole, expr: vector(1) / 0 > 0, labels: {severity: info}}
"""


@contextlib.contextmanager
def scraping_prometheus(folder: Path, groups: str = "") -> Iterator[SmallPrometheus]:
    """Prometheus on a free port: scrapes itself as one service and a histogram with exemplars as another.

    Args:
        folder: Where its files lie.
        groups: More rule groups, as YAML.
    """
    with showing_progress() as report:
        program = ensure(["prometheus"], report)["prometheus"]
    registry = CollectorRegistry()
    latency = Histogram("request_seconds", "Duration", registry=registry, buckets=(0.1, 0.5, 1))
    ports = free_ports(("web", "target"))
    server, thread = start_http_server(ports["target"], addr="127.0.0.1", registry=registry)
    jobs = [("prometheus", "prometheus", ports["web"]), ("api", "wellness-api", ports["target"])]
    scrapes = [
        {"job_name": job, "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": {"service": service}}]}
        for service, job, port in jobs
    ]
    config = {
        "global": {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"},
        "rule_files": ["rules.yaml"],
        "scrape_configs": scrapes,
    }
    (folder / "prometheus.yml").write_text(json.dumps(config), encoding="utf-8")
    (folder / "rules.yaml").write_text(RULES + groups, encoding="utf-8")
    url = f"http://127.0.0.1:{ports['web']}"
    command = [
        str(program),
        f"--config.file={folder / 'prometheus.yml'}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address=127.0.0.1:{ports['web']}",
        "--enable-feature=exemplar-storage",
    ]
    with (folder / "log").open("w", encoding="utf-8") as log:
        process = subprocess.Popen(command, stdout=log, stderr=log)
        try:
            _observe_until_scraped(url, latency)
            yield SmallPrometheus(url, latency)
        finally:
            process.terminate()
            process.wait(20)
            server.shutdown()
            server.server_close()
            thread.join()


def _observe_until_scraped(url: str, latency: Histogram) -> None:
    """Let requests happen until Prometheus can compute a quantile, has an exemplar and fires its alert.

    All of it for six seconds, because the points of a range query stand on multiples of five.
    """
    wanted = {
        "/api/v1/query": {"query": "sum(rate(request_seconds_count[1m] offset 6s)) > 0 and on () (ALERTS offset 6s)"},
        "/api/v1/query_exemplars": {"query": "request_seconds_bucket", "start": "0", "end": f"{time.time() + 600:.0f}"},
    }
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        latency.observe(0.3, exemplar={"trace_id": TRACE})
        with contextlib.suppress(httpx.HTTPError, ValueError):  # it answers in plain text until it is ready
            answers = [httpx.get(url + path, params=params).json()["data"] for path, params in wanted.items()]
            if answers[0]["result"] and answers[1]:
                return
        time.sleep(0.5)
    pytest.fail(f"Prometheus at {url} did not scrape the histogram within 60 s.")
