"""The exporters that others maintain: the metrics of each that we rely on, checked against a real scrape in tests."""

from __future__ import annotations

from dataclasses import dataclass

from vitals_telemetry.contract import Label, Metric, MetricType, Unit


@dataclass(frozen=True, slots=True)
class Exporter:
    """A program that exposes metrics and is not one of the platform's services.

    Attributes:
        name: How the catalogue names it; also its ``job`` and ``service`` label.
        means: What it is, for people.
        metrics: The part of its metrics that rules, panels or checks use.
        series: Series in one scrape, used or not: what is stored is paid for. Counted on the pinned version by a test;
            ``None`` where nobody has counted, and then the estimate of cost is marked as a guess.
        series_per_group: Series that each rule group adds to them.
        series_per_job: Series that each scrape job adds to them.
    """

    name: str
    means: str
    metrics: tuple[Metric, ...]
    series: int | None = None
    series_per_group: int = 0
    series_per_job: int = 0


def _build_info(program: str, *more: Label) -> Metric:
    """The ``*_build_info`` gauge that every program of the Prometheus project exposes."""
    version = Label("version", "Release of the program.", most=4, expected=1)
    return Metric(
        f"{program}_build_info",
        MetricType.GAUGE,
        Unit.COUNT,
        f"Version of {program}; the value is always 1.",
        (version, *more),
    )


PROMETHEUS = Exporter(
    name="prometheus",
    means="The Prometheus server itself.",
    metrics=(
        _build_info("prometheus"),
        Metric(
            "prometheus_rule_evaluation_failures_total",
            MetricType.COUNTER,
            Unit.COUNT,
            "Rule evaluations that failed.",
            (Label("rule_group", "File and name of the rule group.", most=2000),),
        ),
        Metric("prometheus_tsdb_head_series", MetricType.GAUGE, Unit.COUNT, "Series held in memory."),
        Metric(
            "prometheus_notifications_alertmanagers_discovered", MetricType.GAUGE, Unit.COUNT, "Alertmanagers found."
        ),
    ),
    series=800,
    series_per_group=11,
    series_per_job=30,
)

ALERTMANAGER = Exporter(
    name="alertmanager",
    means="The Alertmanager that routes notifications.",
    metrics=(
        _build_info("alertmanager"),
        Metric(
            "alertmanager_notifications_total",
            MetricType.COUNTER,
            Unit.COUNT,
            "Notifications tried.",
            (Label("integration", "Kind of receiver.", most=20, expected=18),),
        ),
        Metric(
            "alertmanager_notifications_failed_total",
            MetricType.COUNTER,
            Unit.COUNT,
            "Notifications that failed.",
            (
                Label("integration", "Kind of receiver.", most=20, expected=18),
                Label("reason", "Why.", most=10, expected=5),
            ),
        ),
    ),
    series=510,
)

NODE = Exporter(
    name="node",
    means="The machine: CPU, memory, disks.",
    metrics=(
        _build_info("node_exporter"),
        Metric(
            "node_cpu_seconds_total",
            MetricType.COUNTER,
            Unit.SECONDS,
            "Seconds each CPU spent in each mode.",
            (
                Label("cpu", "Number of the CPU.", most=256, expected=2),
                Label("mode", "What it did.", most=8, expected=8),
            ),
        ),
        Metric("node_memory_MemAvailable_bytes", MetricType.GAUGE, Unit.BYTES, "Memory that programs can still get."),
        Metric("node_memory_MemTotal_bytes", MetricType.GAUGE, Unit.BYTES, "Memory of the machine."),
    ),
    series=530,
)

EXPORTERS = {exporter.name: exporter for exporter in (PROMETHEUS, ALERTMANAGER, NODE)}
