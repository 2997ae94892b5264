"""What is installed, with what, and where: handed to every part, so that none looks anything up by itself."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi

from vitals.rendered import Rendered

from ..cluster import Cluster
from ..settings import Settings
from ..workloads import Workload
from .charts import Charts, Image, merge
from .component_group import ComponentGroup, Manifest, PlannedGroup
from .secret_files import SecretFiles, secret_files
from .storage import CLASS


@dataclass(frozen=True, slots=True)
class InstallContext:
    """The place where the stack is put up.

    Attributes:
        settings: The stack's settings.
        rendered: The environment's files.
        accounts: Service accounts by name.
        charts: Which versions are installed, with which values.
        cluster: The cluster.
        notes: Where objects are noted and not registered, when the stack is only planned.
    """

    settings: Settings
    rendered: Rendered
    accounts: Mapping[str, Workload]
    charts: Charts
    cluster: Cluster
    notes: list[Manifest] | None = None

    @property
    def namespace(self) -> str:
        """Where the monitoring runs."""
        return self.rendered.operator.namespace

    def group(
        self, name: str, manifests: Iterable[Manifest] = (), *, after: Sequence[pulumi.Resource] = ()
    ) -> ComponentGroup:
        """Register a part with its objects, once others are there."""
        group = ComponentGroup(name, self.cluster, after=after) if self.notes is None else PlannedGroup(self.notes)
        for manifest in manifests:
            group.add(manifest)
        return group

    def install(
        self,
        group: ComponentGroup,
        chart: str,
        namespace: str,
        over: Mapping[str, Any] | None = None,
        *,
        after: Sequence[pulumi.Resource] = (),
    ) -> pulumi.Resource:
        """Install a chart with its values, overlaid by what only the running program knows."""
        values = merge(self.charts.values[chart], over or {})
        return group.install(self.charts.versions.charts[chart], namespace, values, after=after)

    @property
    def storage_class(self) -> str:
        """The class of every volume."""
        return self.settings.storage_class or CLASS

    def image(self, name: str) -> Image:
        """The image of an object of ours."""
        return self.charts.versions.images[name]

    def files(self, account: str) -> SecretFiles:
        """The secret files of an account."""
        return secret_files(self.accounts[account], self.settings, self.cluster)
