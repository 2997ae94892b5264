"""The worker behind the API: it writes the reports that members order."""

from vitals.catalog import Service

wellness_worker = Service(
    name="wellness-worker",
    owner="platform",
    means="Writes wellness reports in the background.",
    replicas=1,
)
