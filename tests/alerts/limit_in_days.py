"""LimitInDays: for an hour less than three days are left until something is used up."""

from __future__ import annotations

from tests.oracle.of_foresight import read, said
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Below

DAY = 86400


def _case(service: str, name: str) -> AlertCase:
    return AlertCase(
        id="anomaly.limit.days",
        name="LimitInDays",
        severity="warning",
        service=service,
        condition=Below(read("forecast_limit_seconds", several=min), 3 * DAY),
        for_=3600,
        record="service_anomaly:time_to_limit_seconds:min",
        scraped=(said("forecast_limit_seconds", service, name, "resource", lambda level: level),),
        low=10 * DAY,
        under=3 * DAY,
        high=DAY,
        summary=f"{service} ({name}, resource): limit reached in 1d 0h 0m 0s (< 3d)",
        labels={"anomaly_name": name, "anomaly_type": "resource"},
    )


CASES = (
    _case("wellness-api", "slo.availability.budget_left"),
    _case("wellness-worker", "tasks.saturation.queue/queue=reports"),
)
