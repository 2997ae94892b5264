"""One pod as one process: started, looked after, stopped as a kubelet would stop it.

A pod has an address of its own; on one machine its process has ports of its own instead. Each named port of the
container gets a free one, which the command finds as ``$(PORT_<NAME>)``, and who wants to reach the pod asks here.
"""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import psutil

from vitals.errors import VitalsError
from vitals.local.processes.child import Child
from vitals.local.processes.log_files import log_file
from vitals.local.processes.part import Part
from vitals.local.processes.ports import LOOPBACK, free_ports

Manifest = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class ResourceUse:
    """What a pod's process has used.

    Attributes:
        cpu_s: Seconds of processor time since it started.
        memory_bytes: Resident memory.
        started_at: Unix seconds.
    """

    cpu_s: float
    memory_bytes: int
    started_at: float


class PodProcess:
    """The process of a pod that has one container.

    Args:
        pod: The pod, as the API server has it.
        address: Its address in the cluster.
        folder: Where the process works.
        logs: Folder that gets its log file.
        run_id: Marks the process as one of this run.
        client: For the readiness probe; not closed here.
    """

    def __init__(
        self, pod: Manifest, *, address: str, folder: Path, logs: Path, run_id: str, client: httpx.AsyncClient
    ) -> None:
        self.pod = pod
        self.address = address
        self._container = pod["spec"]["containers"][0]
        names = [port["name"] for port in self._container["ports"]]
        self.ports = free_ports(names)
        self._child = Child(_part(pod, self.ports, folder), log=log_file(logs, self.name), run_id=run_id, client=client)
        self._started_at = self._changed_at = _now()
        self._was_ready = False
        self._work = asyncio.create_task(self._start(), name=f"start {self.name}")
        self._ending: asyncio.Task[None] | None = None

    @property
    def name(self) -> str:
        """The pod's name."""
        return str(self.pod["metadata"]["name"])

    @property
    def container(self) -> str:
        """The container's name."""
        return str(self._container["name"])

    @property
    def ready(self) -> bool:
        """Whether it serves and is not about to stop."""
        return self._ending is None and self._child.record().state == "healthy"

    @property
    def ended(self) -> bool:
        """Whether it was stopped and is gone."""
        return self._ending is not None and self._ending.done()

    @property
    def process(self) -> psutil.Process | None:
        """The process; None while none runs."""
        found = self._child.record().process
        try:
            return psutil.Process(found.pid) if found is not None and found.alive() else None
        except psutil.NoSuchProcess:
            return None

    def use(self) -> ResourceUse | None:
        """What it uses now; None while it does not run."""
        try:
            process = self.process
            if process is None:
                return None
            spent = process.cpu_times()
            return ResourceUse(
                cpu_s=spent.user + spent.system,
                memory_bytes=process.memory_info().rss,
                started_at=process.create_time(),
            )
        except psutil.NoSuchProcess:
            return None

    async def probe(self) -> None:
        """Look whether it still answers."""
        if self._work.done() and self._ending is None:
            await self._child.check()

    def end(self) -> None:
        """Begin to stop it, after the pause that its ``preStop`` asks for; called again, it changes nothing."""
        if self._ending is None:
            self._ending = asyncio.create_task(self._stop(), name=f"stop {self.name}")

    async def kill(self) -> None:
        """Stop it for good without the pause."""
        self._work.cancel()
        await asyncio.wait([self._work])
        if self._ending is not None:
            self._ending.cancel()
            await asyncio.wait([self._ending])
        await self._child.stop()

    def status(self) -> dict[str, Any]:
        """The pod's status, as a kubelet reports it."""
        record = self._child.record()
        if self.ready != self._was_ready:
            self._was_ready, self._changed_at = self.ready, _now()
        truth = "True" if self.ready else "False"
        if self.ended:
            state: dict[str, Any] = {
                "terminated": {"exitCode": 0, "reason": "Completed", "startedAt": self._started_at}
            }
        elif record.process is None:
            state = {"waiting": {"reason": "CrashLoopBackOff" if record.restarts else "ContainerCreating"}}
        else:
            state = {"running": {"startedAt": self._started_at}}
        return {
            "phase": "Succeeded" if self.ended else "Pending" if self._never_ran() else "Running",
            "hostIP": LOOPBACK,
            "podIP": self.address,
            "podIPs": [{"ip": self.address}],
            "startTime": self._started_at,
            "conditions": [
                {"type": kind, "status": status, "lastTransitionTime": at}
                for kind, status, at in (
                    ("Initialized", "True", self._started_at),
                    ("ContainersReady", truth, self._changed_at),
                    ("Ready", truth, self._changed_at),  # the HPA counts no processor time that was used before
                )
            ],
            "containerStatuses": [
                {
                    "name": self.container,
                    "image": self._container["image"],
                    "imageID": "",
                    "ready": self.ready,
                    "started": record.process is not None,
                    "restartCount": record.restarts,
                    "state": state,
                }
            ],
        }

    def _never_ran(self) -> bool:
        return self._child.record().process is None and self._child.restarts == 0

    async def _start(self) -> None:
        """Start it, again and again if it must be: a pod whose command fails stays, and is seen to wait."""
        while True:
            try:
                await self._child.start()
            except VitalsError:
                await asyncio.sleep(1.0)
            else:
                return

    async def _stop(self) -> None:
        pause = self._container.get("lifecycle", {}).get("preStop", {}).get("sleep", {}).get("seconds", 0)
        await asyncio.sleep(pause)
        self._work.cancel()
        await asyncio.wait([self._work])
        await self._child.stop()


def _part(pod: Manifest, ports: Mapping[str, int], folder: Path) -> Part:
    """The pod's command with its ports filled in."""
    container, name = pod["spec"]["containers"][0], pod["metadata"]["name"]
    known = {f"$(PORT_{port.upper()})": str(number) for port, number in ports.items()}

    def filled(word: str) -> str:
        for variable, value in known.items():
            word = word.replace(variable, value)
        return word

    probe = container["readinessProbe"]["httpGet"]
    return Part(
        name=name,
        argv=tuple(filled(word) for word in container["command"]),
        folder=folder,
        ready_url=f"http://{LOOPBACK}:{ports[probe['port']]}{probe['path']}",
        stop_within_s=float(pod["spec"]["terminationGracePeriodSeconds"]),
    )


def _now() -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
