"""``state.json`` of a control plane: how other commands and tests find it, and a later start what was left behind."""

from pathlib import Path

from vitals.local.processes.record import RunRecord


class ClusterState(RunRecord):
    """A running control plane.

    Attributes:
        server: Address of the API server; None until it is known.
        kubeconfig: The file for clients; it works once ``ready`` is set.
        ready: Whether every part answers and the CRDs, if wanted, are served.
    """

    server: str | None = None
    kubeconfig: Path
    ready: bool = False
