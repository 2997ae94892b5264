"""Install the parts one after another; each waits for what it needs and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from vitals.rendered import ServerEntry, names

from ..cluster import OnGoogle
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
from .prerequisites import prerequisites
from .programs import QUERIES
from .prometheus import NAME as PROMETHEUS
from .prometheus import prometheus
from .query_frontend import query_frontend
from .redis_exporter import redis_exporter
from .rendered_objects import dashboards

CRDS, STACK, KEDA = "prometheus-operator-crds", "kube-prometheus-stack", "keda"
STACKDRIVER = "prometheus-stackdriver-exporter"


def install(context: InstallContext) -> None:
    """Register every part: definitions before what they define, the operator before its servers."""
    rendered, google, base = context.rendered, context.cluster.google, prerequisites(context)
    operator = context.group("operator", after=[base])
    definitions = context.install(operator, CRDS, context.namespace)
    stack = context.install(operator, STACK, context.namespace, _known(context), after=[definitions])

    if (size := rendered.operator.prometheus) is not None:
        _our_prometheus(context, size, [base, definitions], [base, stack])
    elif google:
        _managed_prometheus(context, google, base)
    alerting = alertmanager(rendered, context.image("alertmanager"), context.files("alertmanager"))
    context.group("alertmanager", alerting, after=[base, stack])
    context.group("dashboards", dashboards(rendered), after=[base])
    if google:
        context.group("ingress", ingress(rendered, google), after=[base, stack])
    _exporters(context, base)
    if context.settings.foresight:
        asked = f"http://{PROMETHEUS}.{context.namespace}:{QUERIES}"
        service = foresight(context.namespace, rendered.name, asked, context.settings.foresight)
        context.group("foresight", service, after=[base])
    _platform(context, base)
    if rendered.scrapes("keda"):
        keda = context.install(context.group("keda", after=[base]), KEDA, KEDA_NAMESPACE)
        _scalers(context, base, keda)


def _known(context: InstallContext) -> dict[str, Any]:
    """What the stack chart must get from the running program: Grafana's values, and which parts are watched."""
    known = grafana_values(
        context.rendered,
        context.files("grafana"),
        context.settings.grafana_sign_in,
        context.cluster.google,
        context.charts.versions.plugins,
    )
    return {
        "grafana": known,
        "nodeExporter": {"enabled": context.rendered.scrapes("node")},
        "prometheusOperator": {"kubeletService": {"enabled": context.rendered.scrapes("kubelet")}},
    }


def _our_prometheus(
    context: InstallContext, size: ServerEntry, defined: Sequence[pulumi.Resource], operated: Sequence[pulumi.Resource]
) -> None:
    """A Prometheus of ours, once there is an operator, and what it reads, once there are definitions."""
    rendered = context.rendered
    context.group("prometheus", prometheus(rendered, size, context.image("prometheus")), after=operated)
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
        tested = load_test(context.namespace, context.rendered.name, settings.load_tests)
        context.group("load-test", tested, after=[base])


def _scalers(context: InstallContext, base: ComponentGroup, keda: pulumi.Resource) -> None:
    """A scaler for each Deployment that is scaled; in the demo the worker has none of its own."""
    left_out = SHARE_A_POD if context.settings.demo else ()
    wanted = (one for one in context.rendered.objects(names.SCALERS) if one["metadata"]["name"] not in left_out)
    context.group("scalers", wanted, after=[base, keda])
    if (room := context.rendered.operator.headroom) is not None:
        context.group("headroom", headroom(room, context.namespace, context.image("pause")), after=[base])
    context.group("scaling-pause", context.rendered.objects(names.SCALING_PAUSE), after=[base])
