"""What every other part stands on: namespaces, rights, priorities, storage, secret files, and shut doors."""

from __future__ import annotations

from collections.abc import Iterator

from infra.monitoring import namespaces
from infra.monitoring.alertmanager import mail_port
from infra.monitoring.building_site import BuildingSite
from infra.monitoring.connections import Neighbours, closed_namespaces, connections
from infra.monitoring.grafana import reader_of_boards
from infra.monitoring.network_policies import network_policies
from infra.monitoring.part import Manifest, Part
from infra.monitoring.storage import storage_class
from infra.monitoring.watched import scraped


def ground(site: BuildingSite) -> Part:
    """Register it; objects in a namespace wait for all namespaces."""
    part = site.part("ground", [*namespaces.priority_classes(), storage_class(site.cluster)])
    made = [part.add(namespace) for namespace in _namespaces(site)]
    for manifest in _inside(site):
        part.add(manifest, after=made)
    return part


def _namespaces(site: BuildingSite) -> Iterator[Manifest]:
    platform = site.rendered.operator.platform_namespace
    yield namespaces.namespace(site.namespace)
    if site.rendered.scrapes("node"):
        yield namespaces.namespace(namespaces.NODES, level="privileged")
    if site.rendered.scrapes("keda"):
        yield namespaces.namespace(namespaces.KEDA)
    if platform:
        yield namespaces.namespace(platform, level="baseline")


def _inside(site: BuildingSite) -> Iterator[Manifest]:
    for account in site.accounts.values():
        yield namespaces.service_account(account.name, account.namespace)
        if account.secrets:
            yield site.files(account.name).manifest
    yield reader_of_boards(site.namespace)
    yield from network_policies(connections(site.rendered, _neighbours(site)), closed_namespaces(site.rendered))
    if not site.rendered.managed:
        yield from scraped(site.rendered)


def _neighbours(site: BuildingSite) -> Neighbours:
    address = site.settings.redis_address
    return Neighbours(
        mail_port=mail_port(site.rendered),
        redis_port=int(address.rsplit(":", 1)[1]) if address else None,
        on_google=site.cluster.google is not None,
    )
