"""System resources: which machine, disk, container or server is used up, or soon will be?

Every panel shows the worst of the chosen machines, so the board is the same for one machine and for hundreds. What an
environment does not have, such as containers on one machine, is left out.
"""

from __future__ import annotations

from grafanalib import core as G  # noqa: N812 - the name that grafanalib's own documentation uses

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.face import face_of
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.panels import chart
from vitals.kit.dashboards.queries import worst_machines, worst_services
from vitals.kit.dashboards.theme import Colour
from vitals.model.signals import Signal, cluster, forecast, system

_CONTAINER = "{{namespace}} {{pod}} {{container}}"


def board(facts: BoardFacts) -> Board:
    """The board of machines, and of the cluster where there is one."""
    return Board(
        uid=links.SYSTEM.uid,
        title=links.SYSTEM.title,
        question="Which machine, disk, container or server is used up, or soon will be?",
        sections=(
            Section("", (_row(facts, system.CPU, system.MEMORY, system.SPACE_USED, full=True),)),
            Section(
                "CPU and memory",
                (_row(facts, system.LOAD, system.OOM_KILLS),),
            ),
            Section(
                "Disks",
                (
                    Row(8, (_time_left(facts), *_row(facts, system.SPACE_FREE, system.READ_ONLY).panels)),
                    _row(facts, system.DISK_BUSY, system.DISK_BYTES),
                ),
            ),
            Section("Network", (_row(facts, system.RECEIVED, system.SENT, system.NETWORK_ERRORS),)),
            Section(
                "Containers",
                (
                    _cluster_row(facts, _CONTAINER, cluster.CONTAINER_MEMORY, cluster.THROTTLED),
                    Row(
                        8,
                        (
                            _of_cluster(facts, cluster.RESTARTS, "{{namespace}} {{pod}}"),
                            _of_cluster(facts, cluster.MISSING_REPLICAS, "{{namespace}} {{deployment}}"),
                        ),
                    ),
                ),
            ),
            Section("Redis", (_cluster_row(facts, "{{instance}}", cluster.REDIS_MEMORY, cluster.EVICTIONS),)),
            Section(
                "Firestore as Google measures it",
                (
                    _cluster_row(
                        facts,
                        "{{database_id}}",
                        cluster.FIRESTORE_REQUESTS,
                        cluster.FIRESTORE_FAILING,
                        cluster.FIRESTORE_P95,
                        cluster.FIRESTORE_CONNECTIONS,
                    ),
                ),
            ),
        ),
        variables=(variables.datasource(), *([variables.machine()] if facts.signal(system.MEMORY.id) else [])),
        annotations=(marks.deploys({}), marks.firing(facts, {})),
        links=links.board_links(facts, links.SYSTEM),
    )


def _row(facts: BoardFacts, *signals: Signal, full: bool = False) -> Row:
    return Row(8, tuple(_of_machines(facts, signal, top=1.0 if full else None) for signal in signals))


def _of_machines(facts: BoardFacts, signal: Signal, top: float | None) -> G.TimeSeries | None:
    """A signal of the chosen machines; a click narrows the board to one of them."""
    if not facts.signal(signal.id):
        return None
    legend = " ".join(f"{{{{{label}}}}}" for label in signal.labels if label != "service")
    narrow = links.to_machines(facts, "${__field.labels.instance}")
    return chart(face_of(facts, signal), worst_machines(signal, legend), top=top, links=[narrow])


def _time_left(facts: BoardFacts) -> G.TimeSeries | None:
    """Both slopes in one panel: the steep one of the last hour pages, the patient one of six hours is for planning."""
    soon, later = forecast.SIGNALS
    if not facts.signal(soon.id):
        return None
    where = "{{instance}} {{mountpoint}}"
    queries = (worst_machines(soon, f"{where} by the last hour"), worst_machines(later, f"{where} by six hours"))
    return chart(face_of(facts, soon, later), *queries)


def _cluster_row(facts: BoardFacts, legend: str, *signals: Signal) -> Row:
    return Row(8, tuple(_of_cluster(facts, signal, legend) for signal in signals))


def _of_cluster(facts: BoardFacts, signal: Signal, legend: str) -> G.TimeSeries | None:
    if not facts.signal(signal.id):
        return None
    colour = Colour.BAD if signal is cluster.FIRESTORE_FAILING else None
    return chart(face_of(facts, signal), worst_services(signal, legend), colour=colour)
