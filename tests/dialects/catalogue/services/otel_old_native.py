"""A service whose OpenTelemetry follows the old conventions, with native histograms in milliseconds."""

from vitals.model.catalog import Availability, Latency, Service, otel

otel_old_native = Service(
    name="otel-old-native",
    owner="platform",
    description="Gives back what was paid of old.",
    api=True,
    speaks=otel(conventions="old", buckets="native"),
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
