"""An RQ worker behind rq-exporter."""

from vitals.model.catalog import Availability, Queue, Service

thumbnails = Service(
    name="thumbnails",
    owner="platform",
    description="Makes pictures small.",
    speaks="rq-exporter",
    queues=(Queue(name="default"),),
    slos=(Availability(objective="99.9%"),),
)
