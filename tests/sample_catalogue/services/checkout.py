"""A shop's till: promises availability only, asks two databases, knows nothing of cohorts."""

from vitals.model.catalog import Availability, Demand, Firestore, Scaling, Service, assumed

checkout = Service(
    name="checkout",
    owner="payments",
    description="Takes orders and payments of the shop.",
    api=True,
    slos=(Availability(objective="99.5%"),),
    replicas=6,
    stores=(Firestore(name="orders", connections=40), Firestore(name="payments", connections=12)),
    components=True,
    scaling=Scaling(on={Demand.REQUESTS: assumed(8, "Payments are slow.")}, min_replicas=2, max_replicas=30),
)
