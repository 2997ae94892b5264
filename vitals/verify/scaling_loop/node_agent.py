"""A node agent that runs a pod's command as a process of this machine; for the drill and its tests only.

It stands where a kubelet stands: it registers a node and keeps its lease, takes the pods that the scheduler gives it,
reports what became of them, tells what they use, and removes those that have ended. It knows no images, volumes,
limits or networks. What it says it has room for is what the scheduler may hand out, and not what the machine has.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import ipaddress
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from vitals.local.processes.ports import LOOPBACK
from vitals.verify.cluster.api import ApiServer, RefusedError
from vitals.verify.scaling_loop.pod_process import PodProcess

NODE = "this-machine"
LOOK_S = 0.5
"""Seconds between two looks for pods; a list from the server's cache costs less than a watch that must be renewed."""
PROBE_S = 2.0
"""Seconds between two readiness probes of a pod."""
LEASE_S = 10.0
"""Seconds between two renewals of the node's lease, as a kubelet's; without one for 50 s a node counts as lost."""
_LEASE_LASTS_S = 40
_ROOM = {"cpu": "32", "memory": "64Gi", "pods": "110"}
_ADDRESSES = ipaddress.ip_network("10.244.0.0/16")


class NodeAgent:
    """The agent of one node.

    Args:
        api: The API server.
        folder: Where the processes work.
        logs: Folder that gets a log file for each pod.
        run_id: Marks the processes as those of this run.
        client: For readiness probes; not closed here.
        metrics_port: Where ``/metrics/resource`` is served.
    """

    def __init__(
        self, api: ApiServer, *, folder: Path, logs: Path, run_id: str, client: httpx.AsyncClient, metrics_port: int
    ) -> None:
        self._api = api
        self._folder = folder
        self._logs = logs
        self._run_id = run_id
        self._client = client
        self._metrics_port = metrics_port
        self._pods: dict[str, PodProcess] = {}
        self._reported: dict[str, dict[str, Any]] = {}
        self._addresses = (str(address) for address in _ADDRESSES.hosts())

    @property
    def pods(self) -> list[PodProcess]:
        """The pods that are here, also those that are stopping."""
        return list(self._pods.values())

    def register(self) -> None:
        """Make the node known, and ready.

        Raises:
            RefusedError: The API server refuses.
            httpx.HTTPError: It does not answer.
        """
        node = {
            "apiVersion": "v1",
            "kind": "Node",
            "metadata": {"name": NODE, "labels": {"kubernetes.io/hostname": NODE}},
        }
        self._api.apply(node)
        now = _timestamp()
        self._api.patch_status(
            node,
            {
                "capacity": _ROOM,
                "allocatable": _ROOM,
                "addresses": [{"type": "InternalIP", "address": LOOPBACK}],
                "daemonEndpoints": {"kubeletEndpoint": {"Port": self._metrics_port}},
                "conditions": [
                    {
                        "type": "Ready",
                        "status": "True",
                        "reason": "KubeletReady",
                        "lastHeartbeatTime": now,
                        "lastTransitionTime": now,
                    }
                ],
            },
        )
        self._renew_lease()

    async def work(self, say: Callable[[str], None]) -> None:
        """Look after the node's pods until cancelled; an API server that is away is waited for.

        Args:
            say: Called when the API server goes away.
        """
        clock = asyncio.get_running_loop().time
        renewed = probed = clock()
        away = False
        while True:
            try:
                await self._look()
                if clock() - renewed > LEASE_S:
                    renewed = clock()
                    await asyncio.to_thread(self._renew_lease)
                away = False
            except (httpx.HTTPError, RefusedError) as error:
                if not away:
                    say(f"node agent: the API server does not answer ({type(error).__name__}); pods go on")
                away = True
            if clock() - probed > PROBE_S:
                probed = clock()
                await asyncio.gather(*(pod.probe() for pod in self.pods))
            await asyncio.sleep(LOOK_S)

    async def stop(self) -> None:
        """Stop every process."""
        await asyncio.gather(*(pod.kill() for pod in self.pods))

    async def _look(self) -> None:
        """Begin what is new, end what is to go, report what has changed, remove what has ended."""
        wanted = await asyncio.to_thread(self._api.listed, "v1", "Pod", fields=f"spec.nodeName={NODE}")
        there = {str(pod["metadata"]["uid"]): {"apiVersion": "v1", "kind": "Pod", **pod} for pod in wanted}
        for uid, pod in there.items():
            if uid not in self._pods:
                self._pods[uid] = self._begun(pod)
            if "deletionTimestamp" in pod["metadata"]:
                self._pods[uid].end()
        for uid in set(self._pods) - set(there):
            self._pods[uid].end()
            if self._pods[uid].ended:
                del self._pods[uid]
        for uid in there:
            await self._report(uid)

    def _begun(self, pod: dict[str, Any]) -> PodProcess:
        return PodProcess(
            pod,
            address=next(self._addresses),
            folder=self._folder,
            logs=self._logs,
            run_id=self._run_id,
            client=self._client,
        )

    async def _report(self, uid: str) -> None:
        process = self._pods[uid]
        status = process.status()
        if status != self._reported.get(uid):
            try:
                await asyncio.to_thread(self._api.patch_status, process.pod, status)
            except RefusedError as error:
                if error.reason != "NotFound":  # it was removed since the look
                    raise
            self._reported[uid] = status
        if process.ended:
            await asyncio.to_thread(self._api.forget, process.pod)

    def _renew_lease(self) -> None:
        lease = {
            "apiVersion": "coordination.k8s.io/v1",
            "kind": "Lease",
            "metadata": {"name": NODE, "namespace": "kube-node-lease"},
            "spec": {
                "holderIdentity": NODE,
                "leaseDurationSeconds": _LEASE_LASTS_S,
                "renewTime": _timestamp(micro=True),
            },
        }
        self._api.apply(lease)


def _timestamp(*, micro: bool = False) -> str:
    return dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ" if micro else "%Y-%m-%dT%H:%M:%SZ")
