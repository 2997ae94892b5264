"""The relay that sends the picture of an alert's panel after its notification.

One pod: it remembers which group of alerts had a picture, and what it forgets when it is started anew is a picture and
never a text. It asks one Prometheus and writes to Slack and the mail server, so it has no right at all in the cluster.
"""

from __future__ import annotations

from typing import Any

from ..settings import PicturesRelay
from .component_group import Manifest
from .labels import selector
from .pods import container_security, deployment, service
from .programs import PICTURES_PORT
from .secret_files import SecretFiles

NAME = "pictures"
_SECRETS = "/secrets"
_TEMPORARY = "/tmp"  # noqa: S108 - a volume of the pod's own


def pictures(
    namespace: str, environment: str, prometheus: str, wanted: PicturesRelay, files: SecretFiles
) -> list[Manifest]:
    """The relay with its Service; its account is there already.

    Args:
        namespace: Where it runs.
        environment: Whose ``model.json`` and dashboards say what is drawn and where it goes.
        prometheus: Base URL of what answers queries.
        wanted: With which image.
        files: Its secret files; the object that stands for them is there already.
    """
    temporary = {"name": "temporary", "emptyDir": {"sizeLimit": "64Mi"}}
    return [
        service(NAME, namespace, selector(NAME), {"metrics": PICTURES_PORT}),
        deployment(
            NAME,
            namespace,
            [_container(environment, prometheus, wanted, files)],
            component="alerts",
            job=NAME,
            replicas=1,
            volumes=[files.volume, temporary],
        ),
    ]


def _container(environment: str, prometheus: str, wanted: PicturesRelay, files: SecretFiles) -> dict[str, Any]:
    return {
        "name": NAME,
        "image": wanted.image,
        "args": [
            *("pictures", "serve", "--env", environment, "--prometheus", prometheus, "--secrets", _SECRETS),
            *("--host", "0.0.0.0", "--port", str(PICTURES_PORT)),  # noqa: S104 - its own pod, behind a network policy
        ],
        "ports": [{"name": "metrics", "containerPort": PICTURES_PORT}],
        "securityContext": container_security(),
        # Two renderers at once, each a browser's engine of some 150 MiB, beside the relay itself.
        "resources": {"requests": {"cpu": "50m", "memory": "256Mi"}, "limits": {"memory": "768Mi"}},
        "readinessProbe": {"httpGet": {"path": "/-/ready", "port": PICTURES_PORT}},
        "livenessProbe": {"httpGet": {"path": "/-/healthy", "port": PICTURES_PORT}, "initialDelaySeconds": 30},
        "volumeMounts": [files.mount(_SECRETS), {"name": "temporary", "mountPath": _TEMPORARY}],
    }
