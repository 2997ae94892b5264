"""Who serves right now: the EndpointSlices that the endpoint controller writes, with addresses that work here.

The proxy gets the replicas that are ready, Prometheus those that still serve, as on a cluster. Whether a replica counts
is decided by the controllers; here its address in the cluster becomes the port of its process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from vitals.local.processes.ports import LOOPBACK
from vitals.local.stack.discovery import Targets, write_targets
from vitals.verify.cluster.api import ApiServer, RefusedError
from vitals.verify.scaling_loop.front_proxy import FrontProxy
from vitals.verify.scaling_loop.node_agent import NodeAgent

LOOK_S = 0.3
"""Seconds between two looks; a replica that stops goes on serving for seconds, so none is asked too late."""
_SERVICE = "kubernetes.io/service-name"


@dataclass(frozen=True)
class Serving:
    """The replicas of a service, as pods by their addresses in the cluster.

    Attributes:
        ready: Those that get requests.
        present: Those that serve, also the ones that are about to stop.
    """

    ready: tuple[str, ...]
    present: tuple[str, ...]


def serving_in(slices: Iterable[Mapping[str, object]]) -> Serving:
    """Read EndpointSlices.

    Args:
        slices: All slices of one service.
    """
    ready, present = [], []
    for one in slices:
        endpoints = one.get("endpoints") or []
        assert isinstance(endpoints, list)  # noqa: S101 - so the API server serves it
        for endpoint in endpoints:
            conditions = endpoint.get("conditions", {})
            if conditions.get("ready"):
                ready += endpoint["addresses"]
            if conditions.get("serving") or conditions.get("ready"):
                present += endpoint["addresses"]
    return Serving(tuple(ready), tuple(present))


class Endpoints:
    """Follows the endpoints of one service.

    Args:
        api: The API server.
        agent: Knows the processes behind the addresses.
        proxy: Gets the replicas that are ready.
        targets: The file that Prometheus reads its targets from.
        service: Name of the Service.
        namespace: Where it is.
    """

    def __init__(
        self, api: ApiServer, agent: NodeAgent, proxy: FrontProxy, *, targets: Path, service: str, namespace: str
    ) -> None:
        self._api = api
        self._agent = agent
        self._proxy = proxy
        self._targets = targets
        self._service = service
        self._namespace = namespace
        self._written: list[str] | None = None
        self.scraped = True
        """Whether Prometheus gets any target; a fault sets it to False."""

    @property
    def ready(self) -> int:
        """Replicas that get requests."""
        return self._proxy.ready

    async def follow(self) -> None:
        """Follow until cancelled; while the API server is away, what was known last stays."""
        while True:
            try:
                slices = await asyncio.to_thread(
                    self._api.listed,
                    "discovery.k8s.io/v1",
                    "EndpointSlice",
                    self._namespace,
                    labels={_SERVICE: self._service},
                )
            except (httpx.HTTPError, RefusedError):
                pass
            else:
                self._tell(serving_in(slices))
            await asyncio.sleep(LOOK_S)

    def _tell(self, serving: Serving) -> None:
        here = {pod.address: pod for pod in self._agent.pods}
        ready = [here[address] for address in serving.ready if address in here]
        self._proxy.route_to({pod.name: f"http://{LOOPBACK}:{pod.ports['http']}" for pod in ready})
        present = [here[address] for address in serving.present if address in here]
        wanted = sorted(f"{LOOPBACK}:{pod.ports['metrics']}" for pod in present) if self.scraped else []
        if wanted != self._written:
            write_targets(self._targets, Targets(tuple(wanted)))
            self._written = wanted
