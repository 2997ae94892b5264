"""The contract of a dialect is what its library really exposes: names, labels that are read, bounds of buckets."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.dialects.emitters import running as emitters
from tests.dialects.emitters.running import Emitter, python, running, without_addresses
from tests.dialects.recorded import RECORDED, ExposedSeries, after, samples
from vitals.local.processes.ports import free_ports
from vitals.model.catalog import Service
from vitals.model.dialects import Dialect
from vitals_telemetry.contract import Metric, MetricType

HERE = Path(emitters.__file__).parent
ABSENT_IN_ONE = {
    "otel-checkout": "http_server_duration_milliseconds",
    "otel-old": "http_server_request_duration_seconds",
}
"""A service follows one of the two conventions, so the metrics of the other are not there."""

ROUTE_UNKNOWN = {"otel-checkout": {"http_route"}}
"""A middleware below the framework does not know the route; OpenTelemetry's instrumentation of the framework does."""


def _asked(emitter: Emitter) -> dict[ExposedSeries, float]:
    for path in ("/orders/1", "/orders", "/refused", "/broken"):
        emitter.ask(path)
    emitter.scrape()  # what times a scrape is there from the second one on
    return samples(without_addresses(emitter.scrape()))


def _shape(found: Mapping[ExposedSeries, float]) -> set[tuple[str, tuple[str, ...]]]:
    """Names and label names; which values there are depends on what was asked."""
    return {(sample.name, tuple(name for name, _ in sample.labels if name != "le")) for sample in found}


def _reads(dialect: Dialect) -> dict[str, set[str]]:
    """The labels of each metric by which its series are selected or distinguished; one of several names suffices."""
    found: dict[str, set[str]] = {}
    for source in (source for sources in dialect.has.values() for source in sources):
        read = found.setdefault(source.metric.name, set())
        read |= {theirs for theirs in source.labels.values() if isinstance(theirs, str)}
        read |= {name for matchers in source.failed[:1] for name in matchers} | source.where.keys()
    return found


def _series(metric: Metric) -> tuple[str, ...]:
    if metric.type is not MetricType.HISTOGRAM:
        return (metric.name,)
    return tuple(f"{metric.name}{suffix}" for suffix in ("_bucket", "_sum", "_count"))


def _hold(service: Service, found: Mapping[ExposedSeries, float]) -> None:
    dialect = service.dialect
    unknown = ROUTE_UNKNOWN.get(service.name, set())
    reads = {metric: read - unknown for metric, read in _reads(dialect).items()}
    labels: dict[str, set[str]] = {}
    bounds: dict[str, set[float]] = {}
    for sample in found:
        labels.setdefault(sample.name, set()).update(name for name, _ in sample.labels)
        bounds.setdefault(sample.name, set()).update(float(value) for name, value in sample.labels if name == "le")
    metrics = [metric for metric in dialect.metrics if metric.name != ABSENT_IN_ONE.get(service.name)]
    # What a process says of itself is left to the recorded part of a scrape.
    metrics = [metric for metric in metrics if not metric.name.startswith("process_")]
    assert metrics
    for metric in metrics:
        for name in _series(metric):
            assert name in labels, f"{service.name}: {name} is not exposed"
            assert reads.get(metric.name, set()) <= labels[name], f"{service.name}: {name} has {labels[name]}"
        if metric.type is MetricType.HISTOGRAM:
            assert bounds[f"{metric.name}_bucket"] == {*metric.buckets, float("inf")}, metric.name


def _is_recorded(service: Service, found: Mapping[ExposedSeries, float]) -> None:
    assert _shape(found) == _shape(after(RECORDED[service.name])), "record the scrape anew"


@pytest.mark.parametrize("name", RECORDED)
def test_a_contract_fits_its_recorded_scrape(name: str, services: Mapping[str, Service]) -> None:
    """Every name, label and bound that rules read is in the scrape on which outages are proven."""
    _hold(services[name], after(RECORDED[name]))


def test_opentelemetry_by_the_stable_conventions(services: Mapping[str, Service]) -> None:
    """The SDK and its middleware expose what the dialect reads, and what was recorded."""
    port, metrics_port = free_ports(("service", "metrics")).values()
    command = python("with_opentelemetry", port=port, metrics_port=metrics_port)
    with running(
        "otel", command, port=port, metrics_port=metrics_port, OTEL_SEMCONV_STABILITY_OPT_IN="http"
    ) as emitter:
        found = _asked(emitter)

    _hold(services["otel-checkout"], found)
    _is_recorded(services["otel-checkout"], found)


@pytest.mark.nightly
def test_opentelemetry_by_the_old_conventions(services: Mapping[str, Service]) -> None:
    """So do those that were not changed yet."""
    port, metrics_port = free_ports(("service", "metrics")).values()
    command = python("with_opentelemetry", port=port, metrics_port=metrics_port)
    with running("otel", command, port=port, metrics_port=metrics_port) as emitter:
        found = _asked(emitter)

    _hold(services["otel-old"], found)
    _is_recorded(services["otel-old"], found)


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("with_fastapi_instrumentator", "fast-search"),
        pytest.param("with_starlette_exporter", "star-notes", marks=pytest.mark.nightly),
    ],
)
def test_python_peers(module: str, name: str, services: Mapping[str, Service]) -> None:
    """The two middlewares for Python, as their readmes show them."""
    (port,) = free_ports(("service",)).values()
    with running(name, python(module, port=port), port=port) as emitter:
        found = _asked(emitter)

    _hold(services[name], found)
    _is_recorded(services[name], found)


@pytest.mark.nightly
def test_promhttp(services: Mapping[str, Service], tmp_path: Path) -> None:
    """A Go service under promhttp, built here."""
    program = tmp_path / "emitter"
    subprocess.run(["go", "build", "-o", program, "."], cwd=HERE / "promhttp", check=True)
    (port,) = free_ports(("service",)).values()
    with running("promhttp", [str(program), "-address", f"127.0.0.1:{port}"], port=port) as emitter:
        found = _asked(emitter)

    _hold(services["go-shop"], found)
    _is_recorded(services["go-shop"], found)


@pytest.mark.nightly
def test_micrometer(services: Mapping[str, Service], tmp_path: Path) -> None:
    """A Spring Boot service with the actuator, built here."""
    if shutil.which("mvn") is None or shutil.which("java") is None:
        pytest.skip("mvn or java is not installed, so there is no Spring Boot service (Debian: apt install maven)")
    shutil.copytree(HERE / "micrometer", tmp_path / "micrometer")
    subprocess.run(["mvn", "-q", "-B", "-DskipTests", "package"], cwd=tmp_path / "micrometer", check=True)
    (port,) = free_ports(("service",)).values()
    jar = tmp_path / "micrometer" / "target" / "emitter.jar"
    command = ["java", "-jar", str(jar), f"--server.port={port}", "--server.address=127.0.0.1"]
    with running("micrometer", command, port=port, path="/actuator/prometheus") as emitter:
        found = _asked(emitter)

    _hold(services["spring-orders"], found)
    _is_recorded(services["spring-orders"], found)
