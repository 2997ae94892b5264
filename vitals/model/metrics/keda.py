"""KEDA's operator: can it read what it scales by?

Source: https://keda.sh/docs/2.20/operate/prometheus/ and the collectors in github.com/kedacore/keda.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import Endpoint, Exporter, counter, gauge
from vitals_telemetry.contract import Label, Unit

_OBJECT = (
    Label("namespace", "Namespace of the scaled object.", most=50, expected=1),
    Label("scaledObject", "Name of the scaled object.", most=200, expected=2),
)
_SCALER = (
    *_OBJECT,
    Label("scaler", "Name of the trigger; its kind where it has none.", most=10, expected=2),
    Label("triggerIndex", "Number of the trigger.", most=10, expected=1),
    Label("metric", "Name of the external metric.", most=200, expected=1),
    Label("type", "Whether a ScaledObject or a ScaledJob.", most=2, expected=1),
)

KEDA = Exporter(
    name="keda",
    description="The autoscaler that reads our metrics.",
    endpoint=Endpoint(pod_port=8080),
    metrics=(
        gauge("keda_scaler_metrics_value", "What a trigger reads.", *_SCALER),
        counter("keda_scaler_detail_errors_total", "Reads of a trigger that failed.", *_SCALER),
        counter("keda_scaled_object_errors_total", "Errors of a scaled object.", *_OBJECT),
        gauge("keda_scaled_object_paused", "Whether an annotation pauses the scaled object.", *_OBJECT),
        gauge(
            "keda_internal_scale_loop_latency_seconds",
            "Delay of the loop.",
            *_OBJECT[:1],
            Label("type", "Whether a ScaledObject or a ScaledJob.", most=2, expected=1),
            Label("resource", "Name of the scaled object.", most=200, expected=2),
            unit=Unit.SECONDS,
        ),
    ),
)
