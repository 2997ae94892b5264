"""A service whose OpenTelemetry follows the old conventions."""

from vitals.model.catalog import Availability, Latency, Service

otel_old = Service(
    name="otel-old",
    owner="platform",
    description="Takes the payment of old.",
    api=True,
    speaks="otel",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
