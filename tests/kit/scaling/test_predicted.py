"""The trigger on the load to come: how full a replica may be by it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from vitals.kit.scaling import scaled_object, scalers
from vitals.kit.scaling.predicted import FULLER, foreseen
from vitals.model.catalog import Autoscaling, Catalogue

AUTOSCALING = Autoscaling(prometheus_url="http://prometheus.monitoring:9090", namespace="shop")


def test_a_replica_is_full_later_by_the_forecast_than_by_the_load(wellness: Catalogue) -> None:
    """Each demand is asked for twice, and the threshold of what is to come is the higher one."""
    found = [one for one in scalers(wellness.services, wellness.environments["prod"]) if one.predicted]

    assert found
    for scaler in found:
        manifest: Any = scaled_object(scaler, AUTOSCALING)
        thresholds = {one["name"]: one["metadata"].get("threshold") for one in manifest["spec"]["triggers"]}
        for trigger in scaler.triggers:
            name, capacity = trigger.demand.value, trigger.capacity
            assert float(thresholds[name]) == pytest.approx(capacity.value * capacity.full, rel=1e-3)
            assert float(thresholds[f"{name}-forecast"]) == pytest.approx(
                capacity.value * (capacity.full + FULLER), rel=1e-3
            )


def test_no_replica_is_more_than_full(wellness: Catalogue) -> None:
    """A service that grows only at 95 % leaves no ten points."""
    trigger = scalers(wellness.services, wellness.environments["prod"])[0].triggers[0]
    late = replace(trigger, capacity=replace(trigger.capacity, full=0.95))

    assert foreseen(late).capacity.per_replica == pytest.approx(late.capacity.value)
