"""TooManySeries: for ten minutes Prometheus holds more series than the budget of production, 20,000."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge

SERIES = "prometheus_tsdb_head_series"

CASES = (
    AlertCase(
        id="meta.series.high",
        name="TooManySeries",
        severity="warning",
        service="prometheus",
        condition=Above(Lately(SERIES, EXPORTER), 20_000),
        for_=600,
        record="service:tsdb_head_series:max",
        scraped=(gauge(f'{SERIES}{{service="prometheus", job="prometheus", instance="p1"}}'),),
        low=10_000,
        under=20_000,
        high=20_500,
        summary="prometheus: 20.5k series in memory (> 20k)",
    ),
)
