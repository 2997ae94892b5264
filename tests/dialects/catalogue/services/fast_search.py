"""A FastAPI service under prometheus-fastapi-instrumentator."""

from vitals.model.catalog import Availability, Latency, Service

fast_search = Service(
    name="fast-search",
    owner="platform",
    description="Finds what is looked for.",
    api=True,
    speaks="fastapi-instrumentator",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
