"""AnomalyFound: for five minutes the foresight service says that a series beats its own record."""

from __future__ import annotations

from tests.oracle.of_foresight import ACTIVE, said
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above


def _case(service: str, name: str, kind: str) -> AlertCase:
    return AlertCase(
        id="anomaly.active.found",
        name="AnomalyFound",
        severity="info",
        service=service,
        condition=Above(ACTIVE, 0),
        for_=300,
        record="service_anomaly:active:max",
        scraped=(said("anomaly_active", service, name, kind, lambda level: float(level > 0)),),
        low=0,
        under=0,
        high=1,
        summary=f"{service} ({name}, {kind}): active anomalies 1 (> 0)",
        labels={"anomaly_name": name, "anomaly_type": kind},
    )


CASES = (
    _case("wellness-api", "api.latency.p95", "latency"),
    _case("wellness-worker", "tasks.wait.p95/queue=reports", "latency"),
)
