"""Which parts a run has, on which ports, and who needs whom.

Prometheus starts at once, because a rate over targets that are scraped every fifteen seconds is known half a minute
later at best. It is given the targets of a job only when they are worth a look: the API's when its first, slow requests
are over. So a start does not look like an outage unless it takes longer than the minute after which the outage rule
misses a service, and no part waits for one that it does not need.
"""

from dataclasses import dataclass
from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.stack.discovery import Targets
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.parts.alertmanager import ALERTMANAGER, alertmanager
from vitals.local.stack.parts.firestore import FIRESTORE, firestore
from vitals.local.stack.parts.foresight import FORESIGHT, foresight
from vitals.local.stack.parts.grafana import GRAFANA, grafana
from vitals.local.stack.parts.node_exporter import NODE_EXPORTER, node_exporter
from vitals.local.stack.parts.pictures import PICTURES, pictures
from vitals.local.stack.parts.platform import API_JOB, WORKER_JOB, Surroundings, api_replica, worker
from vitals.local.stack.parts.prometheus import PROMETHEUS, prometheus
from vitals.local.stack.parts.traffic import TRAFFIC, traffic
from vitals.local.stack.programs import StackPrograms

REPLICAS = (1, 2)
RUN_HERE = (API_JOB, WORKER_JOB, "prometheus", "alertmanager", "node", FORESIGHT, PICTURES)
"""The scrape jobs of which a run has targets itself."""


@dataclass(frozen=True)
class Ports:
    """The port of everything that is started as a process; all are on loopback."""

    numbers: dict[str, int]

    def __getitem__(self, name: str) -> int:
        return self.numbers[name]

    def url(self, name: str) -> str:
        """Return the base URL of what listens there."""
        return f"http://{LOOPBACK}:{self.numbers[name]}"

    def address(self, name: str) -> str:
        """Return ``host:port``."""
        return f"{LOOPBACK}:{self.numbers[name]}"


def pick_ports() -> Ports:
    """Pick free ports for every part."""
    replicas = [f"{API_JOB}-{number}-{kind}" for number in REPLICAS for kind in ("metrics", "admin")]
    others = (
        API_JOB,
        WORKER_JOB,
        f"{WORKER_JOB}-admin",
        PROMETHEUS,
        ALERTMANAGER,
        NODE_EXPORTER,
        FIRESTORE,
        GRAFANA,
        FORESIGHT,
        PICTURES,
    )
    return Ports(free_ports([*others, *replicas]))


def admin(ports: Ports) -> dict[str, str]:
    """Return where faults are switched, by the name of the part."""
    replicas = [f"{API_JOB}-{number}" for number in REPLICAS]
    return {name: ports.url(f"{name}-admin") for name in (*replicas, WORKER_JOB)}


def targets(ports: Ports) -> dict[str, Targets]:
    """Return what each scrape job scrapes, by job."""
    replicas = tuple(ports.address(f"{API_JOB}-{number}-metrics") for number in REPLICAS)
    return {
        API_JOB: Targets(replicas, (TRAFFIC,)),
        WORKER_JOB: Targets((ports.address(WORKER_JOB),), (WORKER_JOB,)),
        "prometheus": Targets((ports.address(PROMETHEUS),)),
        "alertmanager": Targets((ports.address(ALERTMANAGER),)),
        "node": Targets((ports.address(NODE_EXPORTER),), (NODE_EXPORTER,)),
        FORESIGHT: Targets((ports.address(FORESIGHT),), (FORESIGHT,)),
        PICTURES: Targets((ports.address(PICTURES),), (PICTURES,)),
    }


def parts(
    programs: StackPrograms,
    folder: RunFolder,
    ports: Ports,
    *,
    otlp: str,
    portal_url: str,
    users: int,
    past_s: int = 0,
    aws_credentials_file: str = "",
    with_pictures: bool = False,
) -> list[Part]:
    """Describe every part of a run, in start order.

    Args:
        programs: What is installed; it decides between the emulator and SQLite, and whether there is Grafana.
        folder: The prepared run folder.
        ports: Where the parts listen.
        otlp: Base URL of the trace receiver.
        portal_url: Base URL of the portal, whose page of queries is the one that Prometheus' alerts link to.
        users: Number of simulated users.
        past_s: Seconds that the data reach back when Prometheus starts.
        aws_credentials_file: The secret file of Alertmanager that AWS' own library reads; empty where there is none.
        with_pictures: Whether pictures follow notifications.

    Raises:
        VitalsError: Grafana is installed incompletely.
    """
    emulator: list[Part] = []
    if programs.java is not None and programs.emulator is not None:
        emulator = [firestore(programs.java, programs.emulator, port=ports[FIRESTORE], folder=folder.data)]
    around = Surroundings(
        firestore_port=ports[FIRESTORE] if emulator else None,
        otlp=otlp,
        data=folder.data,
        after=tuple(part.name for part in emulator),
    )
    replicas = [
        api_replica(
            number,
            around,
            port=ports[API_JOB],
            metrics_port=ports[f"{API_JOB}-{number}-metrics"],
            admin_port=ports[f"{API_JOB}-{number}-admin"],
        )
        for number in REPLICAS
    ]
    beside = [
        worker(around, metrics_port=ports[WORKER_JOB], admin_port=ports[f"{WORKER_JOB}-admin"]),
        node_exporter(programs.node_exporter, port=ports[NODE_EXPORTER], folder=folder.data),
        alertmanager(
            programs.alertmanager,
            folder,
            port=ports[ALERTMANAGER],
            aws_credentials_file=aws_credentials_file,
            names_receivers=with_pictures,
        ),
    ]
    asking = traffic(
        api_port=ports[API_JOB], users=users, folder=folder.data, after=tuple(part.name for part in replicas)
    )
    watching = prometheus(
        programs.prometheus,
        folder,
        port=ports[PROMETHEUS],
        after=(ALERTMANAGER,),
        past_s=past_s,
        pages=portal_url,
    )
    judging = foresight(folder, port=ports[FORESIGHT], prometheus_url=ports.url(PROMETHEUS), after=(PROMETHEUS,))
    following: list[Part] = []
    if with_pictures:
        address = ports.url(PROMETHEUS)
        following = [pictures(folder, port=ports[PICTURES], prometheus_url=address, after=(PROMETHEUS,))]
    return [
        *emulator,
        *replicas,
        *beside,
        asking,
        watching,
        judging,
        *following,
        *_grafana(programs.grafana, folder, ports),
    ]


def _grafana(program: Path | None, folder: RunFolder, ports: Ports) -> list[Part]:
    if program is None:
        return []
    return [grafana(program, folder, port=ports[GRAFANA], prometheus_url=ports.url(PROMETHEUS), after=(PROMETHEUS,))]
