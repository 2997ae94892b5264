"""Install the parts one after another; each waits for what it needs and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from vitals.rendered import ServerEntry, names

from ..cluster import OnGoogle
from ..workloads import PICTURES_ACCOUNT, PROMETHEUS_ACCOUNT
from .alertmanager import alertmanager
from .collector import collector
from .component_group import ComponentGroup
from .demo import SHARE_A_POD, demo
from .foresight import foresight
from .grafana import grafana_values, ingress
from .headroom import headroom
from .install_context import InstallContext
from .load_test import load_test
from .namespaces import KEDA as KEDA_NAMESPACE
from .pictures import pictures
from .prerequisites import prerequisites
from .programs import QUERIES
from .prometheus import NAME as PROMETHEUS
from .prometheus import Leaving, prometheus
from .query_frontend import query_frontend
from .redis_exporter import redis_exporter
from .remote_write import remote_writes
from .rendered_objects import dashboards
from .shared_grafana import for_shared_grafana
from .shared_ingress import shared_ingress

CRDS, STACK, KEDA = "prometheus-operator-crds", "kube-prometheus-stack", "keda"
STACKDRIVER = "prometheus-stackdriver-exporter"


def install(context: InstallContext) -> None:
    """Register every part: definitions before what they define, the operator before its servers."""
    rendered, google, base = context.rendered, context.cluster.google, prerequisites(context)
    existing = context.settings.existing
    operator = context.group("operator", after=[base])
    defined: list[pulumi.Resource] = []
    if not existing.definitions:
        defined = [context.install(operator, CRDS, context.namespace)]
    operated = [base, *defined]
    if any(_parts(context).values()):
        operated = [base, context.install(operator, STACK, context.namespace, _known(context), after=defined)]

    if (size := rendered.operator.prometheus) is not None:
        _our_prometheus(context, size, [base, *defined], operated)
    elif google:
        _managed_prometheus(context, google, base)
    alerting = alertmanager(
        rendered, context.image("alertmanager"), context.files("alertmanager"), context.storage_class
    )
    context.group("alertmanager", alerting, after=operated)
    _shown(context, base, operated)
    _exporters(context, base)
    asked = f"http://{PROMETHEUS}.{context.namespace}:{QUERIES}"
    if context.settings.foresight:
        service = foresight(context.namespace, rendered.name, asked, context.settings.foresight, context.storage_class)
        context.group("foresight", service, after=[base])
    if context.settings.pictures:
        files = context.files(PICTURES_ACCOUNT)
        relay = pictures(context.namespace, rendered.name, asked, context.settings.pictures, files)
        context.group("pictures", relay, after=[base])
    _platform(context, base)
    if rendered.scrapes("keda"):
        keda: list[pulumi.Resource] = []
        if not existing.keda:
            keda = [context.install(context.group("keda", after=[base]), KEDA, KEDA_NAMESPACE)]
        _scalers(context, base, keda)


def _parts(context: InstallContext) -> dict[str, bool]:
    """What the stack's chart brings, by its key there and in a stack file; ours is what is used and not there yet."""
    existing, rendered = context.settings.existing, context.rendered
    return {
        "prometheusOperator": existing.prometheus_operator is None,
        "kubeStateMetrics": existing.kube_state_metrics is None,
        "nodeExporter": existing.node_exporter is None and rendered.scrapes("node"),
        "grafana": existing.grafana is None,
    }


def _known(context: InstallContext) -> dict[str, Any]:
    """What the stack chart must get from the running program: Grafana's values, and which parts are wanted."""
    ours = _parts(context)
    known: dict[str, Any] = {part: {"enabled": False} for part, is_ours in ours.items() if not is_ours}
    if ours["nodeExporter"]:
        known["nodeExporter"] = {"enabled": True}
    if ours["prometheusOperator"]:
        known["prometheusOperator"] = {"kubeletService": {"enabled": context.rendered.scrapes_kubelets}}
    if ours["grafana"]:
        known["grafana"] = grafana_values(
            context.rendered,
            context.files("grafana"),
            context.settings.grafana_sign_in,
            context.cluster.google,
            context.charts.versions.plugins,
            storage_class=context.settings.storage_class,
        )
    if context.settings.existing.separate.kube_state_metrics:  # its rights are the cluster's, under a name of theirs
        known["kube-state-metrics"] = {"fullnameOverride": "vitals-kube-state-metrics"}
    return known


