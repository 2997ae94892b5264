"""What every other part stands on: namespaces, rights, priorities, storage, secret files, and shut doors."""

from __future__ import annotations

from collections.abc import Iterator

from infra.monitoring import namespaces, network_policies, traffic
from infra.monitoring.alertmanager import mail_port
from infra.monitoring.back_end import back_end
from infra.monitoring.building_site import BuildingSite
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
    address = site.settings.redis_address
    for account in site.accounts.values():
        yield namespaces.service_account(account.name, account.namespace)
        if account.secrets:
            yield site.files(account.name).manifest
    yield from traffic.of_monitoring(
        site.rendered, mail_port(site.rendered), int(address.rsplit(":", 1)[1]) if address else None
    )
    if site.rendered.scrapes("keda"):
        yield from network_policies.of_keda(site.namespace, back_end(site.rendered).scrapers)
    if not site.rendered.managed:
        yield from scraped(site.rendered)
