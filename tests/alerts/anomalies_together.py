"""AnomaliesTogether: for five minutes more than one kind of signal of a service is other than its past."""

from __future__ import annotations

from tests.oracle.of_foresight import TypesActive, said
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above


def _case(service: str, first: tuple[str, str], second: tuple[str, str]) -> AlertCase:
    return AlertCase(
        id="anomaly.types.together",
        name="AnomaliesTogether",
        severity="warning",
        service=service,
        condition=Above(TypesActive(), 1),
        for_=300,
        record="service:anomaly_types_active:count",
        scraped=(
            said("anomaly_active", service, *first, lambda _: 1),
            said("anomaly_active", service, *second, lambda level: float(level > 1)),
        ),
        low=1,
        under=1,
        high=2,
        summary=f"{service}: 2 types of anomaly at once (> 1)",
    )


CASES = (
    _case("wellness-api", ("api.latency.p95", "latency"), ("api.errors.service", "errors")),
    _case("wellness-worker", ("tasks.wait.p95/queue=reports", "latency"), ("tasks.queue.length", "resource")),
)
