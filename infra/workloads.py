"""Who may do what: each Kubernetes service account of the stack, its roles at Google and the secret files it reads.

One list for both halves: the Kubernetes half creates the accounts and mounts the files, the Google half grants exactly
this and nothing else. Roles go straight to the account by Workload Identity; no key and no Google account lies between.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vitals.rendered import Rendered

from .settings import Settings

GRAFANA_ADMIN_FILE = "grafana-admin-password"
GRAFANA_CLIENT_FILE = "grafana-google-client-secret"
QUERY_FRONTEND_ACCOUNT = "query-frontend"
PROMETHEUS_ACCOUNT = "prometheus"
PICTURES_ACCOUNT = "pictures"


@dataclass(frozen=True, slots=True)
class Workload:
    """A Kubernetes service account.

    Attributes:
        name: Its name.
        namespace: Its namespace.
        roles: Roles on the Google project.
        secrets: Names of the secret files that it reads.
    """

    name: str
    namespace: str
    roles: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()


def workloads(settings: Settings, rendered: Rendered) -> tuple[Workload, ...]:
    """The accounts that a stack needs; those without roles and secrets need no mention."""
    return tuple(_workloads(settings, rendered))


def _workloads(settings: Settings, rendered: Rendered) -> Iterator[Workload]:
    ours, platform = rendered.operator.namespace, rendered.operator.platform_namespace
    yield Workload("alertmanager", ours, secrets=tuple(rendered.model.secrets))
    if settings.existing.grafana is None:
        files = (GRAFANA_ADMIN_FILE, *((GRAFANA_CLIENT_FILE,) if settings.grafana_sign_in else ()))
        yield Workload("grafana", ours, roles=("roles/monitoring.viewer", "roles/cloudtrace.user"), secrets=files)
    if signing_in := [file for one in settings.remote_write.values() for file in one.secret_files]:
        yield Workload(PROMETHEUS_ACCOUNT, ours, secrets=tuple(sorted(set(signing_in))))
    if rendered.managed:
        yield Workload(QUERY_FRONTEND_ACCOUNT, ours, roles=("roles/monitoring.viewer",))
    if rendered.scrapes("stackdriver"):
        yield Workload("stackdriver-exporter", ours, roles=("roles/monitoring.viewer",))
    if rendered.scrapes("collector"):
        yield Workload("collector", ours, roles=("roles/cloudtrace.agent", "roles/logging.logWriter"))
    if settings.demo and platform:
        yield Workload("wellness", platform, roles=("roles/datastore.user",))
    if settings.pictures and rendered.model.pictures:
        yield Workload(PICTURES_ACCOUNT, ours, secrets=rendered.model.pictures.secrets)
    if settings.load_tests:
        yield Workload("load-test", ours)
