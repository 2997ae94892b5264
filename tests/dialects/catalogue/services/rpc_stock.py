"""A gRPC service."""

from vitals.model.catalog import Availability, Latency, Service

rpc_stock = Service(
    name="rpc-stock",
    owner="platform",
    description="Knows what is in stock.",
    api=True,
    speaks="grpc",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
