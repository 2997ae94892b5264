"""What every other part stands on: namespaces, rights, priorities, storage, secret files, and shut doors."""

from __future__ import annotations

from collections.abc import Iterator

from ..workloads import PROMETHEUS_ACCOUNT
from . import namespaces
from .alertmanager import mail_port
from .component_group import ComponentGroup, Manifest
from .connections import Neighbours, closed_namespaces, connections, open_namespaces
from .grafana import reader_of_dashboards
from .install_context import InstallContext
from .network_policies import network_policies
from .rendered_objects import scraped
from .shared_ingress import people_come_from
from .storage import storage_class


def prerequisites(context: InstallContext) -> ComponentGroup:
    """Register it; objects in a namespace wait for all namespaces."""
    storage = [] if context.settings.storage_class else [storage_class(context.cluster)]
    group = context.group("prerequisites", [*namespaces.priority_classes(), *storage])
    made = [group.add(namespace) for namespace in _namespaces(context)]
    for manifest in _inside(context):
        group.add(manifest, after=made)
    return group


def _namespaces(context: InstallContext) -> Iterator[Manifest]:
    platform, existing = context.rendered.operator.platform_namespace, context.settings.existing
    levels = {context.namespace: "restricted"}
    if context.rendered.scrapes("node") and not existing.node_exporter:
        levels[namespaces.NODES] = "privileged"
    if context.rendered.scrapes("keda") and not existing.keda:
        levels[namespaces.KEDA] = "restricted"
    if platform:
        levels[platform] = "baseline"
    for name, level in levels.items():
        if name not in existing.namespaces:
            yield namespaces.namespace(name, level=level)


def _inside(context: InstallContext) -> Iterator[Manifest]:
    existing = context.settings.existing
    for account in context.accounts.values():
        if account.name != PROMETHEUS_ACCOUNT:  # made with its rights
            yield namespaces.service_account(account.name, account.namespace)
        if account.secrets:
            yield context.files(account.name).manifest
    if existing.grafana is None:
        yield reader_of_dashboards(context.namespace)
    yield from network_policies(
        connections(context.rendered, _neighbours(context)),
        closed_namespaces(context.rendered, existing),
        open_namespaces(context.rendered, existing),
    )
    if not context.rendered.managed:
        yield from scraped(context.rendered, existing)


def _neighbours(context: InstallContext) -> Neighbours:
    address = context.settings.redis_address
    return Neighbours(
        mail_port=mail_port(context.rendered),
        redis_port=int(address.rsplit(":", 1)[1]) if address else None,
        on_google=context.cluster.google is not None,
        load_tested=context.settings.load_tests is not None,
        existing=context.settings.existing,
        written_to=tuple(sorted({one.port for one in context.settings.remote_write.values()})),
        ingress=people_come_from(context.settings.grafana_ingress),
    )
