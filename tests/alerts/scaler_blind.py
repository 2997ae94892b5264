"""ScalerBlind: for five minutes a scaler could not read what it scales by within the last five minutes."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.levels import counter
from vitals.verify.oracle.measures import Derived, RateOf

ERRORS = "keda_scaler_detail_errors_total"
API = 'service="keda", job="keda", instance="k1", namespace="wellness", scaledObject="api"'
FIVE_MINUTES, PER = 300, ("namespace", "scaledObject")

CASES = (
    AlertCase(
        id="meta.scaler.blind",
        name="ScalerBlind",
        severity="warning",
        service="keda",
        condition=Above(Derived(lambda pace: pace * FIVE_MINUTES, (RateOf(ERRORS, FIVE_MINUTES, PER),)), 0),
        for_=300,
        record="scaledobject:scaler_errors:increase5m",
        scraped=(counter(f'{ERRORS}{{{API}, scaler="prometheus", triggerIndex="0"}}'),),
        low=0,
        under=0,
        high=0.02,
        summary="keda (wellness/api): 6 scaler errors (> 0)",
        labels={"namespace": "wellness", "scaledObject": "api"},
    ),
)
