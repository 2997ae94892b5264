"""The synthetic bad day: counters never fall, failures and slow answers are where the incidents say."""

from __future__ import annotations

import numpy as np
import pytest

from vitals.verify.query_cost.synthetic import Key
from vitals.verify.report.incidents import DAY_S, INCIDENTS, day_shape
from vitals_telemetry.contract import Metric, MetricType, Unit

START = 1_767_139_200.0
BEGAN = START - 7200.0
HISTOGRAM = Metric("asked_seconds", MetricType.HISTOGRAM, Unit.SECONDS, "How long.", buckets=(0.1, 0.25, 1.0))
METRICS = {f"asked_seconds{part}": HISTOGRAM for part in ("_bucket", "_sum", "_count")}
MOMENTS = np.arange(START, START + DAY_S, 60.0, dtype=np.float64)
OUTAGE = next(one for one in INCIDENTS if one.down)
SLOW = next(one for one in INCIDENTS if one.slower > 1)


def _values(name: str, **labels: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    key: Key = (name, tuple(sorted({"service": "api", **labels}.items())))
    found: np.ndarray[tuple[int], np.dtype[np.float64]] = day_shape(key, METRICS, BEGAN, START)(MOMENTS)
    return found


def _grown(name: str, begin_s: float, length_s: float, **labels: str) -> float:
    values = _values(name, **labels)
    first, last = (int(at // 60) for at in (begin_s, begin_s + length_s))
    return float(values[last] - values[first])


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        ("requests_total", {"status": "200"}),
        ("requests_total", {"status": "503"}),
        ("query_errors_total", {}),
        ("asked_seconds_bucket", {"le": "0.25"}),
        ("asked_seconds_bucket", {"le": "+Inf"}),
        ("asked_seconds_sum", {}),
    ],
)
def test_a_counter_never_falls(name: str, labels: dict[str, str]) -> None:
    """One that fell would look like a restart, and its rate like a burst."""
    assert float(np.diff(_values(name, **labels)).min()) >= -1e-6


def test_in_the_outage_every_request_fails() -> None:
    """Successes stand still and failures take their place; a quiet hour has hardly any."""
    good, bad = (_grown("requests_total", OUTAGE.begin_s, OUTAGE.length_s, status=one) for one in ("200", "503"))
    quiet = [_grown("requests_total", 3600.0, OUTAGE.length_s, status=one) for one in ("200", "503")]

    assert bad > 100 * max(good, 1e-9)
    assert quiet[0] > 1000 * quiet[1]


def test_in_the_slow_hour_fewer_answers_are_within_a_bound() -> None:
    """And as many are counted as in any other hour."""
    whole, within = (
        _grown("asked_seconds_bucket", SLOW.begin_s, SLOW.length_s, le=bound) for bound in ("+Inf", "0.25")
    )
    quiet_whole, quiet_within = (
        _grown("asked_seconds_bucket", 5 * 3600.0, SLOW.length_s, le=bound) for bound in ("+Inf", "0.25")
    )

    assert within / whole < 0.2 * quiet_within / quiet_whole
    assert 0.3 < whole / quiet_whole < 3


def test_one_replica_is_down_in_the_outage_only() -> None:
    """The first instance of a job; the others stay."""
    first, second = (_values("up", instance=f"api-{number}") for number in (1, 2))

    assert int((first == 0).sum()) == int(OUTAGE.length_s // 60)
    assert set(second) == {1.0}
