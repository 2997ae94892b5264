"""Are the events of an objective recorded at all? A service that speaks other names is up, and nothing watches it."""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service, Slo
from vitals.model.promql import Expr, max_by, over_time, sum_by
from vitals.model.signals import gauge, slo
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

SERVICE = ("service",)


def recorded(objective: Slo) -> Signal:
    """One while the bad events of an objective have a value; zero where they have none and a target is up."""

    def query(service: Service, scrape: Scrape) -> Expr:
        bad = sum_by(SERVICE, slo.bad_events(objective).read(service=service.name))
        # Over some scrapes: one that is missed must not make the alert begin to wait again.
        up = max_by(SERVICE, over_time("max", "up", {"service": service.name}, gauge.window(service, scrape)))
        return (bad * 0 + 1) | 0 * up.equals(1)

    return Signal(
        id=f"api.recorded.{objective.kind}",
        title=f"Events recorded ({objective.kind})",
        asks=f"Are the events of the {objective.kind} objective recorded? At 0 its alerts can never fire.",
        unit=Unit.RATIO,
        worse=Direction.LOWER_IS_WORSE,
        record="service_slo:events_recorded:bool",
        labels=slo.LABELS,
        group=Group.SLO,
        query=query,
        fixed={"slo": objective.kind},
    )
