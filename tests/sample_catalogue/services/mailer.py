"""A process without an API and without promises; it empties a queue."""

from vitals.catalog import Queue, Service

mailer = Service(
    name="mailer",
    owner="discovery",
    means="Sends letters to customers.",
    replicas=1,
    queues=(Queue(name="letters"),),
)
