"""The load that is to come, as a second trigger: what a service will be asked to do when a new replica serves.

It only ever adds. An autoscaler follows the largest of its triggers, and this one says zero whenever the forecast must
not count: when the foresight service or its metrics are gone, when a forecast is old, and when the forecasts of the
last day were not as right as they promise. Then the reactive triggers decide alone, as if this one did not exist.
"""

from __future__ import annotations

from dataclasses import replace

from vitals.kit.scaling.scaler import Scaler, Trigger
from vitals.model.catalog import AnyDemand
from vitals.model.conventions import SERVICE
from vitals.model.promql import Expr, call, select
from vitals.model.signals import anomaly

LEAD = "3m"
"""How far ahead the forecast looks: a replica is ready within a minute, the autoscaler needs up to another (scrape,
rule, poll and decision, 15 s each), and a forecast is a minute old on average when it is read."""
SHARE = "0.9"
"""Of ten loads nine are at most what is forecast; the reactive trigger's own headroom is there for the tenth."""
FULLER = 0.1
"""What is added to the share at which a replica is full. The room that a reactive trigger keeps is for what it cannot
see coming, and nine of ten loads are below the forecast already: at its own share a forecast keeps that room twice,
which cost 10 and 14 % more pods on two recorded loads, and 2 and 5 % with this (docs/predictive-scaling.md)."""
RIGHT_ENOUGH = (0.8, 0.99)
"""Of 1,440 forecasts of a day that promise 0.9, chance moves the share by 0.008; below 0.8 something has changed. Over
0.99 the forecast lies far above what comes, and would cost replicas without a use."""
STALE_S = 240
"""A forecast is up to 100 s old when it is read; one of twice that age, and a missed cycle, is not this minute's."""


def name_of(demand: AnyDemand) -> str:
    """How the foresight service calls the forecast of a demand."""
    return f"demand.{demand.value}"


def foreseen(trigger: Trigger) -> Trigger:
    """The trigger that asks for the same demand to come; of its capacity a larger share counts as full."""
    capacity = trigger.capacity
    return replace(trigger, capacity=replace(capacity, full=min(capacity.full + FULLER, 1.0)))


def load_to_come(scaler: Scaler, demand: AnyDemand) -> Expr:
    """The forecast load of all replicas together, zero where it does not count."""
    least, most = RIGHT_ENOUGH
    right = _of(scaler, demand, "forecast_coverage_ratio", horizon=LEAD)
    made = _of(scaler, demand, "forecast_timestamp_seconds")
    fresh = Expr("time()") - made < STALE_S
    value = _of(scaler, demand, "forecast_value", horizon=LEAD, quantile=SHARE)
    trusted = value.and_on(_SAME, right >= least).and_on(_SAME, right < most).and_on(_SAME, fresh)
    return call("max", trusted) | call("vector", 0)


_SAME = (anomaly.OF_SERVICE, anomaly.NAME)


def _of(scaler: Scaler, demand: AnyDemand, metric: str, **matchers: str) -> Expr:
    which = {anomaly.OF_SERVICE: scaler.service, anomaly.NAME: name_of(demand)}
    return select(metric, {SERVICE: anomaly.EXPORTER, **which, **matchers})
