"""A shop's search: promises speed only, so it never pages for an outage."""

from vitals.model.catalog import Cache, Latency, Service

search = Service(
    name="search",
    owner="discovery",
    description="Finds articles of the shop by words.",
    api=True,
    slos=(Latency(within="1s", objective="95%"),),
    caches=(Cache(name="results"), Cache(name="suggestions")),
    cohorts=True,
)
