"""Who is scraped and how often: one list of jobs, written for a local Prometheus or as ServiceMonitors.

Both forms give a series the same identifying labels; a test runs the real relabelling over both to prove it.
"""

from vitals.scrape.job import Job, jobs
from vitals.scrape.local import prometheus_config
from vitals.scrape.monitor import service_monitor

__all__ = ["Job", "jobs", "prometheus_config", "service_monitor"]
