"""The worker behind the API: it writes the reports that members order."""

from vitals.catalog import Firestore, Queue, Service

wellness_worker = Service(
    name="wellness-worker",
    owner="platform",
    means="Writes wellness reports in the background.",
    replicas=1,
    stores=(Firestore(name="wellness", connections=20),),
    queues=(Queue(name="reports", most=300),),
    components=True,
    expects={"collection": 2, "component": 1, "metric": 7},
)
