"""A shop's till: promises availability only, asks two databases, knows nothing of cohorts."""

from vitals.catalog import Availability, Firestore, Service

checkout = Service(
    name="checkout",
    owner="payments",
    means="Takes orders and payments of the shop.",
    api=True,
    slos=(Availability(objective="99.5%"),),
    replicas=6,
    stores=(Firestore(name="orders", connections=40), Firestore(name="payments", connections=12)),
    components=True,
)
