"""A service that OpenTelemetry instruments."""

from vitals.model.catalog import Availability, Latency, Service

otel_checkout = Service(
    name="otel-checkout",
    owner="platform",
    description="Takes the payment.",
    api=True,
    speaks="otel",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
