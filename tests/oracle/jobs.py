"""Every scrape job of production, and how it is scraped. Written by hand; nothing here is read from the catalogue."""

from __future__ import annotations

SCRAPED = {"wellness-api": 5, "kubelet-volumes": 60, "stackdriver": 60}
"""Seconds between two scrapes of a job, where it is not the usual 15."""
JOBS = (
    "wellness-api",
    "wellness-worker",
    "prometheus",
    "alertmanager",
    "node",
    "kubelet",
    "kubelet-volumes",
    "kube-state-metrics",
    "redis",
    "stackdriver",
    "keda",
    "collector",
    "foresight",
    "pictures",
)
TIMED = tuple(job for job in JOBS if job not in ("stackdriver", "kubelet-volumes"))
"""Jobs whose scrape time is watched: the others hand on what is minutes old and are asked once a minute."""
USUAL_LIMIT = 2.0
"""Seconds that most scrapes may take."""
LIMIT = {"kubelet": 10.0, "kubelet-volumes": 10.0, "kube-state-metrics": 10.0}
"""Seconds for one that lists every container of a node or every object of a cluster."""
