"""An Envoy before a service without metrics."""

from vitals.model.catalog import Availability, Latency, Service

edge = Service(
    name="edge",
    owner="platform",
    description="Lets users in.",
    api=True,
    speaks="envoy",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
