"""ScalerFailing: for a quarter of an hour an autoscaler cannot change replicas, or cannot read its metrics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER
from vitals.verify.oracle.levels import Following, gauge
from vitals.verify.oracle.observations import Group, Observations

API = 'namespace="wellness", horizontalpodautoscaler="api"'
SERIES = f'service="kube-state-metrics", job="kube-state-metrics", instance="k1", {API}'
METRIC = "kube_horizontalpodautoscaler_status_condition"
NEEDED = ("AbleToScale", "ScalingActive")


@dataclass(frozen=True, slots=True)
class NotTrue:
    """1 for each condition that an autoscaler needs and that it says is false, 0 for each that is not."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """By autoscaler and condition."""
        found: dict[Group, float] = {}
        for (namespace, name, condition, status), series in world.chosen(
            METRIC, ("namespace", "horizontalpodautoscaler", "condition", "status")
        ):
            first, end = series.within(instant, EXPORTER)
            if condition in NEEDED and status == "false" and first < end:
                group = (namespace, name, condition)
                found[group] = max(found.get(group, 0.0), series.values[end - 1])
        return found


def _condition(name: str, *, false: Following) -> tuple[Following, ...]:
    """As kube-state-metrics has it: a series for each status, of which one is 1."""
    true = gauge(f'{METRIC}{{{SERIES}, condition="{name}", status="true"}}', lambda level: 1 - level)
    unknown = gauge(f'{METRIC}{{{SERIES}, condition="{name}", status="unknown"}}', lambda _: 0)
    return false, true, unknown


def _false(name: str) -> str:
    return f'{METRIC}{{{SERIES}, condition="{name}", status="false"}}'


CASES = (
    AlertCase(
        id="scaling.conditions.failing_long",
        name="ScalerFailing",
        severity="warning",
        service="kube-state-metrics",
        condition=Above(NotTrue(), 0),
        for_=900,
        record="autoscaler_condition:failing:max",
        scraped=(
            *_condition("AbleToScale", false=gauge(_false("AbleToScale"), lambda level: float(level > 0))),
            *_condition("ScalingActive", false=gauge(_false("ScalingActive"), lambda _: 0)),
            # It is false whenever no limit counts, which is well.
            *_condition("ScalingLimited", false=gauge(_false("ScalingLimited"), lambda _: 1)),
        ),
        low=0,
        under=0,
        high=1,
        summary="kube-state-metrics (wellness/api/AbleToScale): 1 autoscaler condition failing (> 0)",
        labels={"namespace": "wellness", "horizontalpodautoscaler": "api", "condition": "AbleToScale"},
    ),
)
