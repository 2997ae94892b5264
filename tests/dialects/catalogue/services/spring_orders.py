"""A Spring Boot service."""

from vitals.model.catalog import Availability, Service

spring_orders = Service(
    name="spring-orders",
    owner="platform",
    description="Keeps what was ordered.",
    api=True,
    speaks="micrometer",
    slos=(Availability(objective="99.9%"),),
)
