"""What a stack file says of a cluster that exists: which parts another manager installed, and where they are.

Nothing here is guessed: the program compares each line with the cluster before it creates anything, and its errors
print the commands that write these lines.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from .fields import NamespaceName, ObjectName, SettingsSection

LabelName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9.-]{1,253}/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$")]


def _as_text(value: object) -> object:
    """A value as a label has it: ``pulumi config set`` writes 1 and true as YAML's own, and labels are text."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int | float) else value


LabelValue = Annotated[
    str, BeforeValidator(_as_text), StringConstraints(pattern=r"^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$")
]
"""As Kubernetes writes them (https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/)."""
Labels = Annotated[Mapping[LabelName, LabelValue], Field(min_length=1)]
Port = Annotated[int, Field(ge=1, le=65535)]


class ExistingOperator(SettingsSection):
    """A Prometheus operator; its definitions are there with it.

    Attributes:
        namespace: Where it runs.
    """

    namespace: NamespaceName


class ExistingPods(SettingsSection):
    """A program whose pods we scrape, or who ask us.

    Attributes:
        namespace: Where they run.
        labels: By which they are found.
        port: On which they show their metrics, where that is not the program's usual one.
    """

    namespace: NamespaceName
    labels: Labels
    port: Port | None = None


class ExistingGrafana(SettingsSection):
    """A Grafana whose sidecar takes dashboards and data sources from ConfigMaps.

    Attributes:
        namespace: Where it runs, and where its ConfigMaps go.
        labels: Of its pods: by these our Prometheus knows who asks.
        dashboard_label: The label by which its sidecar finds a dashboard.
        dashboard_value: The value of that label.
        data_source_label: The label by which its sidecar finds a data source.
        data_source_value: The value of that label.
    """

    namespace: NamespaceName
    labels: Labels
    dashboard_label: LabelName = "grafana_dashboard"
    dashboard_value: LabelValue = "1"
    data_source_label: LabelName = "grafana_datasource"
    data_source_value: LabelValue = "1"


class SeparateParts(SettingsSection):
    """Parts of which a cluster can hold several that do not touch each other, and of which we have one of our own.

    Attributes:
        grafana: Whether ours runs beside that of others.
        kube_state_metrics: Whether ours runs beside that of others.
    """

    grafana: bool = False
    kube_state_metrics: bool = False


class ExistingParts(SettingsSection):
    """Parts that are there already, each by the key under which the stack file has it.

    Attributes:
        namespaces: Namespaces that we install into and do not make. Nothing in them is shut by us.
        prometheus_operator_crds: Whether the definitions of the Prometheus operator are there, and nothing else of it.
        prometheus_operator: The operator with its definitions.
        keda: The autoscaler with its definitions.
        grafana: Where dashboards go.
        kube_state_metrics: What it says of the cluster's objects.
        node_exporter: What it says of the nodes.
        separate: Parts that another manager has, too, and of which we install one of our own all the same.
    """

    namespaces: tuple[NamespaceName, ...] = ()
    prometheus_operator_crds: bool = False
    prometheus_operator: ExistingOperator | None = None
    keda: ExistingPods | None = None
    grafana: ExistingGrafana | None = None
    kube_state_metrics: ExistingPods | None = None
    node_exporter: ExistingPods | None = None
    separate: SeparateParts = Field(default_factory=SeparateParts)

    @property
    def definitions(self) -> bool:
        """Whether the definitions of the Prometheus operator are there."""
        return self.prometheus_operator_crds or self.prometheus_operator is not None

    @property
    def declared(self) -> tuple[str, ...]:
        """The keys that say something."""
        return tuple(sorted(self.model_dump(by_alias=True, exclude_defaults=True)))

    @model_validator(mode="after")
    def _used_or_separate(self) -> ExistingParts:
        pairs = {
            "grafana": (self.grafana, self.separate.grafana),
            "kubeStateMetrics": (self.kube_state_metrics, self.separate.kube_state_metrics),
        }
        both = [part for part, (used, separate) in pairs.items() if used and separate]
        if both:
            raise ValueError(
                f"{' and '.join(both)} {'are' if len(both) > 1 else 'is'} declared as used and as separate. Remove one "
                "or the other"
            )
        return self


class IngressController(SettingsSection):
    """An Ingress for Grafana, taken by a controller that is there.

    Attributes:
        class_name: Its IngressClass.
        certificate: The Secret with the certificate, in the monitoring's namespace; none where the controller has one.
        annotations: What the controller or cert-manager reads from the Ingress.
    """

    class_name: ObjectName
    certificate: ObjectName | None = None
    annotations: Mapping[str, str] = Field(default_factory=dict)


class SharedGateway(SettingsSection):
    """A Gateway that is there, to which Grafana's route is attached.

    Attributes:
        namespace: Where it is.
        name: Its name.
        listener: One of its listeners; any that admits the route where none is named.
    """

    namespace: NamespaceName
    name: ObjectName
    listener: ObjectName | None = None


class GrafanaIngress(SettingsSection):
    """How people reach Grafana; exactly one of the two.

    Attributes:
        controller: A controller of Ingresses.
        gateway: A Gateway.
        pods_in: The namespace of the pods that pass requests on to Grafana; private networks where there are none.
    """

    controller: IngressController | None = None
    gateway: SharedGateway | None = None
    pods_in: NamespaceName | None = None

    @model_validator(mode="after")
    def _one_way(self) -> GrafanaIngress:
        if (self.controller is None) == (self.gateway is None):
            raise ValueError(
                "Grafana is reached by one way: an Ingress (controller) or a Gateway (gateway). Set exactly one of them"
            )
        return self
