"""The demo platform: the replicas of its API, which share one port, and its worker."""

import sys
from dataclasses import dataclass
from pathlib import Path

from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK

API_JOB = "wellness-api"
WORKER_JOB = "wellness-worker"
REVISION = "local"


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What every process of the platform is configured with.

    Attributes:
        firestore_port: The emulator's port; None puts the data into SQLite.
        otlp: Where spans go (OTLP/HTTP); None sends them nowhere.
        data: Folder for the database file and the queue.
        after: Parts that must be ready before the platform starts.
    """

    firestore_port: int | None
    otlp: str | None
    data: Path
    after: tuple[str, ...]

    @property
    def arguments(self) -> tuple[str, ...]:
        """The command-line arguments that the API and the worker have in common."""
        if self.firestore_port is None:
            database = ("--sqlite", str(self.data / "wellness.sqlite"))
        else:
            database = ("--firestore", f"{LOOPBACK}:{self.firestore_port}")
        queue = ("--worker-queue", str(self.data / "queue.sqlite"))
        traces = ("--otlp", self.otlp) if self.otlp else ()
        return (*database, *queue, *traces, "--revision", REVISION)


def api_replica(number: int, around: Surroundings, *, port: int, metrics_port: int, admin_port: int) -> Part:
    """Describe one replica of the API; all replicas listen on the same ``port``."""
    return Part(
        name=f"{API_JOB}-{number}",
        argv=(
            sys.executable, "-m", "wellness.api", "--port", str(port), "--reuse-port",
            "--metrics-port", str(metrics_port), "--admin-port", str(admin_port), "--cache", "memory",
            *around.arguments,
        ),
        folder=around.data,
        after=around.after,
        ready_url=f"http://{LOOPBACK}:{admin_port}/faults",
        url=f"http://{LOOPBACK}:{metrics_port}/metrics",
    )  # fmt: skip


def worker(around: Surroundings, *, metrics_port: int, admin_port: int) -> Part:
    """Describe the worker."""
    url = f"http://{LOOPBACK}:{metrics_port}/metrics"
    return Part(
        name=WORKER_JOB,
        argv=(
            sys.executable, "-m", "wellness.worker", "--metrics-port", str(metrics_port),
            "--admin-port", str(admin_port), *around.arguments,
        ),
        folder=around.data,
        after=around.after,
        ready_url=url,
        url=url,
    )  # fmt: skip
