"""What every other part stands on: namespaces, rights, priorities, storage, secret files, and shut doors."""

from __future__ import annotations

from collections.abc import Iterator

from . import namespaces
from .alertmanager import mail_port
from .component_group import ComponentGroup, Manifest
from .connections import Neighbours, closed_namespaces, connections
from .grafana import reader_of_dashboards
from .install_context import InstallContext
from .network_policies import network_policies
from .rendered_objects import scraped
from .storage import storage_class


def prerequisites(context: InstallContext) -> ComponentGroup:
    """Register it; objects in a namespace wait for all namespaces."""
    group = context.group("prerequisites", [*namespaces.priority_classes(), storage_class(context.cluster)])
    made = [group.add(namespace) for namespace in _namespaces(context)]
    for manifest in _inside(context):
        group.add(manifest, after=made)
    return group


def _namespaces(context: InstallContext) -> Iterator[Manifest]:
    platform = context.rendered.operator.platform_namespace
    yield namespaces.namespace(context.namespace)
    if context.rendered.scrapes("node"):
        yield namespaces.namespace(namespaces.NODES, level="privileged")
    if context.rendered.scrapes("keda"):
        yield namespaces.namespace(namespaces.KEDA)
    if platform:
        yield namespaces.namespace(platform, level="baseline")


def _inside(context: InstallContext) -> Iterator[Manifest]:
    for account in context.accounts.values():
        yield namespaces.service_account(account.name, account.namespace)
        if account.secrets:
            yield context.files(account.name).manifest
    yield reader_of_dashboards(context.namespace)
    yield from network_policies(
        connections(context.rendered, _neighbours(context)), closed_namespaces(context.rendered)
    )
    if not context.rendered.managed:
        yield from scraped(context.rendered)


def _neighbours(context: InstallContext) -> Neighbours:
    address = context.settings.redis_address
    return Neighbours(
        mail_port=mail_port(context.rendered),
        redis_port=int(address.rsplit(":", 1)[1]) if address else None,
        on_google=context.cluster.google is not None,
        load_tested=context.settings.load_tests is not None,
    )
