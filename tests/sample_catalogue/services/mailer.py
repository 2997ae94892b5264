"""A process without an API and without promises; it empties a queue."""

from vitals.model.catalog import Demand, Queue, Scaling, Service, assumed

mailer = Service(
    name="mailer",
    owner="discovery",
    description="Sends letters to customers.",
    replicas=1,
    scaling=Scaling(on={Demand.QUEUE: assumed(0.5, "A letter may take two minutes.")}, min_replicas=1, max_replicas=4),
    queues=(Queue(name="letters"),),
)
