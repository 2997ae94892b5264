"""Our Alertmanager: an object of the operator, clustered where there are several, with the rendered configuration.

The configuration names files for every secret, so it is not a secret itself; the operator only takes it from a Secret.
Reference: https://prometheus-operator.dev/docs/api-reference/api/#monitoring.coreos.com/v1.Alertmanager.
"""

from __future__ import annotations

from vitals.rendered import Rendered, names

from .charts import Image
from .component_group import Manifest
from .labels import JOB, PART_OF, labels
from .namespaces import ALERTING
from .pods import disruption_budget, pod_security, service, spread
from .programs import ALERTMANAGER
from .prometheus import ALERTMANAGER_PORT, resources
from .secret_files import SecretFiles
from .storage import claim

NAME = "alertmanager"
PORT = 9093
RETENTION = "120h"
"""How long silences and what was notified already are kept."""


def alertmanager(rendered: Rendered, image: Image, files: SecretFiles, storage_class: str) -> list[Manifest]:
    """Alertmanager with its configuration, its Service and its disruption budget.

    Args:
        rendered: The environment.
        image: Of the program.
        files: Its secret files; the object that stands for them is there already.
        storage_class: Of its volumes.
    """
    namespace = rendered.operator.namespace
    return [
        _configuration(rendered),
        service(NAME, namespace, ALERTMANAGER, {ALERTMANAGER_PORT: PORT}),
        disruption_budget(NAME, namespace, ALERTMANAGER),
        _server(rendered, image, files, storage_class),
    ]


def mail_port(rendered: Rendered) -> int | None:
    """On which port the mail server takes notifications; None where no team has a mailbox."""
    server = rendered.parsed(names.ALERTMANAGER)["global"].get("smtp_smarthost")
    return int(str(server).rsplit(":", 1)[1]) if server else None


def _configuration(rendered: Rendered) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Secret",
        "metadata": {
            "name": f"{NAME}-config",
            "namespace": rendered.operator.namespace,
            "labels": labels(NAME, "configuration"),
        },
        "type": "Opaque",
        "stringData": {"alertmanager.yaml": rendered.alertmanager},
    }


def _server(rendered: Rendered, image: Image, files: SecretFiles, storage_class: str) -> Manifest:
    operator, size = rendered.operator, rendered.operator.alertmanager
    return {
        "apiVersion": "monitoring.coreos.com/v1",
        "kind": "Alertmanager",
        "metadata": {
            "name": NAME,
            "namespace": operator.namespace,
            "labels": labels(NAME, "alerts", image.version),
        },
        "spec": {
            "image": image.reference,
            "version": f"v{image.version}",
            "replicas": size.replicas,
            "podMetadata": {"labels": {**PART_OF, "app.kubernetes.io/component": "alerts", JOB: NAME}},
            "serviceAccountName": NAME,
            "automountServiceAccountToken": False,
            "priorityClassName": ALERTING,
            "securityContext": pod_security(),
            "resources": resources(size),
            "topologySpreadConstraints": spread(ALERTMANAGER),
            "configSecret": f"{NAME}-config",
            "volumes": [files.volume],
            "volumeMounts": [files.mount(operator.secrets_dir)],
            **_aws(rendered),
            **({"enableFeatures": [names.RECEIVERS_IN_METRICS]} if rendered.model.pictures else {}),
            "retention": RETENTION,
            "storage": {"volumeClaimTemplate": claim(size.disk, "alerts", storage_class)},
        },
    }


def _aws(rendered: Rendered) -> dict[str, object]:
    """The operator merges this into its own container: AWS' library asks the environment where its keys are."""
    file = rendered.model.aws_credentials_file
    if not file:
        return {}
    path = f"{rendered.operator.secrets_dir}/{file}"
    return {"containers": [{"name": NAME, "env": [{"name": names.AWS_VARIABLE, "value": path}]}]}