def _shown(context: InstallContext, base: ComponentGroup, operated: Sequence[pulumi.Resource]) -> None:
    """Dashboards, and the ingress of Grafana; one that is there has its own."""
    rendered, google, settings = context.rendered, context.cluster.google, context.settings
    if settings.existing.grafana:
        context.group("dashboards", for_shared_grafana(rendered, settings.existing.grafana), after=[base])
        return
    context.group("dashboards", dashboards(rendered), after=[base])
    if settings.grafana_ingress:
        context.group("ingress", shared_ingress(rendered, settings.grafana_ingress), after=operated)
    elif google:
        context.group("ingress", ingress(rendered, google), after=operated)


def _our_prometheus(
    context: InstallContext, size: ServerEntry, defined: Sequence[pulumi.Resource], operated: Sequence[pulumi.Resource]
) -> None:
    """A Prometheus of ours, once there is an operator, and what it reads, once there are definitions."""
    rendered = context.rendered
    settings = context.settings
    files = context.files(PROMETHEUS_ACCOUNT) if PROMETHEUS_ACCOUNT in context.accounts else None
    leaving = Leaving(settings.cluster_label, remote_writes(settings.remote_write, files), files)
    server = prometheus(rendered, size, context.image("prometheus"), leaving, context.storage_class)
    context.group("prometheus", server, after=operated)
    context.group("rules", rendered.objects(names.RULES), after=defined)
    context.group("monitors", rendered.objects(names.MONITORS), after=defined)


def _managed_prometheus(context: InstallContext, google: OnGoogle, base: ComponentGroup) -> None:
    """What Google's Prometheus reads, and the front end by which it is asked; its definitions come with the cluster."""
    rendered = context.rendered
    front_end = query_frontend(context.namespace, google.project, context.image("query-frontend"))
    context.group("query-frontend", front_end, after=[base])
    context.group("rules", rendered.objects(names.RULES), after=[base])
    context.group("monitors", rendered.objects(names.POD_MONITORINGS), after=[base])
    context.group("managed-prometheus", after=[base]).patch(rendered.parsed(names.OPERATOR_CONFIG))


def _exporters(context: InstallContext, base: ComponentGroup) -> None:
    """The exporters that the environment watches and no other part brings."""
    google, group = context.cluster.google, context.group("exporters", after=[base])
    if context.settings.redis_address:
        for manifest in redis_exporter(
            context.namespace, context.settings.redis_address, context.image("redis-exporter")
        ):
            group.add(manifest)
    if google and context.rendered.scrapes("stackdriver"):
        context.install(group, STACKDRIVER, context.namespace, {"stackdriver": {"projectIds": [google.project]}})
    if google and context.rendered.scrapes("collector"):
        for manifest in collector(context.namespace, google.project, context.image("collector")):
            group.add(manifest)


def _platform(context: InstallContext, base: ComponentGroup) -> None:
    """The demo platform, where a stack wants something to watch and has a Firestore for it, and the load test."""
    settings, google, platform = context.settings, context.cluster.google, context.rendered.operator.platform_namespace
    if settings.demo and google and google.database is not None and platform:
        sizes = {one.name: one.pod for one in context.rendered.model.services if one.pod}
        started = demo(platform, context.namespace, settings.demo.image, google.database, sizes)
        context.group("demo", started, after=[base])
    if settings.load_tests:
        tested = load_test(context.namespace, context.rendered.name, settings.load_tests, context.storage_class)
        context.group("load-test", tested, after=[base])


def _scalers(context: InstallContext, base: ComponentGroup, keda: Sequence[pulumi.Resource]) -> None:
    """A scaler for each Deployment that is scaled; in the demo the worker has none of its own."""
    left_out = SHARE_A_POD if context.settings.demo else ()
    wanted = (one for one in context.rendered.objects(names.SCALERS) if one["metadata"]["name"] not in left_out)
    context.group("scalers", wanted, after=[base, *keda])
    if (room := context.rendered.operator.headroom) is not None:
        context.group("headroom", headroom(room, context.namespace, context.image("pause")), after=[base])
    context.group("scaling-pause", context.rendered.objects(names.SCALING_PAUSE), after=[base])
