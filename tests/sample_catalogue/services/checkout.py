"""A shop's till: promises availability only."""

from vitals.catalog import Availability, Service

checkout = Service(
    name="checkout",
    owner="payments",
    means="Takes orders and payments of the shop.",
    api=True,
    slos=(Availability(objective="99.5%"),),
    replicas=6,
)
