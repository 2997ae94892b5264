"""What the registered objects and values make programs ask is let through: the table is not its own witness."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from infra.monitoring.namespaces import KEDA, NODES
from infra.monitoring.programs import OF_CHARTS
from tests.infra.monitoring.installed import Installed
from tests.infra.validators.network import Actor, Attempt, DataPlane, allowed

pytestmark = pytest.mark.engine

STACK = "kube-prometheus-stack"
NODE = Actor("a node", "10.10.0.5", node=True)
ON_GOOGLE = Actor("Google's control plane", "172.16.10.2")
ASKS_API_SERVER = (
    ("prometheus-operator", "monitoring", {"app": "kube-prometheus-stack-operator"}),
    ("kube-state-metrics", "monitoring", {"app.kubernetes.io/name": "kube-state-metrics"}),
    ("grafana's sidecar", "monitoring", {"app.kubernetes.io/name": "grafana"}),
    ("keda-operator", KEDA, {"app": "keda-operator"}),
    ("keda-operator-metrics-apiserver", KEDA, {"app": "keda-operator-metrics-apiserver"}),
    ("keda-admission-webhooks", KEDA, {"app": "keda-admission-webhooks"}),
)
"""Pods of charts that have a token of the API server."""


def _pod(labels: Mapping[str, str], namespace: str) -> Actor:
    return Actor(f"{'/'.join(labels.values())} in {namespace}", "10.12.0.7", namespace, labels)


def _behind(installed: Installed, service: Mapping[str, Any], port: str | int) -> tuple[Actor, int]:
    """The pod and the port behind a port of a Service; the node exporter's pods are in the network of their nodes."""
    spec, namespace = service["spec"], service["metadata"]["namespace"]
    (found,) = [one for one in spec["ports"] if port in (one["name"], int(one["port"]))]
    ours = [one["metadata"]["labels"] for one in installed.pod_templates]
    known = [*ours, *OF_CHARTS, *installed.made_by_operator().values()]
    labels = next(one for one in known if spec["selector"].items() <= one.items())
    return (NODE if namespace == NODES else _pod(labels, namespace)), int(found["targetPort"])


def _at(installed: Installed, url: str) -> tuple[Actor, int]:
    """The pod and the port behind an address of the cluster."""
    parts = urlsplit(url)
    name, namespace = str(parts.hostname).split(".")[:2]
    (service,) = [
        one
        for one in installed.objects
        if one["kind"] == "Service" and one["metadata"]["name"] == name and one["metadata"]["namespace"] == namespace
    ]
    return _behind(installed, service, int(parts.port or 80))


def _scrapes(installed: Installed) -> Iterator[Attempt]:
    """Prometheus asks what each monitor selects."""
    prometheus = _pod(installed.made_by_operator().get("prometheus", {}), "monitoring")
    platform = str(installed.rendered.operator.platform_namespace)
    for name, monitor in installed.of("ServiceMonitor").items():
        selector = monitor["spec"]["selector"]["matchLabels"]
        (endpoint,) = monitor["spec"]["endpoints"]
        services = [
            one for one in installed.of("Service").values() if selector.items() <= one["metadata"]["labels"].items()
        ]
        if name.startswith("kubelet"):
            yield Attempt(prometheus, NODE, 10250)
        elif services:
            yield Attempt(prometheus, *_behind(installed, services[0], endpoint["port"]))
        else:  # a service of a team, on whichever port it calls metrics
            yield Attempt(prometheus, _pod({"app.kubernetes.io/name": name}, platform), 9000)


def _asks(installed: Installed) -> Iterator[Attempt]:
    """Grafana asks its data sources, KEDA its triggers, services the collector."""
    grafana = _pod({"app.kubernetes.io/name": "grafana"}, "monitoring")
    sources = installed.releases[STACK]["values"]["grafana"]["datasources"]["datasources.yaml"]["datasources"]
    yield from (Attempt(grafana, *_at(installed, one["url"])) for one in sources if "url" in one)
    operator = _pod({"app": "keda-operator"}, KEDA)
    triggers = [trigger for one in installed.of("ScaledObject").values() for trigger in one["spec"]["triggers"]]
    addresses = {one["metadata"]["serverAddress"] for one in triggers if one["type"] == "prometheus"}
    yield from (Attempt(operator, *_at(installed, one)) for one in addresses)
    for one in installed.of("Deployment").values():
        template = one["spec"]["template"]
        said = [word for container in template["spec"]["containers"] for word in container.get("args") or ()]
        source = _pod(template["metadata"]["labels"], one["metadata"]["namespace"])
        yield from (Attempt(source, *_at(installed, word)) for word in said if word.startswith("http://collector."))


