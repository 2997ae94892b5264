"""A service with the sidecar of Istio."""

from vitals.model.catalog import Availability, Latency, Service

mesh_cart = Service(
    name="mesh-cart",
    owner="platform",
    description="Keeps what is to be bought.",
    api=True,
    speaks="istio",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
