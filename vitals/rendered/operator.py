"""What must run beside the objects of an environment, as ``model.json`` has it."""

from __future__ import annotations

from vitals.rendered.entry import Entry


class ServerEntry(Entry):
    """What Prometheus or Alertmanager is given.

    Attributes:
        replicas: How many run.
        cpu: Processor time that is kept free for each.
        memory: Memory of each.
        disk: Volume of each.
    """

    replicas: int
    cpu: str
    memory: str
    disk: str


class HeadroomEntry(Entry):
    """Room that is kept on the nodes for new replicas.

    Attributes:
        pods: How many placeholders hold it.
        cpu: What each holds.
        memory: What each holds.
    """

    pods: int
    cpu: str
    memory: str


class OperatorEntry(Entry):
    """What the catalogue says about a place where configuration travels as objects.

    Attributes:
        namespace: Where the stack runs.
        platform_namespace: Where the platform runs, where it is scaled.
        dashboards_url: Where people find Grafana.
        secrets_dir: The folder in which Alertmanager finds its secret files.
        retention: How long a Prometheus of ours keeps samples.
        prometheus: What each Prometheus of ours is given; None where Google's managed one stores the metrics.
        alertmanager: What each Alertmanager is given.
        headroom: Room kept on the nodes; None where new replicas wait for a node.
    """

    namespace: str
    platform_namespace: str | None
    dashboards_url: str
    secrets_dir: str
    retention: str | None
    prometheus: ServerEntry | None
    alertmanager: ServerEntry
    headroom: HeadroomEntry | None

    @property
    def servers(self) -> tuple[ServerEntry, ...]:
        """The servers of ours that run."""
        return (self.alertmanager,) if self.prometheus is None else (self.prometheus, self.alertmanager)
