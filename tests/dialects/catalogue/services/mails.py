"""A Celery worker behind celery-exporter."""

from vitals.model.catalog import Availability, Queue, Service

mails = Service(
    name="mails",
    owner="platform",
    description="Sends the mails.",
    speaks="celery-exporter",
    queues=(Queue(name="celery"),),
    slos=(Availability(objective="99.9%"),),
)
