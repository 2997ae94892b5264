"""The worker behind the API: it writes the reports that members order."""

from vitals.catalog import Firestore, Queue, Service

wellness_worker = Service(
    name="wellness-worker",
    owner="platform",
    means="Writes wellness reports in the background.",
    replicas=1,
    stores=(Firestore(name="wellness", connections=20),),
    queues=(Queue(name="reports", most=300),),
)
