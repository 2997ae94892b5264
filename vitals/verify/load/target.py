"""What is put under load: a host that is named, the stack that is up, or a demo platform that is started for it."""

from __future__ import annotations

import contextlib
import ipaddress
import socket
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import httpx

from vitals.errors import VitalsError
from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.ports import LOOPBACK, free_ports
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack.configure import new_secret
from vitals.local.stack.parts.platform import API_JOB, WORKER_JOB, Surroundings, api_replica, worker
from vitals.local.stack.state import StackState
from vitals.verify.load.replica_metrics import MetricsPage

_ANSWER_WITHIN_S = 5.0


@dataclass(frozen=True)
class LoadTarget:
    """What is put under load.

    Attributes:
        host: Base URL.
        loopback: Whether it is on this machine.
        pages: Where its replicas' metrics are.
    """

    host: str
    loopback: bool
    pages: tuple[MetricsPage, ...] = ()

    @property
    def shown(self) -> str:
        """The base URL without user and password."""
        parts = urlsplit(self.host)
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def named(host: str, *, allow_remote: bool, service: str, metrics: tuple[str, ...] = ()) -> LoadTarget:
    """Take a host by its URL.

    Args:
        host: ``http://127.0.0.1:8000``.
        allow_remote: Whether a host on another machine is meant.
        service: The service that answers there.
        metrics: Metrics pages of its replicas; a name with several addresses is one page for each.

    Raises:
        VitalsError: It is not a URL, its name has no address, or it is on another machine and that is not allowed.
    """
    try:
        parts = urlsplit(host)
        fits = (
            parts.scheme in ("http", "https")
            and bool(parts.hostname)
            and parts.port != 0
            and not parts.query
            and not parts.fragment
        )
    except ValueError:
        fits = False
    if not fits:
        raise VitalsError(
            f"{host!r} is not the base URL of a service, so nothing was asked. Give for example http://{LOOPBACK}:8000."
        )
    loopback = _on_this_machine(str(parts.hostname))
    if not loopback and not allow_remote:
        raise VitalsError(
            f"{parts.hostname} is not on this machine, and a load test can take a service down. Nothing was asked. "
            "If you may load it, add --allow-remote."
        )
    pages = tuple(MetricsPage(service, str(number), url) for number, url in enumerate(metrics, 1))
    return LoadTarget(host.rstrip("/"), loopback, pages)


def _on_this_machine(name: str) -> bool:
    try:
        found = {info[4][0] for info in socket.getaddrinfo(name, None)}
    except OSError as error:
        raise VitalsError(f"The host {name} has no address ({error}), so nothing was asked. Correct --host.") from error
    addresses = [ipaddress.ip_address(str(one).partition("%")[0]) for one in found]
    return all(one.is_loopback or one.is_unspecified for one in addresses)


def running_stack(state: StackState | None) -> LoadTarget | None:
    """The demo platform of the stack that is up; None if none is."""
    if state is None or state.addresses is None or not state.supervisor.alive():
        return None
    pages = tuple(
        MetricsPage(job, part.name, part.url)
        for part in state.parts
        for job in (API_JOB, WORKER_JOB)
        if part.name.startswith(job) and part.url
    )
    return LoadTarget(state.addresses.api, loopback=True, pages=pages)


@contextlib.asynccontextmanager
async def own_demo(replicas: int) -> AsyncIterator[LoadTarget]:
    """Run a demo platform of our own on loopback while the context is open; nothing of it stays.

    Args:
        replicas: Replicas of its API.

    Raises:
        VitalsError: A part cannot start.
    """
    kinds = [f"{kind}-{number}" for number in range(1, replicas + 1) for kind in ("metrics", "admin")]
    ports = free_ports([API_JOB, "worker-metrics", "worker-admin", *kinds])
    with tempfile.TemporaryDirectory(prefix="vitals-load-", ignore_cleanup_errors=True) as root:
        folder = OwnedFolder(Path(root))
        folder.clear()
        around = Surroundings(firestore_port=None, otlp=None, data=folder.data, after=())
        apis = [
            api_replica(
                number,
                around,
                port=ports[API_JOB],
                metrics_port=ports[f"metrics-{number}"],
                admin_port=ports[f"admin-{number}"],
            )
            for number in range(1, replicas + 1)
        ]
        workers = [worker(around, metrics_port=ports["worker-metrics"], admin_port=ports["worker-admin"])]
        async with loopback_client() as client:
            supervisor = Supervisor([*apis, *workers], logs=folder.logs, run_id=new_secret(), client=client)
            try:
                await supervisor.start(lambda: None)
                pages = [MetricsPage(API_JOB, part.name, str(part.url)) for part in apis]
                pages += [MetricsPage(WORKER_JOB, part.name, str(part.url)) for part in workers]
                yield LoadTarget(f"http://{LOOPBACK}:{ports[API_JOB]}", loopback=True, pages=tuple(pages))
            finally:
                await supervisor.stop()


async def require_answer(target: LoadTarget) -> None:
    """Refuse a host at which nothing answers.

    Raises:
        VitalsError: It does not.
    """
    async with httpx.AsyncClient(timeout=_ANSWER_WITHIN_S, trust_env=not target.loopback) as client:
        try:
            await client.get(target.host + "/")
        except httpx.HTTPError as error:
            reason = f"{type(error).__name__}: {error}".removesuffix(": ")
            raise VitalsError(
                f"{target.shown} does not answer ({reason}), so there is nothing to measure. Start the service, or "
                "correct --host."
            ) from error
