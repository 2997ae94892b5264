"""Parts of a service, the bounds of all instruments, and what may be imported without a library that is not there."""

from __future__ import annotations

import asyncio
import contextvars
import subprocess
import sys
from collections.abc import AsyncGenerator, Generator

import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry import TelemetryError, component, expose_build
from vitals_telemetry.database import LONGEST_QUERY, DatabaseTelemetry
from vitals_telemetry.metrics import COMPONENT_METRICS, DATABASE_METRICS


def count(registry: CollectorRegistry, name: str) -> float | None:
    """How often a part was timed."""
    return registry.get_sample_value("component_duration_seconds_count", {"component": name})


def test_parts_are_timed_however_they_end(registry: CollectorRegistry) -> None:
    """Blocks in plain and async code, nested, and one that raises: each counts once under its name."""
    with component("outer", registry), component("inner", registry):
        pass
    with pytest.raises(LookupError), component("inner", registry):
        raise LookupError

    async def later() -> None:
        with component("later", registry):
            await asyncio.sleep(0.05)

    asyncio.run(later())
    assert [count(registry, name) for name in ("outer", "inner", "later")] == [1, 2, 1]
    seconds = registry.get_sample_value("component_duration_seconds_sum", {"component": "later"})
    assert seconds is not None
    assert seconds >= 0.04
    families = {family.name: family for family in registry.collect()}
    for metric in COMPONENT_METRICS:
        assert (families[metric.name].type, families[metric.name].documentation) == (metric.type.value, metric.help)
        assert not [s.name for s in families[metric.name].samples if s.name.endswith("_created")]


def test_a_part_may_be_left_in_another_context(registry: CollectorRegistry, caplog: pytest.LogCaptureFixture) -> None:
    """A generator is begun in one context and closed in another, as frameworks do; no error is logged."""

    def dependency() -> Generator[str, None, None]:
        with component("session", registry):
            yield "session"

    made = dependency()
    assert contextvars.copy_context().run(next, made) == "session"
    contextvars.copy_context().run(made.close)

    async def later() -> AsyncGenerator[str, None]:
        with component("session", registry):
            yield "session"

    async def close(stream: AsyncGenerator[str, None]) -> None:
        await stream.aclose()

    async def left() -> None:
        stream = later()
        assert await anext(stream) == "session"
        await asyncio.create_task(close(stream))

    asyncio.run(left())
    assert count(registry, "session") == 2
    assert caplog.records == []


def test_more_parts_than_the_bound_are_other(registry: CollectorRegistry) -> None:
    """Names with values in them cannot fill Prometheus, and the counter says so."""
    for number in range(40):
        with component(f"user-{number}", registry):
            pass
    assert count(registry, "other") == 40 - 29
    labels = {"metric": "component_duration_seconds", "label": "component"}
    assert registry.get_sample_value("telemetry_label_overflow_total", labels) == 40 - 29


def test_a_database_of_any_kind_reports_by_itself(registry: CollectorRegistry) -> None:
    """Operations in a block are timed, failures counted, unknown operations and endless queries bounded."""
    database = DatabaseTelemetry("ledger", system="sqlite", registry=registry)
    with database.operation("rows", "query", "x" * (LONGEST_QUERY + 1)):
        pass
    with pytest.raises(OSError, match="gone"), database.operation("rows", "vacuum"):
        raise OSError("gone")
    labels = {"database": "ledger", "collection": "rows"}
    timed = {"operation": "query", "query": "other"}
    assert registry.get_sample_value("database_query_duration_seconds_count", labels | timed) == 1
    assert registry.get_sample_value("database_query_errors_total", labels | {"operation": "other"}) == 1
    assert registry.get_sample_value("database_query_errors_total", labels | {"operation": "query"}) == 0
    families = {family.name: family for family in registry.collect()}
    for metric in DATABASE_METRICS:
        family = families[metric.name.removesuffix("_total")]
        assert (family.type, family.documentation) == (metric.type.value, metric.help)
        assert all(set(s.labels) - {"le"} == set(metric.label_names) for s in family.samples)


def test_two_databases_share_the_families(registry: CollectorRegistry) -> None:
    """Each has its own series; the same name twice is refused."""
    for name in ("first", "second"):
        DatabaseTelemetry(name, system="sqlite", registry=registry).connected()
    for name in ("first", "second"):
        assert registry.get_sample_value("database_connections_open", {"database": name}) == 1
    with pytest.raises(TelemetryError, match="of first is measured already"):
        DatabaseTelemetry("first", system="sqlite", registry=registry)


def test_a_process_without_an_api_exposes_its_build(registry: CollectorRegistry) -> None:
    """A worker exposes app_build_info by one call; a second one is refused."""
    expose_build("1.2", "abc", registry)
    assert registry.get_sample_value("app_build_info", {"version": "1.2", "revision": "abc"}) == 1
    with pytest.raises(TelemetryError, match="has a build already"):
        expose_build("1.3", "abc", registry)


def test_no_service_needs_a_library_that_it_does_not_use() -> None:
    """Everything but the hooks of a library can be imported while Firestore, gRPC, Redis and Celery are not there."""
    program = """
import sys
for library in ("google.cloud", "grpc", "redis", "celery", "kombu"):
    sys.modules[library] = None
import vitals_telemetry
import vitals_telemetry.cache, vitals_telemetry.database, vitals_telemetry.memory_cache, vitals_telemetry.tasks
"""
    subprocess.run([sys.executable, "-W", "error", "-c", program], check=True, timeout=60)
