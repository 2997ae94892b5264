"""One run of a control plane, as a context: inside it everything answers, and nothing is left after it.

Each run starts with an empty store, also in a folder where an earlier one was killed: what that left behind is ended
first. The order is: the four programs of Kubernetes, the CRDs, then the operator, which looks for its CRDs only once.
"""

import asyncio
import contextlib
import secrets
import ssl
import time
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from vitals.errors import VitalsError
from vitals.local.processes.background import background_tasks
from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.lock import held
from vitals.local.processes.orphans import end_orphans
from vitals.local.processes.part import Part
from vitals.local.processes.record import own_process_id
from vitals.local.processes.supervisor import Supervisor
from vitals.verify.cluster import crds, parts
from vitals.verify.cluster.api import ApiServer
from vitals.verify.cluster.folder import ClusterFolder
from vitals.verify.cluster.identities import make_identities, write_kubeconfig
from vitals.verify.cluster.programs import ClusterPrograms
from vitals.verify.cluster.state import ClusterState

CRDS_WITHIN_S = 60.0
_PROBE_S = 5.0


@dataclass(frozen=True, kw_only=True)
class ClusterOptions:
    """What to run and where.

    Attributes:
        programs: Executables; without the operator the CRDs are left out, too.
        folder: Run folder; emptied at the start.
    """

    programs: ClusterPrograms
    folder: ClusterFolder

    @property
    def bare(self) -> bool:
        """Whether the CRDs and the operator are left out."""
        return self.programs.operator is None


def check(folder: OwnedFolder) -> None:
    """Refuse what can be refused without touching anything, before a build of minutes begins.

    Raises:
        VitalsError: The folder is not ours or cannot be looked into, or the disk is nearly full.
    """
    with _explaining(folder):
        folder.require_ours()
    folder.require_space()


@contextlib.asynccontextmanager
async def run_cluster(options: ClusterOptions, say: Callable[[str], None]) -> AsyncIterator[ClusterState]:
    """Run a control plane while the context is open.

    Args:
        options: What to run and where.
        say: Called, in a few words, with what has come up and what went wrong.

    Yields:
        Its description once everything is ready, as it is in ``state.json``.

    Raises:
        VitalsError: The folder is in use, not ours or cannot be written; a part cannot start; a CRD is refused.
    """
    folder = options.folder
    definitions = [] if options.bare else await asyncio.to_thread(crds.load_crds)
    async with contextlib.AsyncExitStack() as cleanup:
        with _explaining(folder):
            cleanup.enter_context(held(folder, lambda: _busy(folder)))
            _clean_up_previous_run(folder)
            plan = _plan(options)
            kubernetes = parts.control_plane(plan)
        state = ClusterState(
            run_id=secrets.token_hex(16),
            supervisor=own_process_id(),
            started_at=time.time(),
            server=plan.server,
            kubeconfig=folder.kubeconfig,
        )
        for file in (folder.state, folder.kubeconfig):
            cleanup.callback(file.unlink, missing_ok=True)
        trust = ssl.create_default_context(cafile=str(plan.identities.serving.authority))
        client = await cleanup.enter_async_context(httpx.AsyncClient(verify=trust, timeout=_PROBE_S, trust_env=False))
        supervisors: list[Supervisor] = []

        def saved(*, ready: bool) -> ClusterState:
            seen = tuple(record for supervisor in supervisors for record in supervisor.records())
            now = state.model_copy(update={"parts": seen, "ready": ready})
            now.save(folder.state)
            return now

        async def add(more: Sequence[Part]) -> None:
            supervisor = Supervisor(more, logs=folder.logs, run_id=state.run_id, client=client)
            supervisors.append(supervisor)
            cleanup.push_async_callback(supervisor.stop)
            await supervisor.start(lambda: None)
            saved(ready=False)
            say(f"{', '.join(supervisor.names)}: ready")

        saved(ready=False)
        await add(kubernetes)
        if options.programs.operator is not None:
            await asyncio.to_thread(install_crds, folder, definitions)
            say(f"{len(definitions)} CRDs: served")
            await add([parts.operator(plan, options.programs.operator)])
        async with background_tasks(say, *(supervisor.watch(say) for supervisor in supervisors)):
            yield saved(ready=True)


def _plan(options: ClusterOptions) -> parts.ClusterPlan:
    """Choose ports, make certificates, write what clients get."""
    folder = options.folder
    identities = make_identities(folder.keys)
    plan = parts.ClusterPlan(
        programs=options.programs, folder=folder, identities=identities, ports=parts.choose_ports()
    )
    write_kubeconfig(folder.kubeconfig, plan.server, identities.serving.authority, {"token": identities.token})
    return plan


def install_crds(folder: ClusterFolder, definitions: Sequence[dict[str, Any]]) -> None:
    """Apply CRDs and wait until the API server serves every kind of them.

    Args:
        folder: Of the control plane that runs.
        definitions: The CRDs.

    Raises:
        VitalsError: The API server does not answer, or not in time.
        RefusedError: It does not take one.
    """
    with ApiServer.of(folder.kubeconfig) as api:
        try:
            _apply(api, definitions)
        except (TimeoutError, httpx.HTTPError) as error:
            raise VitalsError(
                f"The API server could not be given the CRDs: {error}. Everything was stopped; its log is in "
                f"{folder.logs}. On a busy machine try again, or start without them by --bare."
            ) from error


def _apply(api: ApiServer, definitions: Sequence[dict[str, Any]]) -> None:
    for crd in definitions:
        api.apply(crd)
    deadline = time.monotonic() + CRDS_WITHIN_S
    awaited = [kind for crd in definitions for kind in crds.kinds(crd)]
    while missing := [kind for kind in awaited if not api.serves(*kind)]:
        if time.monotonic() > deadline:
            version, kind = missing[0]
            raise TimeoutError(f"{kind} of {version} is not served after {CRDS_WITHIN_S:.0f} s")
        time.sleep(0.1)


def _clean_up_previous_run(folder: ClusterFolder) -> None:
    """End what a killed run left behind and empty its folder."""
    earlier = ClusterState.load(folder.state)
    if earlier is not None:
        end_orphans(earlier)
        folder.state.unlink()
    folder.kubeconfig.unlink(missing_ok=True)
    folder.clear()


def _busy(folder: ClusterFolder) -> str:
    state = ClusterState.load(folder.state)
    who = f"as process {state.supervisor.pid}" if state else "and is just starting or stopping"
    return (
        f"A control plane runs in {folder.root} already, {who}; its kubeconfig is {folder.kubeconfig}. Nothing was "
        f"started. Use that one, stop it with Ctrl-C in its terminal, or start another one beside it with --state DIR."
    )


@contextlib.contextmanager
def _explaining(folder: OwnedFolder) -> Iterator[None]:
    """Turn a run folder that cannot be written into an error for a person."""
    try:
        yield
    except OSError as error:
        raise VitalsError(
            f"The run folder {folder.root} cannot be written: {error.strerror or error}. Nothing was started. Free "
            f"some space or correct the permissions, or choose another folder with --state DIR."
        ) from error
