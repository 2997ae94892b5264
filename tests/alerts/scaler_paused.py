"""ScalerPaused: an annotation has held a scaler for an hour."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge

SERIES = 'service="keda", job="keda", instance="k1", namespace="wellness", scaledObject="api"'

CASES = (
    AlertCase(
        id="scaling.paused.forgotten",
        name="ScalerPaused",
        severity="warning",
        service="keda",
        condition=Above(Lately("keda_scaled_object_paused", EXPORTER, ("namespace", "scaledObject")), 0),
        for_=3600,
        record="scaledobject:paused:max",
        scraped=(gauge(f"keda_scaled_object_paused{{{SERIES}}}", lambda level: float(level > 0)),),
        low=0,
        under=0,
        high=1,
        summary="keda (wellness/api): 1 pause by annotation (> 0)",
        labels={"namespace": "wellness", "scaledObject": "api"},
    ),
)
