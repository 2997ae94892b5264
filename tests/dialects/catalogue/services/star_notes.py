"""A Starlette service under starlette-exporter."""

from vitals.model.catalog import Availability, Latency, Service

star_notes = Service(
    name="star-notes",
    owner="platform",
    description="Keeps the notes of users.",
    api=True,
    speaks="starlette-exporter",
    slos=(
        Availability(objective="99.9%"),
        Latency(within="250ms", objective="99%"),
    ),
)
