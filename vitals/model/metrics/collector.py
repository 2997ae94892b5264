"""The OpenTelemetry collector that carries traces to Google Cloud: does it lose any?

The names are those of the collector's own default reader, which adds no ``_total``.
Source: https://opentelemetry.io/docs/collector/internal-telemetry/.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import Exporter, gauge, unusual_counter
from vitals_telemetry.contract import Label

_INSTANCE = (
    Label("service_instance_id", "Identity of the process.", most=10, expected=1),
    Label("service_name", "Name of the collector.", most=4, expected=1),
    Label("service_version", "Its version.", most=4, expected=1),
)
_RECEIVER = (
    Label("receiver", "Who takes the spans.", most=5, expected=1),
    Label("transport", "How they come.", most=3, expected=1),
    *_INSTANCE,
)
_EXPORTER = (Label("exporter", "Who sends the spans on.", most=5, expected=1), *_INSTANCE)

COLLECTOR = Exporter(
    name="collector",
    description="The OpenTelemetry collector that carries traces away.",
    metrics=(
        unusual_counter("otelcol_receiver_accepted_spans", "Spans taken.", *_RECEIVER),
        unusual_counter("otelcol_receiver_refused_spans", "Spans turned away.", *_RECEIVER),
        unusual_counter("otelcol_exporter_sent_spans", "Spans sent on.", *_EXPORTER),
        unusual_counter("otelcol_exporter_send_failed_spans", "Spans that could not be sent on.", *_EXPORTER),
        gauge(
            "otelcol_exporter_queue_size",
            "Batches that wait.",
            *_EXPORTER,
            Label("data_type", "Kind of data.", most=3, expected=1),
        ),
        gauge(
            "otelcol_exporter_queue_capacity",
            "Batches that may wait.",
            *_EXPORTER,
            Label("data_type", "Kind of data.", most=3, expected=1),
        ),
    ),
)
