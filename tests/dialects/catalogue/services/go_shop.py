"""A Go service whose handlers promhttp wraps."""

from vitals.model.catalog import Availability, Latency, Service, promhttp

go_shop = Service(
    name="go-shop",
    owner="platform",
    description="Shows what there is to buy.",
    api=True,
    speaks=promhttp(endpoint="handler", in_flight="in_flight_requests"),
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
