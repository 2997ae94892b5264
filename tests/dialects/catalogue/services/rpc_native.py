"""A gRPC service that times its calls in native histograms."""

from vitals.model.catalog import Availability, Latency, Service, grpc

rpc_native = Service(
    name="rpc-native",
    owner="platform",
    description="Knows what will be in stock.",
    api=True,
    speaks=grpc(buckets="native"),
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
