"""Install the parts one after another; each waits for what it needs and for nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pulumi

from infra.cluster import OnGoogle
from infra.monitoring.alertmanager import alertmanager
from infra.monitoring.building_site import BuildingSite
from infra.monitoring.collector import collector
from infra.monitoring.demo import SHARE_A_POD, demo
from infra.monitoring.grafana import entrance, grafana_values
from infra.monitoring.ground import ground
from infra.monitoring.namespaces import KEDA as KEDA_NAMESPACE
from infra.monitoring.part import Part
from infra.monitoring.prometheus import prometheus
from infra.monitoring.query_frontend import query_frontend
from infra.monitoring.redis_exporter import redis_exporter
from infra.monitoring.watched import boards
from vitals.rendered import ServerEntry, names

CRDS, STACK, KEDA = "prometheus-operator-crds", "kube-prometheus-stack", "keda"
STACKDRIVER = "prometheus-stackdriver-exporter"


def install(site: BuildingSite) -> None:
    """Register every part: definitions before what they define, the operator before its servers."""
    rendered, google, base = site.rendered, site.cluster.google, ground(site)
    operator = site.part("operator", after=[base])
    definitions = site.install(operator, CRDS, site.namespace)
    stack = site.install(operator, STACK, site.namespace, _known(site), after=[definitions])

    if (size := rendered.operator.prometheus) is not None:
        _our_prometheus(site, size, [base, definitions], [base, stack])
    elif google:
        _managed_prometheus(site, google, base)
    alerting = alertmanager(rendered, site.image("alertmanager"), site.files("alertmanager"))
    site.part("alertmanager", alerting, after=[base, stack])
    site.part("boards", boards(rendered), after=[base])
    if google:
        site.part("entrance", entrance(rendered, google), after=[base, stack])
    _exporters(site, base)
    _demo(site, base)
    if rendered.scrapes("keda"):
        keda = site.install(site.part("keda", after=[base]), KEDA, KEDA_NAMESPACE)
        _scalers(site, base, keda)


def _known(site: BuildingSite) -> dict[str, Any]:
    """What the stack chart must be told by the running program: Grafana's values, and which parts are watched."""
    known = grafana_values(
        site.rendered,
        site.files("grafana"),
        site.settings.grafana_sign_in,
        site.cluster.google,
        site.charts.versions.plugins,
    )
    return {
        "grafana": known,
        "nodeExporter": {"enabled": site.rendered.scrapes("node")},
        "prometheusOperator": {"kubeletService": {"enabled": site.rendered.scrapes("kubelet")}},
    }


def _our_prometheus(
    site: BuildingSite, size: ServerEntry, defined: Sequence[pulumi.Resource], operated: Sequence[pulumi.Resource]
) -> None:
    """A Prometheus of ours, once there is an operator, and what it reads, once there are definitions."""
    rendered = site.rendered
    site.part("prometheus", prometheus(rendered, size, site.image("prometheus")), after=operated)
    site.part("rules", rendered.objects(names.RULES), after=defined)
    site.part("monitors", rendered.objects(names.MONITORS), after=defined)


def _managed_prometheus(site: BuildingSite, google: OnGoogle, base: Part) -> None:
    """What Google's Prometheus reads, and the front end by which it is asked; its definitions come with the cluster."""
    rendered = site.rendered
    front_end = query_frontend(site.namespace, google.project, site.image("query-frontend"))
    site.part("query-frontend", front_end, after=[base])
    site.part("rules", rendered.objects(names.RULES), after=[base])
    site.part("monitors", rendered.objects(names.POD_MONITORINGS), after=[base])
    site.part("managed-prometheus", after=[base]).patch(rendered.parsed(names.OPERATOR_CONFIG))


def _exporters(site: BuildingSite, base: Part) -> None:
    """The exporters that the environment watches and no other part brings."""
    google, part = site.cluster.google, site.part("exporters", after=[base])
    if site.settings.redis_address:
        for manifest in redis_exporter(site.namespace, site.settings.redis_address, site.image("redis-exporter")):
            part.add(manifest)
    if google and site.rendered.scrapes("stackdriver"):
        site.install(part, STACKDRIVER, site.namespace, {"stackdriver": {"projectIds": [google.project]}})
    if google and site.rendered.scrapes("collector"):
        for manifest in collector(site.namespace, google.project, site.image("collector")):
            part.add(manifest)


def _demo(site: BuildingSite, base: Part) -> None:
    """The demo platform, where a stack wants something to watch and has a Firestore for it."""
    settings, google, platform = site.settings, site.cluster.google, site.rendered.operator.platform_namespace
    if settings.demo and google and google.database is not None and platform:
        site.part("demo", demo(platform, site.namespace, settings.demo.image, google.database), after=[base])


def _scalers(site: BuildingSite, base: Part, keda: pulumi.Resource) -> None:
    """A scaler for each Deployment that is scaled; in the demo the worker has none of its own."""
    left_out = SHARE_A_POD if site.settings.demo else ()
    wanted = (one for one in site.rendered.objects(names.SCALERS) if one["metadata"]["name"] not in left_out)
    site.part("scalers", wanted, after=[base, keda])
