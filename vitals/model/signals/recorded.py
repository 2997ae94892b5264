"""Are the events of an objective recorded at all? A service that speaks other names is up, and nothing watches it."""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service, Slo
from vitals.model.conventions import SERVICE, SLO
from vitals.model.promql import Expr, max_by, over_time, sum_by
from vitals.model.signals import gauge, slo
from vitals.model.signals.idioms import or_zero
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import PER_SERVICE, Direction, Group, Signal
from vitals_telemetry.contract import Unit


def recorded(objective: Slo) -> Signal:
    """One while the bad events of an objective have a value; zero where they have none and a target is up."""

    def query(service: Service, scrape: Scrape) -> Expr:
        bad = sum_by(PER_SERVICE, slo.bad_events(objective).select(service=service.name))
        # Over some scrapes: one that is missed must not make the alert begin to wait again.
        up = max_by(PER_SERVICE, over_time("max", "up", {SERVICE: service.name}, gauge.window(service, scrape)))
        return or_zero(bad * 0 + 1, up.equals(1))

    return Signal(
        id=f"api.recorded.{objective.kind}",
        title=f"Events recorded ({objective.kind})",
        question=f"Are the events of the {objective.kind} objective recorded? At 0 its alerts can never fire.",
        unit=Unit.RATIO,
        direction=Direction.LOWER_IS_WORSE,
        record="service_slo:events_recorded:bool",
        labels=slo.LABELS,
        group=Group.SLO,
        query=SignalQuery(query),
        static_labels={SLO: objective.kind},
    )
