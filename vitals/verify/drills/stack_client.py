"""The running stack as a drill sees it: faults, parts, alerts, deliveries. Everything goes over its public doors."""

import contextlib
import re
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.local.portal.interfaces import Delivery
from vitals.local.processes.probe import loopback_client
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.parts.platform import API_JOB
from vitals.local.stack.receivers.inbox import read_deliveries
from vitals.local.stack.state import Addresses, Heartbeat, load_state
from vitals.rendered import RenderedModel, names, read

_SLOWEST_CHANGE_S = 60.0


@dataclass(frozen=True, kw_only=True)
class StackClient:
    """A running stack, seen from outside.

    Attributes:
        folder: Its run folder.
        addresses: Where it listens.
        token: Of its control endpoint.
        model: ``model.json`` of what it runs.
        routing: The configuration of its Alertmanager.
        client: For all requests.
        not_run_here: Services of which nothing runs there; that they are missed says nothing about a drill.
    """

    folder: RunFolder
    addresses: Addresses
    token: str
    model: RenderedModel
    routing: Mapping[str, Any]
    client: BoundedClient
    not_run_here: tuple[str, ...] = ()

    @property
    def prometheus(self) -> MetricsApi:
        """Its Prometheus."""
        return MetricsApi(self.addresses.prometheus, self.client)

    @property
    def replicas(self) -> tuple[str, ...]:
        """The API's replicas, as the supervisor calls them."""
        return tuple(self._admins(API_JOB))

    @property
    def heartbeat(self) -> Heartbeat | None:
        """What the dead man's switch knows now; None where no heartbeat is sent."""
        state = load_state(self.folder.state)
        return state.heartbeat if state is not None else None

    async def switch_on(
        self, service: str, fault: str, parameters: Mapping[str, float], *, replicas: int | None = None
    ) -> None:
        """Switch a fault on in the first ``replicas`` of a service, or in every one.

        Raises:
            VitalsError: A replica does not do it.
        """
        for name, url in list(self._admins(service).items())[:replicas]:
            answer = await self.client.put(f"{url}/faults/{fault}", json=dict(parameters))
            _require(answer, f"switch the fault {fault} on in {name}")

    async def switch_off(self, service: str, fault: str) -> None:
        """Switch a fault off in every replica of a service; one that does not answer has none when it comes back.

        Raises:
            VitalsError: A replica refuses; the others have been asked nevertheless.
        """
        refused: list[str] = []
        for name, url in self._admins(service).items():
            with contextlib.suppress(httpx.TransportError):
                if not (await self.client.delete(f"{url}/faults/{fault}")).is_success:
                    refused.append(name)
        if refused:
            raise VitalsError(
                f"The fault {fault} could not be switched off in {', '.join(refused)}: restart the stack."
            )

    async def control(self, part: str, verb: str) -> None:
        """Stop, start or restart a part through the supervisor.

        Args:
            part: Its name.
            verb: ``stop``, ``start`` or ``restart``.

        Raises:
            VitalsError: The supervisor cannot do it.
        """
        answer = await self.client.post(
            f"{self.addresses.control}/control/parts/{part}/{verb}",
            headers={"authorization": f"Bearer {self.token}"},
            timeout=_SLOWEST_CHANGE_S,
        )
        _require(answer, f"{verb} {part}")

    def _admins(self, service: str) -> dict[str, str]:
        """Where the replicas of a service are switched: ``<service>``, or ``<service>-1`` and so on."""
        own = re.compile(rf"{re.escape(service)}(-\d+)?")
        return {name: url for name, url in self.addresses.admin.items() if own.fullmatch(name)}

    def deliveries(self, since: float) -> list[Delivery]:
        """Return what the receivers got from ``since`` (unix seconds) on."""
        return [delivery for delivery in read_deliveries(self.folder.deliveries) if delivery.at >= since]


@contextlib.asynccontextmanager
async def attached(folder: RunFolder) -> AsyncIterator[StackClient]:
    """Attach to the stack that runs in a folder.

    Raises:
        VitalsError: None runs there, or it is not ready yet.
    """
    state = load_state(folder.state)
    if state is None or state.addresses is None or not state.supervisor.alive():
        raise VitalsError(f"No stack runs in {folder.root}. Start one with `vitals up`.")
    unready = [part.name for part in state.parts if part.state != "healthy"]
    if unready:
        raise VitalsError(
            f"The stack in {folder.root} is not healthy ({', '.join(unready)}), so a drill would prove nothing. Wait "
            f"until `vitals status` shows every part as healthy."
        )
    rendered = read(folder.config)
    async with loopback_client(timeout_s=5.0) as client:
        yield StackClient(
            folder=folder,
            addresses=state.addresses,
            token=state.control_token,
            model=rendered.model,
            routing=rendered.parsed(names.ALERTMANAGER),
            client=client,
            not_run_here=state.not_run_here,
        )


def _require(answer: httpx.Response, what: str) -> None:
    if not answer.is_success:
        raise VitalsError(f"The drill could not {what}: {answer.status_code} {answer.text[:300]}")
