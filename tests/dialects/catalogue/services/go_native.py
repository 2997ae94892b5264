"""A Go service that has one native histogram, by which all requests are counted and timed."""

from vitals.model.catalog import Availability, Latency, Service, promhttp

go_native = Service(
    name="go-native",
    owner="platform",
    description="Shows what was bought.",
    api=True,
    speaks=promhttp(
        requests="shop_request_duration_seconds_count",
        duration="shop_request_duration_seconds",
        endpoint="handler",
        buckets="native",
    ),
    slos=(
        Availability(objective="99.9%"),
        Latency(within="200ms", objective="99%"),
    ),
)
