"""Who talks to whom on which port, and why: the one table from which every NetworkPolicy of the stack is made.

A connection that is not here does not exist. Tests judge the policies against this table under the semantics of plain
Kubernetes and of Cilium, and against what the registered objects and values themselves ask for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from vitals.rendered import Rendered

from ..settings import ExistingParts
from . import found_programs
from . import programs as on
from .back_end import back_end
from .namespaces import KEDA
from .places import (
    EVERY_POD,
    GOOGLE_PROBES,
    INTERNET,
    METADATA,
    NODES,
    PRIVATE,
    RESOLVERS,
    Nodes,
    Place,
    Pods,
    api_server,
    calls_of_api_server,
)


@dataclass(frozen=True, slots=True)
class Connection:
    """One line of the table; every source may talk to every target.

    Attributes:
        sources: Who begins it.
        targets: Who answers.
        ports: TCP ports; every port where none is named.
        why: What would not work without it.
        udp: UDP ports.
    """

    sources: Sequence[Place]
    targets: Sequence[Place]
    ports: Sequence[int]
    why: str
    udp: Sequence[int] = ()

    def __post_init__(self) -> None:
        """Refuse what would open everything.

        Raises:
            ValueError: Nodes or no ports on a side that only ports could bound.
        """
        unnamed = any(isinstance(end, Nodes) for end in (*self.sources, *self.targets))
        if unnamed and not (self.ports or self.udp):
            raise ValueError(f"{self.why}: a rule for nodes names ports, or it would open every address to every port")


@dataclass(frozen=True, slots=True)
class Neighbours:
    """What a stack talks to that the catalogue does not know.

    Attributes:
        mail_port: On which the mail server takes notifications; ``None`` where no team has a mailbox.
        redis_port: On which the platform's Redis listens; ``None`` where no stack names one.
        on_google: Whether Google runs the control plane, outside the cluster, and hands out credentials.
        load_tested: Whether the platform is put under load every week.
        existing: Parts that another manager runs; no policy is made for them.
        written_to: Ports of the endpoints that get our samples.
        ingress: Whence people come to Grafana where that is not Google's load balancer; ``None`` where that is unsaid.
    """

    mail_port: int | None
    redis_port: int | None
    on_google: bool
    load_tested: bool = False
    existing: ExistingParts = field(default_factory=ExistingParts)
    written_to: tuple[int, ...] = ()
    ingress: Place | None = None


def connections(rendered: Rendered, beside: Neighbours) -> tuple[Connection, ...]:
    """The table of a stack.

    Args:
        rendered: The environment: it says which programs run.
        beside: What they talk to outside.
    """
    found = [*_servers(rendered, beside), *_exporters(rendered, beside)]
    if rendered.scrapes("foresight"):
        found += _foresight(rendered)
    if rendered.model.pictures:
        found += _pictures(rendered, beside)
    if rendered.scrapes("keda"):
        found += _keda(rendered, beside)
    found += _platform(rendered, beside)
    return (*_names(rendered, beside.existing, found), *found)


def closed_namespaces(rendered: Rendered, existing: ExistingParts) -> tuple[str, ...]:
    """Namespaces in which nothing passes that the table does not name.

    The node exporter's is not among them: its pods are in the network of their nodes, where no policy holds. Nor is
    one that was there before the stack: others run in it, of whom the table knows nothing.
    """
    return tuple(one for one in _namespaces(rendered, existing) if one not in existing.namespaces)


def open_namespaces(rendered: Rendered, existing: ExistingParts) -> tuple[str, ...]:
    """Namespaces that were there, in which each program of ours has a policy and nothing else has one."""
    return tuple(one for one in _namespaces(rendered, existing) if one in existing.namespaces)


def _namespaces(rendered: Rendered, existing: ExistingParts) -> tuple[str, ...]:
    operator = rendered.operator
    keda = (KEDA,) if rendered.scrapes("keda") and not existing.keda else ()
    return (operator.namespace, *keda, *((operator.platform_namespace,) if operator.platform_namespace else ()))


def _names(rendered: Rendered, existing: ExistingParts, others: Sequence[Connection]) -> Iterator[Connection]:
    """Every pod of a closed namespace asks for names; in an open one, those for which there is a policy."""
    every: list[Place] = [Pods("default", {}, one) for one in closed_namespaces(rendered, existing)]
    opened = open_namespaces(rendered, existing)
    for line in others:
        for one in line.sources:
            if isinstance(one, Pods) and one.ours and one.labels and one.namespace in opened and one not in every:
                every.append(one)
    for one in every:
        yield Connection([one], RESOLVERS, (on.DNS,), "Addresses are written as names.", udp=(on.DNS,))


def _servers(rendered: Rendered, beside: Neighbours) -> Iterator[Connection]:
    ours, back = rendered.operator.namespace, back_end(rendered)
    api = api_server(on_nodes=not beside.on_google)
    alertmanager = Pods("alertmanager", on.ALERTMANAGER, ours)
    grafana = found_programs.grafana(rendered, beside.existing)
    state = found_programs.kube_state_metrics(rendered, beside.existing)
    yield Connection([grafana], [back.answering], (on.QUERIES,), "Dashboards ask for series.")
    if rendered.managed:
        yield Connection([back.answering], [INTERNET], (on.HTTPS,), "The front end asks Google's API.")
        yield Connection([back.answering], [METADATA], on.METADATA_PORTS, "It signs in as its service account.")
    else:
        yield Connection(back.scrapers, [EVERY_POD], (), "Each service says itself on which port it is scraped.")
        yield Connection(back.scrapers, api, on.API_SERVER, "Targets are found by asking for pods and endpoints.")
        if rendered.scrapes_kubelets:
            yield Connection(back.scrapers, [NODES], (on.KUBELET,), "The kubelet has its node's address.")
        if rendered.scrapes("node"):
            port = found_programs.node_exporter(beside.existing).port
            yield Connection(back.scrapers, [NODES], (port,), "The node exporter is in its node's network.")
        if rendered.scrapes("prometheus"):
            yield Connection(back.scrapers, [back.answering], (on.QUERIES,), "Prometheus watches itself.")
    yield Connection([*back.evaluators, grafana], [alertmanager], (on.ALERTS,), "Alerts are sent, silences are seen.")
    if rendered.scrapes("alertmanager"):
        yield Connection(back.scrapers, [alertmanager], (on.ALERTS,), "Failed notifications are alerted on.")
    yield Connection(
        [alertmanager], [alertmanager], (on.GOSSIP,), "One notification from several replicas.", udp=(on.GOSSIP,)
    )
    channels = tuple(sorted({on.HTTPS, *([beside.mail_port] if beside.mail_port else [])}))
    yield Connection([alertmanager], [INTERNET], channels, "Pages go out by web hooks and mail.")
    if grafana.ours:
        yield from _our_grafana(grafana, api, beside)
    if beside.written_to:
        yield Connection(back.scrapers, [INTERNET], beside.written_to, "Samples go to where several clusters are one.")
    if beside.existing.prometheus_operator is None:
        operator = Pods("prometheus-operator", on.OPERATOR, ours)
        yield Connection([operator], api, on.API_SERVER, "It makes servers of objects.")
    if state.pods.ours:
        yield Connection([state.pods], api, on.API_SERVER, "It says what the API server says.")
    yield Connection(back.scrapers, [state.pods], (state.port,), "It is scraped.")


def _our_grafana(grafana: Pods, api: Sequence[Place], beside: Neighbours) -> Iterator[Connection]:
    yield Connection([grafana], api, on.API_SERVER, "The sidecar reads dashboards from ConfigMaps.")
    if beside.ingress is not None:
        yield Connection(
            [beside.ingress], [grafana], (on.DASHBOARDS,), "People come through an ingress that was there."
        )
    elif beside.on_google:
        yield Connection([GOOGLE_PROBES], [grafana], (on.DASHBOARDS,), "People come through the load balancer.")
    if beside.on_google:
        yield Connection([grafana], [METADATA], on.METADATA_PORTS, "Cloud Monitoring and Cloud Trace ask who it is.")
    yield Connection([grafana], [INTERNET], (on.HTTPS,), "Sign-in, plugins, Cloud Monitoring, Cloud Trace.")


def _exporters(rendered: Rendered, beside: Neighbours) -> Iterator[Connection]:
    ours, scrapers = rendered.operator.namespace, back_end(rendered).scrapers
    if beside.redis_port is not None:
        redis = Pods("redis-exporter", on.REDIS_EXPORTER, ours)
        yield Connection(scrapers, [redis], (on.REDIS,), "It is scraped.")
        yield Connection([redis], [PRIVATE], (beside.redis_port,), "It asks Redis.")
    if rendered.scrapes("stackdriver"):
        google = Pods("stackdriver-exporter", on.STACKDRIVER_EXPORTER, ours)
        yield Connection(scrapers, [google], (on.STACKDRIVER,), "It is scraped.")
        yield Connection([google], [INTERNET], (on.HTTPS,), "It asks Cloud Monitoring.")
        yield Connection([google], [METADATA], on.METADATA_PORTS, "It signs in as its service account.")
    if rendered.scrapes("collector"):
        traces = Pods("collector", on.COLLECTOR, ours)
        yield Connection(scrapers, [traces], (on.COLLECTOR_METRICS,), "It is scraped.")
        yield Connection([traces], [INTERNET], (on.HTTPS,), "It sends to Cloud Trace and Cloud Logging.")
        yield Connection([traces], [METADATA], on.METADATA_PORTS, "It signs in as its service account.")


def _foresight(rendered: Rendered) -> Iterator[Connection]:
    back, foresight = back_end(rendered), Pods("foresight", on.FORESIGHT, rendered.operator.namespace)
    yield Connection(back.scrapers, [foresight], (on.FORECASTS,), "It is scraped.")
    yield Connection([foresight], [back.answering], (on.QUERIES,), "It asks for the past of every series.")


def _pictures(rendered: Rendered, beside: Neighbours) -> Iterator[Connection]:
    ours, back = rendered.operator.namespace, back_end(rendered)
    relay, alertmanager = Pods("pictures", on.PICTURES, ours), Pods("alertmanager", on.ALERTMANAGER, ours)
    mail = (beside.mail_port,) if beside.mail_port and rendered.model.pictures and rendered.model.pictures.mail else ()
    channels = tuple(sorted({on.HTTPS, *mail}))
    yield Connection([alertmanager], [relay], (on.PICTURES_PORT,), "It is informed of notifications.")
    yield Connection(back.scrapers, [relay], (on.PICTURES_PORT,), "It is scraped.")
    yield Connection([relay], [back.answering], (on.QUERIES,), "It draws what a panel asks for.")
    yield Connection([relay], [INTERNET], channels, "Pictures follow by Slack and mail.")


def _keda(rendered: Rendered, beside: Neighbours) -> Iterator[Connection]:
    back = back_end(rendered)
    api = api_server(on_nodes=not beside.on_google)
    caller = calls_of_api_server(on_nodes=not beside.on_google)
    asking = found_programs.keda_operator(beside.existing)
    operator = asking.pods
    metrics = Pods("keda-metrics-apiserver", on.KEDA_METRICS, KEDA)
    webhooks = Pods("keda-webhooks", on.KEDA_WEBHOOKS, KEDA)
    if operator.ours:
        yield Connection([operator, metrics, webhooks], api, on.API_SERVER, "They read and write objects.")
    yield Connection([operator], [back.answering], (on.QUERIES,), "Replicas follow what a query says.")
    if operator.ours:
        yield Connection([metrics], [operator], (on.SCALER_METRICS,), "It hands on what the operator has asked.")
        yield Connection(caller, [metrics], (on.EXTERNAL_METRICS,), "The autoscaler asks for external metrics.")
        yield Connection(caller, [webhooks], (on.WEBHOOKS,), "A scaler is checked before it is stored.")
    yield Connection(back.scrapers, [operator], (asking.port,), "Scalers that cannot read are alerted on.")


def _platform(rendered: Rendered, beside: Neighbours) -> Iterator[Connection]:
    """What the stack knows of the platform's pods; a team that runs more there opens it with a policy of its own."""
    name = rendered.operator.platform_namespace
    if not name:
        return
    platform, ours = Pods("platform", {}, name), rendered.operator.namespace
    yield Connection(back_end(rendered).scrapers, [platform], (), "Each service says itself where it is scraped.")
    if beside.load_tested:
        tested = Pods("load-test", on.LOAD_TEST, ours)
        yield Connection([tested], [platform], (), "Load tests ask services and read their metrics.")
    if rendered.scrapes("collector"):
        yield Connection([platform], [Pods("collector", on.COLLECTOR, ours)], on.OTLP, "Services send spans.")
    if beside.on_google:
        yield Connection([platform], [INTERNET], (on.HTTPS,), "Firestore is asked by HTTPS.")
        yield Connection([platform], [METADATA], on.METADATA_PORTS, "Services sign in as their service accounts.")
    if beside.redis_port is not None:
        yield Connection([platform], [PRIVATE], (beside.redis_port,), "Caches and queues are in Redis.")
