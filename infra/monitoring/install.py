"""Install the parts one after another; each waits for what it needs and for nothing else."""

from __future__ import annotations

from typing import Any

import pulumi

from infra.monitoring.alertmanager import alertmanager
from infra.monitoring.building_site import BuildingSite
from infra.monitoring.collector import collector
from infra.monitoring.demo import SHARE_A_POD, demo
from infra.monitoring.grafana import entrance, grafana_values
from infra.monitoring.ground import ground
from infra.monitoring.namespaces import KEDA as KEDA_NAMESPACE
from infra.monitoring.part import Part
from infra.monitoring.prometheus import prometheus
from infra.monitoring.redis_exporter import redis_exporter
from infra.monitoring.watched import boards, objects

CRDS, STACK, KEDA = "prometheus-operator-crds", "kube-prometheus-stack", "keda"
STACKDRIVER = "prometheus-stackdriver-exporter"


def install(site: BuildingSite) -> None:
    """Register every part: definitions before what they define, the operator before its servers."""
    rendered, google, base = site.rendered, site.cluster.google, ground(site)
    operator = site.part("operator", after=[base])
    definitions = site.install(operator, CRDS, site.namespace)
    stack = site.install(operator, STACK, site.namespace, _grafana(site), after=[definitions])

    site.part("prometheus", prometheus(rendered, site.image("prometheus")), after=[base, stack])
    alerting = alertmanager(rendered, site.image("alertmanager"), site.files("alertmanager"))
    site.part("alertmanager", alerting, after=[base, stack])
    site.part("rules", objects(rendered, "prometheusrules"), after=[base, definitions])
    site.part("monitors", objects(rendered, "monitors"), after=[base, definitions])
    site.part("boards", boards(rendered), after=[base])
    if google:
        site.part("entrance", entrance(rendered, google), after=[base, stack])
    _exporters(site, base)
    _demo(site, base)
    if rendered.scrapes("keda"):
        keda = site.install(site.part("keda", after=[base]), KEDA, KEDA_NAMESPACE)
        _scalers(site, base, keda)


def _grafana(site: BuildingSite) -> dict[str, Any]:
    """What the stack chart's Grafana must be told by the running program."""
    known = grafana_values(site.rendered, site.files("grafana"), site.settings.grafana_sign_in, site.cluster.google)
    return {"grafana": known}


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
    wanted = (one for one in objects(site.rendered, "scalers") if one["metadata"]["name"] not in left_out)
    site.part("scalers", wanted, after=[base, keda])
