"""Parts that another manager installed: undeclared, declared, declared wrongly, and unfit for what the stack needs."""

from __future__ import annotations

from typing import Any

import pytest

from tests.infra.existing import made_by_others as others
from tests.infra.existing.comparing import compared, refused

NODE = {"namespace": "observability", "labels": {"app.kubernetes.io/name": "prometheus-node-exporter"}}
STATE = {"namespace": "observability", "labels": {"app.kubernetes.io/name": "kube-state-metrics"}}
GRAFANA = {"namespace": "observability", "labels": {"app.kubernetes.io/name": "grafana"}}
OPERATOR = {"namespace": "observability"}
KEDA = {"namespace": "keda", "labels": {"app": "keda-operator"}}
OPERATED = (others.operator(), *others.DEFINITIONS)
SCALED = (others.keda(), *others.OF_KEDA)


def test_an_empty_cluster_is_taken() -> None:
    """Nothing is there, nothing is declared, and there is nothing to warn of."""
    assert compared() == []


@pytest.mark.parametrize(
    ("there", "key", "label"),
    [
        ([others.operator(), *others.DEFINITIONS], "prometheusOperator", None),
        ([others.node_exporter()], "nodeExporter", "app.kubernetes.io/name"),
        ([others.kube_state_metrics()], "kubeStateMetrics", "app.kubernetes.io/instance"),
        ([others.grafana()], "grafana", "app.kubernetes.io/instance"),
        ([others.keda(), *others.OF_KEDA], "keda", "app.kubernetes.io/name"),
    ],
    ids=["operator", "node exporter", "kube-state-metrics", "Grafana", "KEDA"],
)
def test_an_undeclared_part_is_refused_with_what_to_write(there: list[Any], key: str, label: str | None) -> None:
    """The message says what was found, who manages it, and the commands that declare it."""
    message = refused(*there)

    namespace = there[0]["metadata"]["namespace"]
    assert f"--path 'vitals:existing.{key}.namespace' {namespace}" in message
    assert "managed by the Helm release kps in namespace observability" in message
    if label:
        assert f"--path 'vitals:existing.{key}.labels[\"{label}\"]' {others_label(there[0], label)}" in message


def others_label(manifest: dict[str, Any], label: str) -> str:
    """The value of a label of its pods."""
    return str(manifest["spec"]["template"]["metadata"]["labels"][label])


@pytest.mark.parametrize(
    ("existing", "there"),
    [
        ({"prometheusOperator": OPERATOR}, OPERATED),
        ({"prometheusOperatorCrds": True}, others.DEFINITIONS),
        ({"nodeExporter": NODE}, [others.node_exporter()]),
        ({"kubeStateMetrics": STATE}, [others.kube_state_metrics()]),
        ({"grafana": GRAFANA}, [others.grafana()]),
        ({"keda": KEDA}, SCALED),
        (
            {
                "prometheusOperator": OPERATOR,
                "nodeExporter": NODE,
                "kubeStateMetrics": STATE,
                "grafana": GRAFANA,
                "keda": KEDA,
                "namespaces": ["monitoring", "wellness"],
            },
            [
                *(*OPERATED, *SCALED),
                *(others.node_exporter(), others.kube_state_metrics(), others.grafana()),
                *(others.namespace("monitoring"), others.namespace("wellness")),
            ],
        ),
    ],
    ids=["operator", "definitions", "node exporter", "kube-state-metrics", "Grafana", "KEDA", "everything"],
)
def test_what_is_declared_and_there_is_taken(existing: dict[str, Any], there: list[Any]) -> None:
    """Each part alone, and all of them together."""
    assert compared(*there, existing=existing) == []


@pytest.mark.parametrize(
    ("existing", "there", "expected"),
    [
        ({"nodeExporter": NODE}, [], ["there is none in the whole cluster", "vitals:existing.nodeExporter'"]),
        (
            {"nodeExporter": {**NODE, "namespace": "monitoring"}},
            [others.node_exporter()],
            ["There is DaemonSet observability/kps-prometheus-node-exporter", "nodeExporter.namespace' observability"],
        ),
        (
            {"kubeStateMetrics": {**STATE, "labels": {"app": "kube-state-metrics"}}},
            [others.kube_state_metrics()],
            ["with app=kube-state-metrics, and there is none", 'labels["app.kubernetes.io/name"]'],
        ),
        ({"prometheusOperator": OPERATOR}, [], ["none in the whole cluster", "lacks alertmanagers.monitoring"]),
        ({"keda": KEDA}, [others.keda()], ["the cluster lacks scaledobjects.keda.sh"]),
    ],
    ids=["nowhere", "another namespace", "other labels", "no operator", "no definitions"],
)
def test_what_is_declared_and_not_there_is_refused(
    existing: dict[str, Any], there: list[Any], expected: list[str]
) -> None:
    """The message says what there is instead, and how to say it."""
    message = refused(*there, existing=existing)

    assert [fragment for fragment in expected if fragment not in message] == []


