"""The weekly load test: a CronJob that puts the platform under its usual load and compares with the week before.

It runs inside the cluster, so that what it measures is the service and not a load balancer, and in the monitoring's
namespace, so that it reaches the platform and nothing else. Its runs stay on a volume, one file and one report each:
there the next one finds the one before. The Job fails when a mark is missed, when the run is worse than the last one,
and when nothing can be said.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..settings import LoadTests
from .component_group import Manifest
from .labels import labels
from .namespaces import LOOKING
from .pods import container_security, pod_security
from .storage import claim

LOAD_TEST = "load-test"
RUNS = "/runs"
_WEEKLY = "0 9 * * 1"
"""Monday at nine, UTC: people are there to read it."""
_DISK = "1Gi"
"""A run of an hour and its report are about a megabyte: room for a life of weeks."""
LASTS_S = 3600
"""With the users of a usual day an endpoint has a few answers a second: an hour finds a p95 that is a tenth slower on
the busy ones, and five minutes find nothing below a half."""
_LONGEST_S = 2 * LASTS_S
"""What takes twice as long hangs."""


def load_test(namespace: str, environment: str, wanted: LoadTests, storage_class: str) -> list[Manifest]:
    """The CronJob and its volume.

    Args:
        namespace: Where it runs.
        environment: Whose marks judge the runs.
        wanted: What is asked, and with which image.
        storage_class: Of the volume.
    """
    marked = labels(LOAD_TEST, "load-test")
    return [
        {
            "apiVersion": "v1",
            "kind": "PersistentVolumeClaim",
            **_of_volume(namespace, storage_class),
        },
        {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "metadata": {"name": LOAD_TEST, "namespace": namespace, "labels": marked},
            "spec": {
                "schedule": _WEEKLY,
                "timeZone": "Etc/UTC",
                "concurrencyPolicy": "Forbid",
                "successfulJobsHistoryLimit": 1,
                "failedJobsHistoryLimit": 3,
                "jobTemplate": {
                    "spec": {
                        "backoffLimit": 0,  # a second run on a service that has just failed one proves nothing
                        "activeDeadlineSeconds": _LONGEST_S,
                        "template": {"metadata": {"labels": marked}, "spec": _pod(environment, wanted)},
                    }
                },
            },
        },
    ]


def _of_volume(namespace: str, storage_class: str) -> Mapping[str, Any]:
    of_runs = claim(_DISK, LOAD_TEST, storage_class)
    about = {"name": LOAD_TEST, "namespace": namespace, "annotations": {"pulumi.com/skipAwait": "true"}}
    return {"metadata": {**about, "labels": of_runs["metadata"]["labels"]}, "spec": of_runs["spec"]}


def _pod(environment: str, wanted: LoadTests) -> dict[str, Any]:
    container = {
        "name": LOAD_TEST,
        "image": wanted.image,
        "args": [
            *("load", "normal", "--env", environment, "--allow-remote", "--host", wanted.host, "--keep", RUNS),
            *("--duration", str(LASTS_S)),
            *(("--metrics", wanted.metrics) if wanted.metrics else ()),
        ],
        "securityContext": container_security(),
        "resources": {"requests": {"cpu": "500m", "memory": "512Mi"}, "limits": {"memory": "1Gi"}},
        "volumeMounts": [{"name": "runs", "mountPath": RUNS}, {"name": "scratch", "mountPath": "/tmp"}],  # noqa: S108
    }
    return {
        "serviceAccountName": LOAD_TEST,
        "automountServiceAccountToken": False,
        "priorityClassName": LOOKING,
        "restartPolicy": "Never",
        "securityContext": pod_security(),
        "containers": [container],
        "volumes": [
            {"name": "runs", "persistentVolumeClaim": {"claimName": LOAD_TEST}},
            {"name": "scratch", "emptyDir": {}},
        ],
    }
