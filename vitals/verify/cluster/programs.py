"""The programs of a control plane, found or built before anything starts."""

from dataclasses import dataclass
from pathlib import Path

from vitals.tools import ProgramGroup, ensure, of_group
from vitals.tools.compiler import Reporter


@dataclass(frozen=True, kw_only=True)
class ClusterPrograms:
    """Executables; each is needed."""

    etcd: Path
    api_server: Path
    controller_manager: Path
    scheduler: Path
    operator: Path


def find_programs(report: Reporter) -> ClusterPrograms:
    """Find the programs, building those that are missing; that takes several minutes the first time.

    Args:
        report: Called with each step of a build.

    Raises:
        VitalsError: One can neither be found nor built.
    """
    found = ensure(of_group(ProgramGroup.CLUSTER), report)
    return ClusterPrograms(
        etcd=found["etcd"],
        api_server=found["kube-apiserver"],
        controller_manager=found["kube-controller-manager"],
        scheduler=found["kube-scheduler"],
        operator=found["prometheus-operator"],
    )
