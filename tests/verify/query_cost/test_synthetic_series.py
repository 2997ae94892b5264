"""Synthetic series are those of the contract and the catalogue, as many as are usual."""

from __future__ import annotations

from vitals.verify.query_cost.synthetic import SyntheticJob, lines
from vitals_telemetry.contract import Label, Metric, MetricType, Unit

CALLS = Metric(
    "calls_total",
    MetricType.COUNTER,
    Unit.COUNT,
    "Calls.",
    (
        Label("endpoint", "Where.", most=200),
        Label("status", "How it ended.", most=60),
        Label("queue", "Which.", most=9),
    ),
)
TIME = Metric("time_seconds", MetricType.HISTOGRAM, Unit.SECONDS, "Time.", (), (0.25, 1.0))
JOB = SyntheticJob(
    "shop", 5.0, 2, (CALLS, TIME), expects={"endpoint": 3, "status": 2}, names={"queue": ["mail", "reports"]}
)


def test_every_combination_of_labels_is_there_on_every_target() -> None:
    """As many values as are expected; those that the catalogue names by their names, and a status that is an error."""
    found = [dict(labels) for _, labels in JOB.series({"calls_total"})]

    assert len(found) == 2 * 3 * 2 * 2
    assert {one["instance"] for one in found} == {"shop-1", "shop-2"}
    assert {one["queue"] for one in found} == {"mail", "reports"}
    assert {one["status"] for one in found} == {"200", "503"}
    assert {one["service"] for one in found} == {"shop"}


def test_a_histogram_has_its_buckets() -> None:
    """With bounds as Prometheus stores them, and only the series that are wanted."""
    found = list(JOB.series({"time_seconds_bucket", "up"}))

    assert [name for name, _ in found].count("up") == 2
    assert {dict(labels).get("le") for name, labels in found if name != "up"} == {"0.25", "1.0", "+Inf"}


def test_counters_grow_and_gauges_fall() -> None:
    """So that rates are positive and forecasts have something to say; the last sample is at the end."""
    counter, gauge = (
        list(lines((name, (("a", 'x"y'),)), begin=100, end=200, interval_s=30)) for name in ("calls_total", "size")
    )

    assert counter == [f'calls_total{{a="x\\"y"}} {number} {110 + 30 * number:.3f}\n' for number in range(4)]
    assert [float(line.split()[1]) for line in gauge] == [1e9, 1e9 - 1, 1e9 - 2, 1e9 - 3]
