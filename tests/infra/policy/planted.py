"""Resources that keep every rule of the policy, and one defect after the other that breaks one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from infra.policy.registered import SECRET_MARK

LABELS = {
    "app.kubernetes.io/name": "wellness-api",
    "app.kubernetes.io/part-of": "wellness",
    "app.kubernetes.io/managed-by": "pulumi",
}
KEPT_SECRET = {SECRET_MARK: "1b47061264138c4ac30d75fd1eb44270", "value": "hush"}
DEPLOYMENT: dict[str, Any] = {
    "metadata": {"name": "wellness-api", "labels": LABELS},
    "spec": {
        "template": {
            "metadata": {"labels": LABELS},
            "spec": {
                "containers": [
                    {
                        "name": "api",
                        "image": "registry.example:5000/wellness/api@sha256:" + "0" * 64,
                        "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}, "limits": {"memory": "256Mi"}},
                        "env": [{"name": "FIRESTORE_DATABASE", "value": "wellness"}],
                    }
                ]
            },
        }
    },
}
PROMETHEUS: dict[str, Any] = {
    "metadata": {"name": "vitals", "labels": LABELS},
    "spec": {
        "image": "quay.example/prometheus/prometheus:v3.14.0",
        "resources": {"requests": {"cpu": "1", "memory": "4Gi"}, "limits": {"memory": "6Gi"}},
        "storage": {"volumeClaimTemplate": {"spec": {}}},
    },
}
RELEASE: dict[str, Any] = {
    "name": "kube-prometheus-stack",
    "namespace": "monitoring",
    "chart": "kube-prometheus-stack",
    "version": "88.5.3",
    "timeout": 600,
    "atomic": True,
    "maxHistory": 5,
    "values": {
        "prometheus": {"enabled": False},
        "alertmanager": {"enabled": False},
        "crds": {"enabled": False},
        "grafana": {
            "image": {"tag": "13.2.0"},
            "service": {"type": "ClusterIP"},
            "client_secret": "$__file{/etc/secrets/client-secret}",
            "admin": {"existingSecret": "grafana-admin", "passwordKey": "password"},
            "imagePullSecrets": ["registry"],
        },
    },
}
ROUTE: dict[str, Any] = {
    "metadata": {"name": "grafana", "labels": LABELS},
    "spec": {"rules": [{"backendRefs": [{"name": "grafana", "port": 80}]}]},
}
SECRET: dict[str, Any] = {"metadata": {"name": "receivers", "labels": LABELS}, "stringData": {"webhook": KEPT_SECRET}}
CONFIG: dict[str, Any] = {
    "metadata": {"name": "settings", "labels": LABELS},
    "data": {
        "grafana.ini": "[auth]\nclient_secret = $__file{/etc/secrets/client-secret}\nroot_url = https://grafana.example/",
        "alertmanager.yml": "slack_api_url_file: /etc/secrets/webhook\nsmtp_auth_password_file: /etc/secrets/smtp\n",
        "redis": "redis://:$(REDIS_PASSWORD)@redis:6379, redis://cache:6379",
    },
}
GATEWAY: dict[str, Any] = {"metadata": {"labels": LABELS}, "spec": {"listeners": [{"protocol": "HTTPS", "port": 443}]}}
POLICY: dict[str, Any] = {
    "metadata": {"labels": LABELS},
    "spec": {
        "ingress": [
            {"from": [{"ipBlock": {"cidr": "10.0.0.0/8"}}], "ports": [{"port": 9090}]},
            {"ports": [{"port": 9443}]},
        ],
        "egress": [{}],
    },
}
ROLE: dict[str, Any] = {
    "metadata": {"labels": LABELS},
    "rules": [{"apiGroups": [""], "resources": ["pods"], "verbs": ["get", "list"]}],
}
BINDING: dict[str, Any] = {
    "metadata": {"labels": LABELS},
    "roleRef": {"kind": "ClusterRole", "name": "view"},
    "subjects": [{"kind": "ServiceAccount", "name": "vitals", "namespace": "monitoring"}],
}
MEMBER: dict[str, Any] = {
    "role": "roles/monitoring.viewer",
    "member": "serviceAccount:grafana@x.iam.gserviceaccount.com",
}
STORAGE: dict[str, Any] = {"metadata": {"labels": LABELS}, "reclaimPolicy": "Retain", "allowVolumeExpansion": True}
SERVICE: dict[str, Any] = {"metadata": {"name": "api", "labels": LABELS}, "spec": {"type": "ClusterIP"}}
CLAIM: dict[str, Any] = {"metadata": {"name": "grafana", "labels": LABELS}}
CLUSTER: dict[str, Any] = {"deletionProtection": True}
FIRESTORE: dict[str, Any] = {"deleteProtectionState": "DELETE_PROTECTION_ENABLED"}

SOUND = {
    "kubernetes:apps/v1:Deployment": DEPLOYMENT,
    "kubernetes:monitoring.coreos.com/v1:Prometheus": PROMETHEUS,
    "kubernetes:helm.sh/v3:Release": RELEASE,
    "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute": ROUTE,
    "kubernetes:gateway.networking.k8s.io/v1:Gateway": GATEWAY,
    "kubernetes:networking.k8s.io/v1:NetworkPolicy": POLICY,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": ROLE,
    "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": BINDING,
    "gcp:projects/iAMMember:IAMMember": MEMBER,
    "kubernetes:core/v1:ConfigMap": CONFIG,
    "kubernetes:core/v1:Secret": SECRET,
    "kubernetes:core/v1:Service": SERVICE,
    "kubernetes:core/v1:PersistentVolumeClaim": CLAIM,
    "kubernetes:storage.k8s.io/v1:StorageClass": STORAGE,
    "gcp:container/cluster:Cluster": CLUSTER,
    "gcp:firestore/database:Database": FIRESTORE,
}


def _set(*path: str | int, value: object) -> Callable[[dict[str, Any]], None]:
    def change(inputs: dict[str, Any]) -> None:
        where: Any = inputs
        for key in path[:-1]:
            where = where[key]
        where[path[-1]] = value

    return change


def _without(*path: str | int) -> Callable[[dict[str, Any]], None]:
    def change(inputs: dict[str, Any]) -> None:
        where: Any = inputs
        for key in path[:-1]:
            where = where[key]
        del where[path[-1]]

    return change


_PODS = ("spec", "template", "spec")
_POD = (*_PODS, "containers", 0)
_WORKLOAD = "kubernetes:apps/v1:Deployment"
_SERVICE = "kubernetes:core/v1:Service"
_CONFIG = "kubernetes:core/v1:ConfigMap"
_ROUTE = "kubernetes:gateway.networking.k8s.io/v1:HTTPRoute"
_BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding"
_POLICY = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_MEMBER = "gcp:projects/iAMMember:IAMMember"
_PROMETHEUS = "kubernetes:monitoring.coreos.com/v1:Prometheus"
_RELEASE = "kubernetes:helm.sh/v3:Release"
PLANTED = (
    ("sized-containers", _WORKLOAD, _without(*_POD, "resources", "limits", "memory")),
    ("sized-containers", _WORKLOAD, _without(*_POD, "resources", "requests", "cpu")),
    ("sized-containers", _WORKLOAD, _without(*_POD, "resources")),
    ("sized-containers", _PROMETHEUS, _without("spec", "resources", "requests", "memory")),
    ("pinned-images", _WORKLOAD, _set(*_POD, "image", value="wellness/api:latest")),
    ("pinned-images", _WORKLOAD, _set(*_POD, "image", value="registry.example:5000/api")),
    ("pinned-images", _PROMETHEUS, _set("spec", "image", value="prom/prometheus:main")),
    ("pinned-images", _RELEASE, _set("values", "grafana", "image", "tag", value="latest")),
    ("no-plain-secret", "kubernetes:core/v1:Secret", _set("stringData", "webhook", value="hush")),
    (
        "no-plain-secret",
        _WORKLOAD,
        _set(*_POD, "env", value=[{"name": "REDIS_PASSWORD", "value": "hush"}]),
    ),
    ("no-plain-secret", _RELEASE, _set("values", "grafana", "adminPassword", value="hush")),
    ("no-plain-secret", _RELEASE, _set("values", "grafana", "client_secret", value="hush $__file{/a}")),
    ("not-public", _SERVICE, _set("spec", "type", value="LoadBalancer")),
    ("not-public", _RELEASE, _set("values", "grafana", "service", "type", value="NodePort")),
    (
        "not-public",
        _ROUTE,
        _set("spec", "rules", 0, "backendRefs", 0, "name", value="prometheus-operated"),
    ),
    ("no-plain-secret", _WORKLOAD, _set(*_POD, "env", value=[{"name": "SMTP_PASS", "value": "hush"}])),
    (
        "no-plain-secret",
        _WORKLOAD,
        _set(*_POD, "env", value=[{"name": "DATABASE_URL", "value": "redis://:hush@cache:6379"}]),
    ),
    ("no-plain-secret", _WORKLOAD, _set(*_POD, "env", value=[{"name": "SENTRY_DSN", "value": "x"}])),
    ("no-plain-secret", _WORKLOAD, _set(*_POD, "args", value=["--redis.password=hush"])),
    ("no-plain-secret", _WORKLOAD, _set(*_POD, "command", value=["serve", "--api-key", "hush"])),
    ("no-plain-secret", _CONFIG, _set("data", "password", value="hush")),
    ("no-plain-secret", _CONFIG, _set("data", "a.yml", value="a:\n  - smtp_auth_password: 'hush'\n")),
    ("no-plain-secret", _CONFIG, _set("data", "a.yml", value="url: https://hooks.slack.com/services/T0/B0/x")),
    ("no-plain-secret", _CONFIG, _set("data", "key", value="-----BEGIN RSA PRIVATE KEY-----\nx")),
    ("no-plain-secret", _RELEASE, _set("values", "tokens", value=["hush"])),
    ("no-plain-secret", _RELEASE, _set("values", "slack", value={"webhookUrl": "https://example.org/hush"})),
    ("not-public", _SERVICE, _set("spec", "externalIPs", value=["192.0.2.1"])),
    (
        "not-public",
        "kubernetes:gateway.networking.k8s.io/v1:Gateway",
        _set("spec", "listeners", 0, "protocol", value="HTTP"),
    ),
    (
        "not-public",
        _ROUTE,
        _set("spec", "rules", 0, "backendRefs", 0, "name", value="vmselect"),
    ),
    ("not-public", _POLICY, _set("spec", "ingress", value=[{}])),
    ("not-public", _POLICY, _set("spec", "ingress", 0, "from", 0, "ipBlock", "cidr", value="0.0.0.0/0")),
    ("least-privilege", _WORKLOAD, _set(*_PODS, "hostNetwork", value=True)),
    ("least-privilege", _WORKLOAD, _set(*_PODS, "volumes", value=[{"name": "a", "hostPath": {"path": "/"}}])),
    ("least-privilege", _WORKLOAD, _set(*_POD, "ports", value=[{"containerPort": 9090, "hostPort": 9090}])),
    ("least-privilege", _WORKLOAD, _set(*_POD, "securityContext", value={"privileged": True})),
    ("least-privilege", _WORKLOAD, _set(*_POD, "securityContext", value={"capabilities": {"add": ["SYS_ADMIN"]}})),
    ("least-privilege", _RELEASE, _set("values", "grafana", "privileged", value=True)),
    ("least-privilege", _BINDING, _set("roleRef", "name", value="cluster-admin")),
    ("least-privilege", _BINDING, _set("subjects", 0, "name", value="system:unauthenticated")),
    (
        "least-privilege",
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole",
        _set("rules", 0, value={"apiGroups": ["*"], "resources": ["*"], "verbs": ["*"]}),
    ),
    ("least-privilege", _MEMBER, _set("role", value="roles/owner")),
    ("least-privilege", _MEMBER, _set("member", value="allUsers")),
    ("pinned-images", _WORKLOAD, _set(*_POD, "image", value="registry.example:5000/api:v1")),
    ("pinned-images", _WORKLOAD, _set(*_POD, "image", value="registry.example:5000/api:dev")),
    ("volumes-outlive", "kubernetes:storage.k8s.io/v1:StorageClass", _set("reclaimPolicy", value="Delete")),
    ("volumes-outlive", "kubernetes:storage.k8s.io/v1:StorageClass", _without("allowVolumeExpansion")),
    ("volumes-outlive", _PROMETHEUS, _without("spec", "storage")),
    ("labelled", _SERVICE, _without("metadata", "labels")),
    ("labelled", _WORKLOAD, _set("spec", "template", "metadata", "labels", value={})),
    ("settled-releases", _RELEASE, _set("version", value="^88.0.0")),
    ("settled-releases", _RELEASE, _without("atomic")),
    ("settled-releases", _RELEASE, _without("maxHistory")),
    ("settled-releases", _RELEASE, _without("name")),
    ("settled-releases", _RELEASE, _set("values", "prometheus", "enabled", value=True)),
    ("deletion-protected", "gcp:container/cluster:Cluster", _set("deletionProtection", value=False)),
    ("deletion-protected", "gcp:firestore/database:Database", _without("deleteProtectionState")),
)