def _outside(installed: Installed) -> Iterator[Attempt]:
    """Notifications go out, Redis is asked, accounts with roles at Google sign in and ask it."""
    alertmanager = _pod(installed.made_by_operator()["alertmanager"], "monitoring")
    mail = str(yaml.safe_load(installed.rendered.alertmanager)["global"]["smtp_smarthost"]).rpartition(":")[2]
    internet = Actor("a host on the internet", "203.0.113.7")
    yield from (Attempt(alertmanager, internet, port) for port in (443, int(mail)))
    yield from (Attempt(alertmanager, alertmanager, 9094, protocol) for protocol in ("TCP", "UDP"))
    if installed.settings.redis_address:
        host, _, port = installed.settings.redis_address.rpartition(":")
        exporter = installed.of("Deployment")["redis-exporter"]["spec"]["template"]["metadata"]["labels"]
        yield Attempt(_pod(exporter, "monitoring"), Actor("Redis", host), int(port))
    if installed.settings.google is None:
        return
    labels = {"grafana": {"app.kubernetes.io/name": "grafana"}}
    labels["stackdriver-exporter"] = {"app.kubernetes.io/name": "prometheus-stackdriver-exporter"}
    for one in installed.of("Deployment").values():
        template = one["spec"]["template"]
        labels[template["spec"]["serviceAccountName"]] = template["metadata"]["labels"]
    for account in installed.accounts:
        if account.roles:
            source = _pod(labels[account.name], account.namespace)
            yield Attempt(source, internet, 443)
            yield Attempt(source, Actor("metadata server", "169.254.169.254"), 80)
            yield Attempt(source, Actor("metadata server", "169.254.169.252"), 988)


def _control_plane(installed: Installed) -> Iterator[Attempt]:
    """Each pod with a token asks the API server; it calls KEDA through its agents on Google, else from its node."""
    google = installed.settings.google is not None
    server, port = (ON_GOOGLE, 443) if google else (NODE, 6443)
    agent = _pod({"k8s-app": "konnectivity-agent"}, "kube-system")
    asking = [_pod(labels, namespace) for _, namespace, labels in ASKS_API_SERVER]
    asking += [] if installed.rendered.managed else [_pod(installed.made_by_operator()["prometheus"], "monitoring")]
    yield from (Attempt(one, server, port) for one in asking)
    for name, called in (("keda-operator-metrics-apiserver", 6443), ("keda-admission-webhooks", 9443)):
        yield Attempt(agent if google else NODE, _pod({"app": name}, KEDA), called)


@pytest.mark.parametrize("plane", DataPlane)
def test_everything_that_is_asked_for_gets_through(installed: Installed, plane: DataPlane) -> None:
    """Scrapes, dashboards, scalers, notifications, sign-in at Google, and both ways of the control plane."""
    needed = [*_asks(installed), *_outside(installed), *_control_plane(installed)]
    scraped = [*_scrapes(installed)]

    assert len(needed) > 10
    assert len(scraped) == len(installed.of("ServiceMonitor"))
    policies = installed.of_everywhere("NetworkPolicy")
    assert [str(one) for one in (*needed, *scraped) if not allowed(policies, one, plane)] == []


def test_nothing_in_a_closed_namespace_is_without_a_policy(installed: Installed) -> None:
    """Each of them has one that selects every pod and lets nothing in."""
    policies = installed.of_everywhere("NetworkPolicy")
    for namespace in ("monitoring", KEDA, str(installed.rendered.operator.platform_namespace)):
        pod = Actor("a new pod", "10.12.0.8", namespace, {"app": "new"})

        assert not allowed(policies, Attempt(_pod({"app": "shop"}, "team"), pod, 8080), DataPlane.PLAIN)
