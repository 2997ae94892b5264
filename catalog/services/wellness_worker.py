"""The worker behind the API: it writes the reports that members order."""

from vitals.model.catalog import Demand, Firestore, Pod, Queue, Scaling, Service, assumed

wellness_worker = Service(
    name="wellness-worker",
    owner="platform",
    description="Writes wellness reports in the background.",
    replicas=1,
    stores=(Firestore(name="wellness", connections=20),),
    queues=(Queue(name="reports", most=300),),
    components=True,
    scaling=Scaling(
        on={Demand.QUEUE: assumed(40, "A report is taken to need a second, and forty seconds of waiting to be fine.")},
        min_replicas=1,
        max_replicas=10,
    ),
    pod=Pod(cpu="200m", memory="256Mi", memory_limit="512Mi"),
    expects={"collection": 2, "component": 1, "metric": 7},
)
