"""The programs of the loop, found or built before anything starts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vitals.local.tools import ProgramGroup, ensure, of_group
from vitals.local.tools.compiler import Reporter
from vitals.verify.cluster import programs
from vitals.verify.cluster.programs import ClusterPrograms


@dataclass(frozen=True, kw_only=True)
class LoopPrograms:
    """Executables; each is needed."""

    cluster: ClusterPrograms
    metrics_server: Path
    keda_operator: Path
    keda_adapter: Path
    prometheus: Path
    promtool: Path


def find_programs(report: Reporter) -> LoopPrograms:
    """Find the programs, building those that are missing; that takes a quarter of an hour the first time.

    Args:
        report: Called with each step of a build.

    Raises:
        VitalsError: One can neither be found nor built.
    """
    found = ensure((*of_group(ProgramGroup.SCALING), "prometheus", "promtool"), report)
    return LoopPrograms(
        cluster=programs.find_programs(report, bare=True),
        metrics_server=found["metrics-server"],
        keda_operator=found["keda-operator"],
        keda_adapter=found["keda-adapter"],
        prometheus=found["prometheus"],
        promtool=found["promtool"],
    )
