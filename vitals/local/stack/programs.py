"""The external programs of a run, found before anything starts.

The three that the stack is about must be there (they are built when they are missing and can be); for the others the
stack has a stand-in of its own and simply does without.
"""

from dataclasses import dataclass
from pathlib import Path

from vitals.local.stack.parts.firestore import emulator_jar
from vitals.local.tools import ensure, find_optional
from vitals.local.tools.compiler import Reporter


@dataclass(frozen=True, kw_only=True)
class StackPrograms:
    """Executables; ``emulator`` is the Firestore emulator's jar. None means that the part is left out."""

    prometheus: Path
    alertmanager: Path
    node_exporter: Path
    java: Path | None
    emulator: Path | None
    grafana: Path | None


def find_programs(report: Reporter) -> StackPrograms:
    """Find the programs, building the needed ones that are missing.

    Args:
        report: Called with each step of a build.

    Raises:
        VitalsError: A needed program can neither be found nor built.
    """
    needed = ensure(("prometheus", "alertmanager", "node_exporter"), report)
    return StackPrograms(
        prometheus=needed["prometheus"],
        alertmanager=needed["alertmanager"],
        node_exporter=needed["node_exporter"],
        java=find_optional("java"),
        emulator=emulator_jar(find_optional("gcloud")),
        grafana=find_optional("grafana"),
    )
