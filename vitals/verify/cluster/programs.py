"""The programs of a control plane, found or built before anything starts."""

from dataclasses import dataclass
from pathlib import Path

from vitals.local.tools import ProgramGroup, ensure, of_group
from vitals.local.tools.compiler import Reporter

_KUBERNETES = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")


@dataclass(frozen=True, kw_only=True)
class ClusterPrograms:
    """Executables; the Prometheus operator is None where only Kubernetes itself is wanted."""

    etcd: Path
    api_server: Path
    controller_manager: Path
    scheduler: Path
    operator: Path | None


def find_programs(report: Reporter, *, bare: bool = False) -> ClusterPrograms:
    """Find the programs, building those that are missing; that takes several minutes the first time.

    Args:
        report: Called with each step of a build.
        bare: Whether to leave out the Prometheus operator.

    Raises:
        VitalsError: One can neither be found nor built.
    """
    needed = _KUBERNETES if bare else of_group(ProgramGroup.CLUSTER)
    found = ensure(needed, report)
    return ClusterPrograms(
        etcd=found["etcd"],
        api_server=found["kube-apiserver"],
        controller_manager=found["kube-controller-manager"],
        scheduler=found["kube-scheduler"],
        operator=found.get("prometheus-operator"),
    )
