"""Who is scraped and how often: one list of jobs, for a local Prometheus, the operator or managed collection.

All forms give a series the same identifying labels; a test runs the real relabelling over them to prove it.
"""

from vitals.kit.scrape.job import METRIC_NAME, Job, jobs, metrics_of
from vitals.kit.scrape.local import prometheus_config
from vitals.kit.scrape.monitor import TAKES_NATIVE, service_monitor
from vitals.kit.scrape.pod_monitoring import cluster_pod_monitoring

__all__ = [
    "METRIC_NAME",
    "TAKES_NATIVE",
    "Job",
    "cluster_pod_monitoring",
    "jobs",
    "metrics_of",
    "prometheus_config",
    "service_monitor",
]
