"""Synthetic series look like a service: counters only grow, buckets add up, and most requests succeed."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from vitals.verify.preview.shapes import shape
from vitals.verify.query_cost.synthetic import Key
from vitals_telemetry.contract import Metric, MetricType, Unit

HISTOGRAM = Metric("asked_seconds", MetricType.HISTOGRAM, Unit.SECONDS, "How long.", buckets=(0.1, 0.25, 1.0))
COUNTER = Metric("requests_total", MetricType.COUNTER, Unit.COUNT, "How many.")
METRICS = {"requests_total": COUNTER} | {f"asked_seconds{part}": HISTOGRAM for part in ("_bucket", "_sum", "_count")}
BEGAN = 1_767_000_000.0
MOMENTS = np.arange(BEGAN + 60.0, BEGAN + 600 * 60.0, 60.0, dtype=np.float64)


def _values(name: str, **labels: str) -> list[float]:
    key: Key = (name, tuple(sorted({"service": "api", **labels}.items())))
    return [float(value) for value in shape(key, METRICS, BEGAN)(MOMENTS)]


@pytest.mark.parametrize(
    "name", ["requests_total", "asked_seconds_sum", "asked_seconds_count", "node_cpu_seconds_total"]
)
def test_a_counter_begins_at_zero_and_grows(name: str) -> None:
    """A counter that fell would look like a restart."""
    values = _values(name)

    assert 0 < values[0] < values[-1] / 100
    assert all(later > earlier for earlier, later in itertools.pairwise(values))


def test_buckets_add_up_at_every_moment() -> None:
    """A wider bucket holds what a narrower one does, and the last one all that is counted."""
    buckets = [_values("asked_seconds_bucket", le=bound) for bound in ("0.1", "0.25", "1.0", "+Inf")]

    assert all(narrow < wide for found in zip(*buckets, strict=True) for narrow, wide in itertools.pairwise(found))
    assert buckets[-1] == _values("asked_seconds_count")


def test_most_requests_succeed() -> None:
    """A healthy service: errors are there, and under one in a thousand."""
    good, bad = (_values("requests_total", status=status)[-1] for status in ("200", "503"))

    assert 0 < bad < good / 1000


@pytest.mark.parametrize(
    ("name", "level"),
    [("up", 1.0), ("build_info", 1.0), ("node_filesystem_readonly", 0.0), ("kube_pod_status_ready", 1.0)],
)
def test_a_state_is_that_of_health(name: str, level: float) -> None:
    """What says that all is well says so all the time."""
    assert set(_values(name)) == {level}


def test_series_of_other_labels_differ() -> None:
    """Two endpoints are two lines."""
    assert _values("requests_total", endpoint="a") != _values("requests_total", endpoint="b")
