"""What selects finds something: a selector that matches nothing is the commonest silent failure of such a stack."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from infra.monitoring.demo import API, WORKER
from infra.monitoring.programs import OF_CHARTS
from tests.infra.monitoring.installed import Installed

pytestmark = pytest.mark.engine

MADE_BY_THE_OPERATOR = {"kubelet", "kubelet-volumes"}
"""The Service that lists the nodes is the operator's own."""


def _matches(selector: Mapping[str, str], labels: Mapping[str, str]) -> bool:
    return selector.items() <= labels.items()


def _pods(installed: Installed) -> list[Mapping[str, str]]:
    ours = [one["metadata"]["labels"] for one in installed.pod_templates]
    jobs = [one["spec"]["jobTemplate"]["spec"] for one in installed.of("CronJob").values()]
    ours += [one["template"]["metadata"]["labels"] for one in jobs]
    return [*ours, *OF_CHARTS, *installed.made_by_operator().values()]


def test_prometheus_selects_our_rules_and_monitors_and_no_others(self_hosted: Installed) -> None:
    """All of ours, in its own namespace; an object of another owner without our label is left alone."""
    spec = self_hosted.only("Prometheus")["spec"]
    for field, kind in (("ruleSelector", "PrometheusRule"), ("serviceMonitorSelector", "ServiceMonitor")):
        selector = spec[field]["matchLabels"]

        assert selector
        assert self_hosted.of(kind)
        assert all(_matches(selector, one["metadata"]["labels"]) for one in self_hosted.of(kind).values())
        assert not _matches(selector, {"app.kubernetes.io/name": "another-program"})
    assert not [field for field in spec if field.endswith("NamespaceSelector")]
    for kind in ("PrometheusRule", "ServiceMonitor", "Prometheus"):
        assert {one["metadata"]["namespace"] for one in self_hosted.of(kind).values()} == {"monitoring"}


def test_every_monitor_finds_a_service_with_its_port(self_hosted: Installed) -> None:
    """Each exporter has a Service with the label and the port that its monitor asks for; services bring their own."""
    services = self_hosted.of("Service").values()
    elsewhere = self_hosted.services - ({API, WORKER} if self_hosted.settings.demo else set())

    assert self_hosted.of("ServiceMonitor").keys() > self_hosted.services
    for name, monitor in self_hosted.of("ServiceMonitor").items():
        selector = monitor["spec"]["selector"]["matchLabels"]
        ports = {endpoint["port"] for endpoint in monitor["spec"]["endpoints"]}
        found = [one for one in services if _matches(selector, one["metadata"]["labels"])]

        if name in MADE_BY_THE_OPERATOR or name in elsewhere:
            assert not found
        else:
            assert len(found) == 1, name
            assert ports <= {port["name"] for port in found[0]["spec"]["ports"]}


def test_whatever_selects_pods_selects_pods_that_exist(installed: Installed) -> None:
    """Services, network policies and disruption budgets name labels of pods that exist."""
    pods = _pods(installed)
    selectors = [
        *((one, one["spec"]["selector"]) for one in installed.of("Service").values()),
        *((one, one["spec"]["selector"]["matchLabels"]) for one in installed.of("PodDisruptionBudget").values()),
        *((one, one["spec"]["podSelector"]["matchLabels"]) for one in installed.of("NetworkPolicy").values()),
    ]

    assert {one["kind"] for one, _ in selectors} == {"Service", "PodDisruptionBudget", "NetworkPolicy"}
    for one, selector in selectors:
        assert any(_matches(selector, pod) for pod in pods), (one["kind"], one["metadata"]["name"])


def test_prometheus_finds_every_alertmanager(self_hosted: Installed) -> None:
    """It is sent to each of them by the Service and port that exist; a cluster of them removes the doubles."""
    (target,) = self_hosted.only("Prometheus")["spec"]["alerting"]["alertmanagers"]
    service = self_hosted.of("Service")[target["name"]]

    assert service["metadata"]["namespace"] == target["namespace"]
    assert target["port"] in {port["name"] for port in service["spec"]["ports"]}


def test_keda_asks_a_prometheus_that_exists(installed: Installed) -> None:
    """The address in every scaler is that of our Service, and its port is open to KEDA's namespace."""
    service = installed.of("Service")["prometheus"]
    (port,) = service["spec"]["ports"]
    address = f"http://{service['metadata']['name']}.{service['metadata']['namespace']}:{int(port['port'])}"
    asked = {
        trigger["metadata"]["serverAddress"]
        for scaler in installed.of("ScaledObject").values()
        for trigger in scaler["spec"]["triggers"]
        if trigger["type"] == "prometheus"
    }

    assert asked == {address}
