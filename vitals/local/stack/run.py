"""One run of the whole stack, as a context: everything is up inside it, and nothing is left after it.

The order of the start is the promise of this module: first everything that can be refused is refused, then the
orphans of a killed run are ended, then files are written, then things start. Whatever ends the context (Ctrl-C, an
error, a part that cannot start) goes through the same stop.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from starlette.applications import Starlette

from vitals.errors import VitalsError
from vitals.local.portal.app import create_app
from vitals.local.portal.interfaces import DrillControl
from vitals.local.processes.background import background_tasks
from vitals.local.processes.orphans import end_orphans
from vitals.local.processes.ports import LOOPBACK, listen
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.record import own_process_id
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack import configure, plan, services
from vitals.local.stack.deadman import DeadMan, heartbeat_every
from vitals.local.stack.discovery import Discovery, Targets
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.history.fill import Past, check_past, fill
from vitals.local.stack.journal import Journal
from vitals.local.stack.lock import only_supervisor
from vitals.local.stack.parts.alertmanager import ALERTMANAGER
from vitals.local.stack.parts.grafana import GRAFANA
from vitals.local.stack.parts.pictures import PICTURES
from vitals.local.stack.parts.platform import API_JOB
from vitals.local.stack.parts.prometheus import PROMETHEUS
from vitals.local.stack.portal_interface import RunInterface
from vitals.local.stack.programs import StackPrograms
from vitals.local.stack.receivers.inbox import Inbox
from vitals.local.stack.receivers.kept_pictures import KeptPictures
from vitals.local.stack.serve import serving
from vitals.local.stack.state import Addresses, StackState, load_state
from vitals.local.stack.traces.store import TraceStore
from vitals.paths import RUNBOOKS
from vitals.rendered import PLACEHOLDERS, Rendered, RenderedModel, read

SAVE_EVERY_S = 1.0


@dataclass(frozen=True, kw_only=True)
class RunOptions:
    """What is asked for.

    Attributes:
        rendered: The environment to run, ``rendered/local``.
        folder: Where the run lives.
        programs: What is installed.
        portal_port: The portal's port; 0 for a free one.
        users: Number of simulated users.
        targets: What runs beside the stack and is scraped too, by the service that it is.
        past: The synthetic past that the data begin with; None for none.
        drills: Who performs drills at the portal's button; None where there is no button.
    """

    rendered: Path
    folder: RunFolder
    programs: StackPrograms
    portal_port: int = 0
    users: int = 20
    targets: Mapping[str, Targets] = field(default_factory=dict)
    past: Past | None = None
    drills: DrillControl | None = None


@dataclass(frozen=True, kw_only=True)
class Stack:
    """A running stack, as its own process sees it."""

    model: RenderedModel
    addresses: Addresses
    supervisor: Supervisor
    journal: Journal
    folder: RunFolder


@contextlib.asynccontextmanager
async def run_stack(options: RunOptions, announce: Callable[[Stack], None]) -> AsyncIterator[Stack]:
    """Run the stack while the context is open.

    Args:
        options: What is asked for.
        announce: Called when the portal is served, whenever a part has become ready, and every second after that.

    Yields:
        The stack, every part of it ready.

    Raises:
        VitalsError: Something is missing, wrong or busy (nothing was started then), or a part could not start (all
            parts have been stopped again).
    """
    async with contextlib.AsyncExitStack() as cleanup:
        rendered = check(options.rendered, options.folder, past=options.past is not None)
        with _explaining(options.folder):
            cleanup.enter_context(only_supervisor(options.folder))
            portal_socket = cleanup.enter_context(contextlib.closing(listen(options.portal_port, "--portal-port")))
            await asyncio.to_thread(_clean_up_previous_run, options.folder)

        intake = cleanup.enter_context(services.opened())
        client = await cleanup.enter_async_context(loopback_client())
        ports = plan.pick_ports()
        portal_url = f"http://{LOOPBACK}:{portal_socket.getsockname()[1]}"
        with _explaining(options.folder):
            _write_files(rendered, options.folder, intake, portal_url, ports.url(PICTURES))
            scraped = {**plan.targets(ports), **options.targets}
            configure.silence(options.folder, configure.not_run_here(rendered, scraped))
            real_since = await fill(options.past, rendered, options.folder.samples) if options.past else None
            parts = plan.parts(
                options.programs,
                options.folder,
                ports,
                otlp=intake.traces_url,
                portal_url=portal_url,
                users=options.users,
                past_s=options.past.span_s if options.past else 0,
                aws_credentials_file=rendered.model.aws_credentials_file or "",
                with_pictures=rendered.model.pictures is not None,
            )
        journal = _journal(options.folder, configure.not_run_here(rendered, scraped), real_since)
        cleanup.callback(journal.remove)
        supervisor = Supervisor(parts, logs=options.folder.logs, run_id=journal.state.run_id, client=client)
        addresses = _addresses(ports, supervisor, portal=portal_url, control=intake.url)
        journal.knows(addresses)
        with _explaining(options.folder):
            discovery = Discovery(
                options.folder.targets,
                scraped,
                not_run_here=journal.state.not_run_here,
                on_problem=journal.problem,
            )
        stack = Stack(
            model=rendered.model,
            addresses=addresses,
            supervisor=supervisor,
            journal=journal,
            folder=options.folder,
        )

        traces = cleanup.enter_context(contextlib.closing(TraceStore(options.folder.traces)))
        inbox = Inbox(options.folder.deliveries, journal.problem)
        deadman = DeadMan(heartbeat_every(rendered.alertmanager), inbox.add, journal.problem, journal.solved)
        await cleanup.enter_async_context(
            services.served(
                intake,
                inbox=inbox,
                pictures=KeptPictures(options.folder.pictures),
                deadman=deadman,
                traces=traces,
                supervisor=supervisor,
                journal=journal,
            )
        )
        await cleanup.enter_async_context(
            serving(_portal(stack, inbox, deadman, traces, options.drills), portal_socket)
        )
        announce(stack)

        def changed() -> None:
            discovery.update({part.name for part in supervisor.records() if part.state == "healthy"})
            deadman.check()
            journal.save(supervisor.records(), deadman.record())
            announce(stack)

        cleanup.push_async_callback(supervisor.stop)
        changed()
        await supervisor.start(changed)
        deadman.begin()
        async with background_tasks(journal.problem, supervisor.watch(journal.problem), _every(changed)):
            yield stack


def check(rendered: Path, folder: RunFolder, *, past: bool = False) -> Rendered:
    """Refuse what can be refused without touching anything.

    Args:
        rendered: The environment to run.
        folder: Where it shall run; it need not exist.
        past: Whether its data shall begin with a synthetic past.

    Returns:
        The environment, as it was read.

    Raises:
        VitalsError: The rendered files cannot be run, the folder is not ours, or the disk is nearly full.
    """
    with _explaining(folder):
        folder.require_ours()
    found = read(rendered)
    configure.check(found, placeholders=PLACEHOLDERS, secret_fields=services.SECRET_FIELDS)
    if past:
        check_past(found)
    heartbeat_every(found.alertmanager)
    folder.require_space()
    return found


@contextlib.contextmanager
def _explaining(folder: RunFolder) -> Iterator[None]:
    """Turn a run folder that cannot be written into an error for a person."""
    try:
        yield
    except OSError as error:
        raise VitalsError(
            f"The run folder {folder.root} cannot be written: {error.strerror or error}. Nothing was started. Free "
            f"some space or correct the permissions, or choose another folder with --state DIR."
        ) from error


def _clean_up_previous_run(folder: RunFolder) -> None:
    """End what a killed run left behind and empty its folder."""
    earlier = load_state(folder.state)
    if earlier is not None:
        end_orphans(earlier)
        folder.state.unlink()
    folder.clear()


def _write_files(
    rendered: Rendered, folder: RunFolder, intake: services.Intake, portal_url: str, pictures_url: str
) -> None:
    values = intake.placeholders(portal_url=portal_url, pictures_url=pictures_url, secrets_dir=str(folder.secrets))
    configure.write_configuration(rendered, folder, values)
    configure.write_secrets(rendered, folder, intake.secrets())


def _journal(folder: RunFolder, not_run_here: tuple[str, ...], real_since: float | None) -> Journal:
    state = StackState(
        run_id=configure.new_secret(),
        supervisor=own_process_id(),
        started_at=time.time(),
        control_token=configure.new_secret(64),
        not_run_here=not_run_here,
        real_since=real_since,
    )
    return Journal(folder.state, state)


def _addresses(ports: plan.Ports, supervisor: Supervisor, *, portal: str, control: str) -> Addresses:
    return Addresses(
        portal=portal,
        prometheus=ports.url(PROMETHEUS),
        alertmanager=ports.url(ALERTMANAGER),
        control=control,
        api=ports.url(API_JOB),
        admin=plan.admin(ports),
        grafana=ports.url(GRAFANA) if GRAFANA in supervisor.names else None,
    )


def _portal(stack: Stack, inbox: Inbox, deadman: DeadMan, traces: TraceStore, drills: DrillControl | None) -> Starlette:
    return create_app(
        prometheus_url=stack.addresses.prometheus,
        alertmanager_url=stack.addresses.alertmanager,
        dashboards=stack.folder.dashboards,
        runbooks=RUNBOOKS,
        rules=stack.folder.rules,
        interface=RunInterface(
            journal=stack.journal, supervisor=stack.supervisor, inbox=inbox, deadman=deadman, traces=traces
        ),
        drills=drills,
        pictures=stack.folder.pictures,
    )


async def _every(do: Callable[[], None]) -> None:
    while True:
        await asyncio.sleep(SAVE_EVERY_S)
        do()
