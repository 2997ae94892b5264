"""A service whose OpenTelemetry has native histograms, in seconds."""

from vitals.model.catalog import Availability, Latency, Service, otel

otel_native = Service(
    name="otel-native",
    owner="platform",
    description="Gives back what was paid.",
    api=True,
    speaks=otel(conventions="stable", buckets="native"),
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
