"""The Kubernetes half of a committed stack, installed by the real engine on a cluster that records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi

from infra import rendered
from infra.cluster import Cluster, OnGoogle, reach
from infra.monitoring import monitoring, read_charts
from infra.settings import Settings, parse
from infra.workloads import GRAFANA_ADMIN_FILE, Workload, workloads
from tests.infra.engine.cluster import RecordedCluster
from tests.infra.engine.engine import engine
from tests.infra.engine.wire import reveal
from tests.infra.settings.stack_files import config
from vitals.rendered import Rendered

PROJECT = "name: vitals\nruntime: python\n"
HUSH = "kept-from-everybody"
"""How every secret value of these tests begins, so that it can be looked for."""


@dataclass(frozen=True, slots=True)
class Installed:
    """What one stack put on its cluster.

    Attributes:
        settings: Of its stack file.
        rendered: The environment's files.
        accounts: Service accounts with what they may read.
        objects: Every object as applied.
        releases: Inputs of each Helm release by its chart.
        state: All that the engine keeps of it, as text.
    """

    settings: Settings
    rendered: Rendered
    accounts: tuple[Workload, ...]
    objects: tuple[Mapping[str, Any], ...]
    releases: Mapping[str, Mapping[str, Any]]
    state: str

    @property
    def services(self) -> set[str]:
        """Names of the catalogue's services, whose pods are not the monitoring's to make."""
        model = json.loads((self.rendered.folder / "model.json").read_text(encoding="utf-8"))
        return {service["name"] for service in model["services"]}

    def of(self, kind: str) -> dict[str, Any]:
        """Objects of a kind by name."""
        return {one["metadata"]["name"]: one for one in self.objects if one["kind"] == kind}

    def of_everywhere(self, kind: str) -> list[Mapping[str, Any]]:
        """Objects of a kind, also where several namespaces have one of the same name."""
        return [one for one in self.objects if one["kind"] == kind]

    @property
    def pod_templates(self) -> list[Mapping[str, Any]]:
        """The pods of each Deployment and StatefulSet."""
        makers = [*self.of("Deployment").values(), *self.of("StatefulSet").values()]
        return [one["spec"]["template"] for one in makers]

    def made_by_operator(self) -> dict[str, dict[str, str]]:
        """Labels of the pods that the Prometheus operator makes, by program: its own, and those of our objects.

        Reference: prometheus-operator, ``pkg/prometheus/server`` and ``pkg/alertmanager``, where StatefulSets are made.
        """
        asked = {kind.lower(): one for kind in ("Prometheus", "Alertmanager") for one in self.of(kind).values()}
        return {
            name: {"app.kubernetes.io/name": name, **one["spec"]["podMetadata"]["labels"]}
            for name, one in asked.items()
        }

    def only(self, kind: str) -> dict[str, Any]:
        """The only object of a kind."""
        found: list[dict[str, Any]] = list(self.of(kind).values())
        assert len(found) == 1, kind
        return found[0]


def settings_of(stack: str) -> Settings:
    """What a stack file says, with secrets where it has them in itself."""
    given = config(stack)
    if "google" not in given:
        files = (GRAFANA_ADMIN_FILE, *rendered.read(given["environment"]).model.secrets)
        given["secrets"] = {file: f"{HUSH}-{file}" for file in files}
    return parse(stack, given)


def install(stack: str, folder: Path, command: Path) -> Installed:
    """Install a stack.

    Args:
        stack: Its name.
        folder: Empty.
        command: The engine.
    """
    settings = settings_of(stack)
    files = rendered.read(settings.environment)
    accounts = workloads(settings, files)
    charts = read_charts(settings.environment)
    cluster = RecordedCluster()

    def program() -> None:
        monitoring(settings, files, accounts, charts, Cluster(reach(context="kind"), _google(settings, accounts)))

    with engine(program, {"kubernetes": cluster}, folder, pulumi=command, project=PROJECT, stack=stack) as running:
        running.up()
        state = running.state()
    applied = [reveal(one) for one in cluster.applied.values()]
    return Installed(
        settings,
        files,
        accounts,
        tuple(one for one in applied if "chart" not in one),
        {one["chart"]: one for one in applied if "chart" in one},
        state,
    )


def _google(settings: Settings, accounts: tuple[Workload, ...]) -> OnGoogle | None:
    """What the Google half would hand over."""
    if settings.google is None:
        return None
    project = settings.google.project
    return OnGoogle(
        project=project,
        region=settings.google.region,
        secrets={
            file: f"projects/{project}/secrets/vitals-{settings.environment}-{file}"
            for account in accounts
            for file in account.secrets
        },
        address=pulumi.Output.from_input("the-address"),
        certificate_map=pulumi.Output.from_input("the-map"),
        database=pulumi.Output.from_input(f"projects/{project}/databases/demo") if settings.demo else None,
        outputs={},
    )
