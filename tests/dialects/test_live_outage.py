"""A service that speaks otherwise, scraped by a real Prometheus with the rendered configuration and rules."""

from __future__ import annotations

import json
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.catalogues import DIALECTS
from tests.dialects.emitters import running as emitters_of
from tests.dialects.emitters.running import Emitter, python, running
from tests.dialects.emitters.traffic import Traffic
from vitals.local.processes.ports import free_ports
from vitals.local.tools import find
from vitals.paths import ROOT

pytestmark = pytest.mark.live
HERE = Path(emitters_of.__file__).parent
PAGED_WITHIN_S = 60
WATCHED = ("otel-checkout", "fast-search", "go-native")
WRONG = "spring-orders"
"""A service that is said to speak Micrometer, whose target speaks otherwise."""


@contextmanager
def _prometheus(rendered: Mapping[str, str], targets: Mapping[str, Emitter], folder: Path) -> Iterator[str]:
    """Prometheus as rendered, with the emitters as targets of their services."""
    for name, text in rendered.items():
        if name == "prometheus.yml" or name.startswith("rules/"):
            file = folder / name
            file.parent.mkdir(exist_ok=True)
            file.write_text(text.replace("/actuator/prometheus", "/metrics"))
    (folder / "targets").mkdir()
    for service, emitter in targets.items():
        address = urllib.parse.urlsplit(emitter.metrics).netloc
        (folder / "targets" / f"{service}.json").write_text(json.dumps([{"targets": [address]}]))
    (port,) = free_ports(("service",)).values()
    command = [
        str(find("prometheus")),
        f"--config.file={folder}/prometheus.yml",
        f"--storage.tsdb.path={folder}/data",
        f"--web.listen-address=127.0.0.1:{port}",
    ]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            process.kill()


def _value(prometheus: str, query: str) -> float | None:
    address = f"{prometheus}/api/v1/query?{urllib.parse.urlencode({'query': query})}"
    try:
        with urllib.request.urlopen(address, timeout=5) as answer:
            found = json.load(answer)["data"]["result"]
    except OSError:
        return None
    return float(found[0]["value"][1]) if found else None


def _wait(prometheus: str, query: str, within_s: float) -> float:
    begun = time.monotonic()
    while _value(prometheus, query) is None:
        assert time.monotonic() - begun < within_s, f"nothing within {within_s} s: {query}"
        time.sleep(0.5)
    return time.monotonic() - begun


def _explain(service: str, prometheus: str) -> tuple[int, dict[str, Any]]:
    command = [sys.executable, "-m", "vitals.cli", "explain", service, "--json", "--prometheus", prometheus]
    done = subprocess.run(
        [*command, "--catalogue", str(DIALECTS)], cwd=ROOT, check=False, capture_output=True, text=True
    )
    return done.returncode, json.loads(done.stdout)


def _explained(prometheus: str, emitters: Mapping[str, Emitter]) -> None:
    """What is watched has its values; a service whose metrics have other names has the reason instead."""
    assert emitters
    for name in emitters:
        _, found = _explain(name, prometheus)
        values = {one["id"]: one["values"] for one in found["signals"]}
        assert values["targets.up"] == [1.0]
        assert values["api.outage.calls"][0] > 1
    code, found = _explain(WRONG, prometheus)
    missing = {one["id"]: one["missing"] for one in found["signals"]}
    assert code == 1
    assert "no target exposes http_server_requests_seconds_count" in missing["api.outage.calls"]
    code, found = _explain("edge", prometheus)
    assert {one["id"]: one["missing"] for one in found["signals"]}["targets.up"].startswith(
        "Prometheus knows no target"
    )
    assert "pagerduty" in {channel for alert in found["alerts"] for channel in alert["channels"]}


def test_total_failure_pages_within_a_minute(rendered: Mapping[str, str], tmp_path: Path) -> None:
    """Twenty requests a second begin to fail, all of them; less than a minute later all services are paged."""
    port, metrics_port, other, go = free_ports(("service", "metrics", "other", "go")).values()
    native = tmp_path / "native"
    subprocess.run(["go", "build", "-o", native, "."], cwd=HERE / "promhttp", check=True)
    otel = python("with_opentelemetry", port=port, metrics_port=metrics_port)
    stable = {"OTEL_SEMCONV_STABILITY_OPT_IN": "http"}
    with (
        running(WATCHED[0], otel, port=port, metrics_port=metrics_port, **stable) as first,
        running(WATCHED[1], python("with_fastapi_instrumentator", port=other), port=other) as second,
        running(WATCHED[2], [str(native), "-native", "-address", f"127.0.0.1:{go}"], port=go) as third,
    ):
        emitters = dict(zip(WATCHED, (first, second, third), strict=True))
        with _prometheus(rendered, {**emitters, WRONG: second}, tmp_path) as prometheus, Traffic(emitters) as traffic:
            for name in WATCHED:
                _wait(prometheus, f'service:api_calls:irate{{service="{name}"}} > 1', 60)
                assert _value(prometheus, f'ALERTS{{alertname="ServiceOutage", service="{name}"}}') is None
            _explained(prometheus, emitters)
            third.ask("/slow", times=3)
            _wait(prometheus, f'service_slo:bad_events:rate1m{{service="{WATCHED[2]}", slo="latency"}} > 0', 30)
            traffic.paths.update(dict.fromkeys(WATCHED, "/broken"))
            began = time.monotonic()
            for name in WATCHED:
                left = PAGED_WITHIN_S - (time.monotonic() - began)
                firing = f'ALERTS{{alertname="ServiceOutage", service="{name}", reason="failing"}}'
                _wait(prometheus, f"{firing} == 1", left)
