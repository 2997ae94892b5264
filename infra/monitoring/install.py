"""Install the parts one after another; each waits for what it needs and for nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import pulumi

from infra.cluster import Cluster
from infra.monitoring import namespaces, network_policies, traffic
from infra.monitoring.alertmanager import alertmanager, mail_port
from infra.monitoring.charts import Versions, merge, read_values, read_versions
from infra.monitoring.collector import collector
from infra.monitoring.demo import SHARE_A_POD, demo
from infra.monitoring.grafana import entrance, grafana_values
from infra.monitoring.part import Manifest, Part
from infra.monitoring.prometheus import prometheus
from infra.monitoring.redis_exporter import redis_exporter
from infra.monitoring.secret_files import SecretFiles, secret_files
from infra.monitoring.storage import storage_class
from infra.monitoring.watched import boards, objects, scraped
from infra.rendered import Rendered
from infra.settings import Settings
from infra.workloads import Workload

CRDS, STACK, KEDA = "prometheus-operator-crds", "kube-prometheus-stack", "keda"
STACKDRIVER = "prometheus-stackdriver-exporter"


@dataclass(frozen=True, slots=True)
class Site:
    """What is installed, and where.

    Attributes:
        settings: The stack's settings.
        rendered: The environment's files.
        accounts: Service accounts by name.
        cluster: The cluster.
    """

    settings: Settings
    rendered: Rendered
    accounts: Mapping[str, Workload]
    cluster: Cluster

    def part(self, name: str, *after: pulumi.Resource) -> Part:
        """Begin a part that waits for others."""
        return Part(name, self.cluster, after=after)

    def values(self, chart: str) -> dict[str, Any]:
        """The values of a chart in this environment."""
        return read_values(chart, self.settings.environment)

    def files(self, account: str) -> SecretFiles:
        """The secret files of an account."""
        return secret_files(self.accounts[account], self.settings, self.cluster)


def install(site: Site) -> None:
    """Register every part.

    Raises:
        VitalsError: A chart or image is not pinned, or its values cannot be read; nothing was registered.
    """
    versions = read_versions()
    values = {chart: site.values(chart) for chart in versions.charts}
    rendered, namespace = site.rendered, site.rendered.operator.namespace

    ground = _ground(site)
    operator = site.part("operator", ground)
    definitions = operator.install(versions.charts[CRDS], namespace, values[CRDS])
    stack = operator.install(versions.charts[STACK], namespace, _stack_values(site, values), after=[definitions])
    _add(site.part("prometheus", ground, stack), prometheus(rendered, versions.images["prometheus"]))
    files = site.files("alertmanager")
    _add(site.part("alertmanager", ground, stack), alertmanager(rendered, versions.images["alertmanager"], files))
    _add(site.part("rules", ground, definitions), objects(rendered, "prometheusrules"))
    _add(site.part("monitors", ground, definitions), objects(rendered, "monitors"))
    _add(site.part("boards", ground), boards(rendered))
    if site.cluster.google:
        _add(site.part("entrance", ground, stack), entrance(rendered, site.cluster.google))
    _exporters(site, versions, values, ground)
    _demo(site, ground)
    if rendered.scrapes("keda"):
        keda = site.part("keda", ground)
        release = keda.install(versions.charts[KEDA], namespaces.KEDA, values[KEDA])
        left_out = SHARE_A_POD if site.settings.demo else ()
        scalers = (one for one in objects(rendered, "scalers") if one["metadata"]["name"] not in left_out)
        _add(site.part("scalers", ground, release), scalers)


def _add(part: Part, manifests: Iterable[Manifest]) -> None:
    for manifest in manifests:
        part.add(manifest)


def _ground(site: Site) -> Part:
    """Namespaces, and what every pod in them needs: rights, priorities, storage, and the doors that are shut."""
    part = site.part("ground")
    rendered, settings = site.rendered, site.settings
    ours, platform = rendered.operator.namespace, rendered.operator.platform_namespace
    made = [
        part.add(namespaces.namespace(ours)),
        part.add(namespaces.namespace(namespaces.NODES, level="privileged")),
    ]
    if rendered.scrapes("keda"):
        made.append(part.add(namespaces.namespace(namespaces.KEDA)))
    if platform:
        made.append(part.add(namespaces.namespace(platform, level="baseline")))
    redis_port = int(settings.redis_address.rsplit(":", 1)[1]) if settings.redis_address else None
    inside = [
        *(namespaces.service_account(one.name, one.namespace) for one in site.accounts.values()),
        *(site.files(one.name).manifest for one in site.accounts.values() if one.secrets),
        *traffic.of_monitoring(rendered, mail_port(rendered), redis_port),
        *(network_policies.of_keda(ours) if rendered.scrapes("keda") else ()),
        *scraped(rendered),
    ]
    for manifest in inside:
        part.add(manifest, after=made)
    _add(part, namespaces.priority_classes())
    part.add(storage_class(site.cluster))
    return part


def _stack_values(site: Site, values: Mapping[str, Mapping[str, Any]]) -> dict[str, Any]:
    settings, google = site.settings, site.cluster.google
    known = grafana_values(site.rendered, site.files("grafana"), settings.grafana_sign_in, google)
    return merge(values[STACK], {"grafana": known})


def _exporters(site: Site, versions: Versions, values: Mapping[str, Mapping[str, Any]], ground: Part) -> None:
    """The exporters that the environment watches and no other part brings."""
    namespace, google = site.rendered.operator.namespace, site.cluster.google
    part = site.part("exporters", ground)
    if site.settings.redis_address:
        _add(part, redis_exporter(namespace, site.settings.redis_address, versions.images["redis-exporter"]))
    if google and site.rendered.scrapes("stackdriver"):
        project = {"stackdriver": {"projectIds": [google.project]}}
        part.install(versions.charts[STACKDRIVER], namespace, merge(values[STACKDRIVER], project))
    if google and site.rendered.scrapes("collector"):
        _add(part, collector(namespace, google.project, versions.images["collector"]))


def _demo(site: Site, ground: Part) -> None:
    """The demo platform, where a stack wants something to watch and has a Firestore for it."""
    settings, google, namespace = site.settings, site.cluster.google, site.rendered.operator.platform_namespace
    if settings.demo and google and google.database is not None and namespace:
        monitoring = site.rendered.operator.namespace
        _add(site.part("demo", ground), demo(namespace, monitoring, settings.demo.image, google.database))
