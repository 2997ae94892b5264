"""Grafana: the values that only the running program knows, its data sources, and its door to the outside.

Sign-in is Google's, for one domain, and its secret is read from a file. Data sources and dashboards are provisioned, so
a new Grafana on an empty disk shows the same.
Reference: https://grafana.com/docs/grafana/latest/setup-grafana/configure-grafana/.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from vitals.rendered import Rendered

from ..cluster import OnGoogle
from ..settings import GrafanaSignIn
from ..workloads import GRAFANA_CLIENT_FILE
from .component_group import Manifest
from .labels import labels
from .secret_files import SecretFiles

NAME = "grafana"
FILES = "/etc/secrets/grafana"
PROMETHEUS, ALERTMANAGER, MONITORING, TRACES = "prometheus", "alertmanager", "cloud-monitoring", "cloud-trace"
"""The uids of the data sources; dashboards ask for the first unless a reader chooses another."""
TRACE_PLUGIN = "googlecloud-trace-datasource"
READER_OF_DASHBOARDS = "grafana-dashboards"
"""The Role of Grafana's sidecar; the chart's own would read every Secret of the namespace, too."""
DOWNLOADED_BY_DEFAULT = (
    "grafana-advisor-app",
    "grafana-exploretraces-app",
    "grafana-lokiexplore-app",
    "grafana-metricsdrilldown-app",
    "grafana-pyroscope-app",
)
"""Apps that Grafana fetches in whatever version there is when it starts on an empty disk; no dashboard needs one
(https://github.com/grafana/grafana/blob/main/pkg/setting/setting_plugins.go)."""
GATEWAY_CLASS = "gke-l7-global-external-managed"


def grafana_values(
    rendered: Rendered,
    files: SecretFiles,
    sign_in: GrafanaSignIn | None,
    google: OnGoogle | None,
    plugins: Mapping[str, str],
    *,
    storage_class: str | None = None,
) -> dict[str, Any]:
    """What the chart cannot know: addresses, secret files, who may sign in, what there is to ask.

    Args:
        rendered: The environment.
        files: The secret files of Grafana.
        sign_in: Who may sign in with Google; without it only the administrator can enter.
        google: The project, where there is one.
        plugins: Version of each plugin that may be installed.
        storage_class: Of its volume, where that is not ours.
    """
    namespace = rendered.operator.namespace
    wanted = [TRACE_PLUGIN] if google else []
    mount = {"name": files.name, "mountPath": FILES, "readOnly": True}
    ini: dict[str, Any] = {
        "server": {"root_url": rendered.operator.dashboards_url},
        "plugins": _plugins(wanted, plugins),
    }
    if sign_in:
        ini["auth.google"] = _google_sign_in(sign_in)
    return {
        **({"persistence": {"storageClassName": storage_class}} if storage_class else {}),
        "grafana.ini": ini,
        "extraSecretMounts": [{**mount, **_as_the_chart_wants(files)}],
        "plugins": [],  # the chart's own list is fetched before Grafana starts, which then waits for a site of others
        "rbac": {"useExistingRole": READER_OF_DASHBOARDS},
        "sidecar": {"dashboards": {"searchNamespace": namespace}},  # else all namespaces, which its Role cannot read
        "datasources": {
            "datasources.yaml": {
                "apiVersion": 1,
                "prune": True,
                "datasources": _data_sources(namespace, google),
            }
        },
    }


def reader_of_dashboards(namespace: str) -> Manifest:
    """What the sidecar may read: ConfigMaps of one namespace, for dashboards are ConfigMaps."""
    return {
        "apiVersion": "rbac.authorization.k8s.io/v1",
        "kind": "Role",
        "metadata": {"name": READER_OF_DASHBOARDS, "namespace": namespace, "labels": labels(NAME, "identity")},
        "rules": [{"apiGroups": [""], "resources": ["configmaps"], "verbs": ["get", "list", "watch"]}],
    }


def _plugins(wanted: Sequence[str], versions: Mapping[str, str]) -> dict[str, Any]:
    """Plugins in exactly one version, fetched while Grafana runs already: the plugin site may be down."""
    return {
        "preinstall": ",".join(f"{name}@{versions[name]}" for name in wanted),
        "preinstall_async": True,
        "preinstall_auto_update": False,
        "disable_plugins": ",".join(DOWNLOADED_BY_DEFAULT),
    }


def _as_the_chart_wants(files: SecretFiles) -> Mapping[str, Any]:
    """The chart writes a Secret's volume in words of its own, and passes any other on as it is."""
    secret = files.source.get("secret")
    return {"secretName": secret["secretName"], "defaultMode": secret["defaultMode"]} if secret else files.source


def _google_sign_in(sign_in: GrafanaSignIn) -> dict[str, Any]:
    return {
        "enabled": True,
        "client_id": sign_in.client_id,
        "client_secret": f"$__file{{{FILES}/{GRAFANA_CLIENT_FILE}}}",
        "allowed_domains": sign_in.domain,
        "hosted_domain": sign_in.domain,
        "allow_sign_up": True,
        "use_pkce": True,
    }


def _data_sources(namespace: str, google: OnGoogle | None) -> list[dict[str, Any]]:
    exemplars = [{"name": "trace_id", "datasourceUid": TRACES}] if google else []
    found: list[dict[str, Any]] = [
        {
            "name": "Prometheus",
            "uid": PROMETHEUS,
            "type": "prometheus",
            "url": f"http://prometheus.{namespace}:9090",
            "isDefault": True,
            "jsonData": {
                "httpMethod": "POST",
                "manageAlerts": False,
                "timeInterval": "15s",
                "exemplarTraceIdDestinations": exemplars,
            },
        },
        {
            "name": "Alertmanager",
            "uid": ALERTMANAGER,
            "type": "alertmanager",
            "url": f"http://alertmanager.{namespace}:9093",
            "jsonData": {"implementation": "prometheus", "handleGrafanaManagedAlerts": False},
        },
    ]
    if google:
        own = {"authenticationType": "gce", "defaultProject": google.project}
        found += [
            {"name": "Cloud Monitoring", "uid": MONITORING, "type": "stackdriver", "jsonData": own},
            {"name": "Cloud Trace", "uid": TRACES, "type": TRACE_PLUGIN, "jsonData": own},
        ]
    return [{**source, "access": "proxy", "editable": False} for source in found]


def ingress(rendered: Rendered, google: OnGoogle) -> list[Manifest]:
    """The public door, HTTPS only; Google's load balancer asks Grafana itself whether it is well.

    References: https://cloud.google.com/kubernetes-engine/docs/how-to/deploying-gateways and
    https://cloud.google.com/kubernetes-engine/docs/how-to/configure-gateway-resources.
    """
    metadata = {"name": NAME, "namespace": rendered.operator.namespace, "labels": labels(NAME, "ingress")}
    host = urlsplit(rendered.operator.dashboards_url).hostname
    backend = {"group": "", "kind": "Service", "name": NAME}
    return [
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "Gateway",
            "metadata": {**metadata, "annotations": {"networking.gke.io/certmap": google.certificate_map}},
            "spec": {
                "gatewayClassName": GATEWAY_CLASS,
                "addresses": [{"type": "NamedAddress", "value": google.address}],
                "listeners": [
                    {
                        "name": "https",
                        "protocol": "HTTPS",
                        "port": 443,
                        "hostname": host,
                        "allowedRoutes": {"namespaces": {"from": "Same"}},
                    }
                ],
            },
        },
        {
            "apiVersion": "gateway.networking.k8s.io/v1",
            "kind": "HTTPRoute",
            "metadata": metadata,
            "spec": {
                "parentRefs": [{"group": "gateway.networking.k8s.io", "kind": "Gateway", "name": NAME}],
                "hostnames": [host],
                "rules": [{"backendRefs": [{**backend, "port": 80}]}],
            },
        },
        {
            "apiVersion": "networking.gke.io/v1",
            "kind": "HealthCheckPolicy",
            "metadata": metadata,
            "spec": {
                "targetRef": backend,
                "default": {
                    "config": {"type": "HTTP", "httpHealthCheck": {"port": 3000, "requestPath": "/api/health"}}
                },
            },
        },
    ]
