"""The same jobs as ClusterPodMonitoring objects for Google's managed collection.

It gives a target its labels itself and lets no one change some of them: ``project_id``, ``location`` and ``cluster``
say where it runs, ``job`` is the object's name and ``instance`` is made of pod (or node) and port. ``service`` comes
from a label of the pod: for a service its name, for an exporter a label that only our own has, because Google runs an
Alertmanager, a collector and perhaps a kube-state-metrics on the same cluster. Further labels of the pod are asked for
only where no metric has one of that name.

Reference: prometheus-engine, ``pkg/operator/apis/monitoring/v1`` (PodMonitoring to scrape configuration).
"""

from __future__ import annotations

from vitals.errors import VitalsError
from vitals.kit.scrape.job import Job
from vitals.kit.scrape.monitor import NAME_LABEL
from vitals.model.conventions import SERVICE
from vitals.model.metrics import EXPORTERS, USUAL

JOB_LABEL = "vitals/job"
"""The label that holds the name of the job, on pods of an exporter, or of a service that is called otherwise there."""
_TELLING = ("namespace", "pod")
"""Labels of the pod that help a person, where no metric has one of that name."""


def cluster_pod_monitoring(job: Job) -> dict[str, object]:
    """The ClusterPodMonitoring of a job; it selects pods by a label that holds the job's name, and a port.

    Raises:
        VitalsError: The job cannot be collected that way.
    """
    if job.endpoint.scheme != USUAL.scheme and job.name in EXPORTERS:
        raise VitalsError(
            f"The job {job.name!r} is asked by {job.endpoint.scheme} with the credentials of Prometheus, and managed "
            "collection has none to give, so its rules would be silent. Leave that exporter out of the environment; "
            "the cluster's own monitoring has its metrics."
        )
    if job.native_histograms:
        raise VitalsError(
            f"The job {job.name!r} exposes native histograms, and managed collection has no field by which it would "
            "take them, so its response times would be silent. Let the service expose classic buckets as well, and "
            "give their bounds in `buckets`."
        )
    # Google takes the label service from a label of the pod: where that of its name is another, ours says it.
    label = JOB_LABEL if job.name in EXPORTERS or job.app not in {"", job.name} else NAME_LABEL
    endpoint: dict[str, object] = {"port": _pod_port(job), "interval": job.interval, "timeout": job.timeout}
    if job.endpoint.scheme != USUAL.scheme:
        endpoint |= {"scheme": job.endpoint.scheme, "tls": {"insecureSkipVerify": True}}
    if job.endpoint.path != USUAL.path:
        endpoint["path"] = job.endpoint.path
    return {
        "apiVersion": "monitoring.googleapis.com/v1",
        "kind": "ClusterPodMonitoring",
        "metadata": {"name": job.name},
        "spec": {
            "selector": {"matchLabels": {label: job.name}},
            "endpoints": [endpoint],
            "targetLabels": {
                "metadata": [one for one in _TELLING if one not in job.emitted_labels],
                "fromPod": [{"from": label, "to": SERVICE}],
            },
        },
    }


def _pod_port(job: Job) -> str | int:
    """The port of the pods: an exporter has one of its own there, a service names them alike."""
    return job.endpoint.pod_port if job.name in EXPORTERS else job.endpoint.port