@pytest.mark.parametrize(
    ("image", "labels"),
    [
        ("rancher/mirrored-prometheus-node-exporter:v1.9.1", {"app": "x"}),
        ("registry.example.com:5000/mirror/node-exporter@sha256:" + "0" * 64, {"app": "x"}),
        ("quay.io/openshift-release-dev/ocp-v4.0-art-dev@sha256:00", {"app.kubernetes.io/name": "node-exporter"}),
        ("example.com/our-own:1", {"app": "x"}),
    ],
    ids=["a mirror's prefix", "a digest", "a label alone", "the port of the node alone"],
)
def test_a_part_is_known_by_what_it_does(image: str, labels: dict[str, str]) -> None:
    """Whatever it is called and wherever its image comes from, port 9100 of a node can be taken once."""
    message = refused(others.node_exporter(image=image, labels=labels))

    assert "both want port 9100" in message


def test_what_google_runs_for_itself_is_not_a_part() -> None:
    """GKE has a kube-state-metrics of its own, which only Google can ask."""
    assert compared(others.kube_state_metrics(namespace="gke-managed-cim", by={})) == []


def test_a_separate_part_is_taken() -> None:
    """Another team's Grafana and kube-state-metrics stay theirs; in one namespace their names would be ours."""
    there = [others.grafana(), others.kube_state_metrics()]
    assert compared(*there, existing={"separate": {"grafana": True, "kubeStateMetrics": True}}) == []

    same = [others.grafana(namespace="monitoring"), others.namespace("monitoring")]
    assert "under the same labels" in refused(
        *same, existing={"separate": {"grafana": True}, "namespaces": ["monitoring"]}
    )


def test_ours_is_not_anothers() -> None:
    """What a stack of ours runs by its charts is known by its priority class, so an update finds nothing to refuse."""
    mine = others.node_exporter()
    mine["spec"]["template"]["spec"]["priorityClassName"] = "vitals"

    assert compared(mine) == []


@pytest.mark.parametrize(
    ("existing", "there", "expected"),
    [
        ({"prometheusOperator": OPERATOR}, others.operator("--namespaces=shop,team"), "does not look into"),
        ({"prometheusOperator": OPERATOR}, others.operator("--deny-namespaces=monitoring"), "does not look into"),
        ({"prometheusOperator": OPERATOR}, others.operator("--alertmanager-instance-namespaces", "a"), "alertmanager"),
        ({"prometheusOperator": OPERATOR}, others.operator("--prometheus-instance-selector=team=a"), "drop the flag"),
        ({"prometheusOperator": OPERATOR}, others.operator("--controller-id=team"), "--controller-id=team"),
        ({"prometheusOperator": OPERATOR}, others.operator(args=[]), "no flag --kubelet-service"),
        (
            {"kubeStateMetrics": STATE},
            others.kube_state_metrics("--resources=pods,nodes"),
            "says nothing of daemonsets",
        ),
        ({"kubeStateMetrics": STATE}, others.kube_state_metrics("--namespaces=shop"), "does not look into"),
        ({"grafana": GRAFANA}, others.grafana(more=()), "No sidecar of Grafana"),
        ({"grafana": GRAFANA}, others.grafana(others.sidecar("dash"), others.sidecar("ds")), "theirs are: dash, ds"),
        (
            {"grafana": GRAFANA},
            others.grafana(others.sidecar("grafana_dashboard", LABEL_VALUE="yes"), others.SIDECARS[1]),
            "existing.grafana.dashboardValue' yes",
        ),
        (
            {"grafana": GRAFANA},
            others.grafana(others.sidecar("grafana_dashboard", NAMESPACE="shop"), others.SIDECARS[1]),
            "not in its own namespace",
        ),
        ({"keda": KEDA}, others.keda(env=[{"name": "WATCH_NAMESPACE", "value": "shop"}]), "only looks into shop"),
        ({"keda": KEDA}, others.keda(args=["--enable-prometheus-metrics=false"]), "shows no metrics of its own"),
    ],
)
def test_a_part_that_would_not_do_is_refused(existing: dict[str, Any], there: Any, expected: str) -> None:  # noqa: ANN401
    """It is there, it would take our objects, and nothing would ever come of them: its flags say so."""
    message = refused(
        there, *others.DEFINITIONS, *others.OF_KEDA, existing={"prometheusOperatorCrds": True, **existing}
    )

    assert expected in message
    assert "Have its manager" in message or "pulumi config set" in message


def test_what_the_environment_does_not_use_is_refused() -> None:
    """A declared part that nothing scrapes is a misunderstanding."""
    message = refused(others.node_exporter(), environment="autopilot", existing={"nodeExporter": NODE})

    assert "the environment 'autopilot' does not use it" in message
