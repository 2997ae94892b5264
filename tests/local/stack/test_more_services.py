"""A catalogue with more services than this machine runs still runs here."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from pathlib import Path

import pytest

from tests.made_once import files_of
from vitals.local.processes.probe import loopback_client
from vitals.local.processes.record import own_process_id
from vitals.local.processes.supervisor import Supervisor
from vitals.local.stack import configure, plan
from vitals.local.stack.deadman import DeadMan
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.journal import Journal
from vitals.local.stack.parts.platform import API_JOB, WORKER_JOB
from vitals.local.stack.portal_interface import RunInterface
from vitals.local.stack.receivers.inbox import Inbox
from vitals.local.stack.run import check
from vitals.local.stack.state import StackState, load_state
from vitals.local.stack.traces.store import TraceStore
from vitals.model.catalog import Availability, Catalogue, Service
from vitals.paths import ROOT
from vitals.render import render, write
from vitals.rendered import read
from vitals.verify.drills.registry import DRILLS

MAILER = Service(
    name="mailer",
    owner="platform",
    description="Sends the mail that members asked for.",
    api=True,
    slos=(Availability(objective="99%"),),
)


@pytest.fixture
def rendered(wellness: Catalogue, tmp_path: Path) -> Path:
    """The demo's local environment with one more service."""
    more = replace(wellness, services=tuple(sorted((*wellness.services, MAILER), key=lambda service: service.name)))
    folder = tmp_path / "rendered" / "local"
    write(render(more, more.environments["local"]), folder)
    return folder


def test_one_more_service_is_accepted(rendered: Path, tmp_path: Path) -> None:
    """The check of a start lets it pass, and says which service it is that nothing runs of."""
    found = check(rendered, RunFolder(tmp_path / "run"))

    assert configure.not_run_here(found, plan.targets(plan.pick_ports())) == ("mailer",)
    assert {record.labels["service"] for record in found.model.records} >= {"mailer", API_JOB, WORKER_JOB}


def test_everything_that_runs_here_is_scraped(wellness: Catalogue, tmp_path: Path) -> None:
    """The demo's catalogue names no service of which the stack runs nothing."""
    folder = tmp_path / "local"
    write(files_of(wellness, wellness.environments["local"]), folder)

    assert configure.not_run_here(read(folder), plan.targets(plan.pick_ports())) == ()


def test_the_portal_and_the_state_list_it_as_not_run_here(folder: RunFolder) -> None:
    """The page says why it has no data."""
    state = StackState(
        run_id="run", supervisor=own_process_id(), started_at=1.0, control_token="t", not_run_here=("mailer",)
    )
    journal = Journal(folder.state, state)
    journal.save([])

    async def health() -> list[tuple[str, str]]:
        async with loopback_client() as client:
            supervisor = Supervisor([], logs=folder.logs, run_id="run", client=client)
            traces = TraceStore(folder.traces)
            try:
                inbox = Inbox(folder.deliveries, pytest.fail)
                feeds = RunInterface(
                    journal, supervisor, inbox, DeadMan(None, inbox.add, pytest.fail, pytest.fail), traces
                )
                return [(part.name, part.state) for part in feeds.health()]
            finally:
                traces.close()

    assert asyncio.run(health()) == [("supervisor", "healthy"), ("mailer", "not run here")]
    saved = load_state(folder.state)
    assert saved is not None
    assert saved.not_run_here == ("mailer",)


def test_the_names_of_the_demo_have_one_home() -> None:
    """A renamed service is changed in one place of this room."""
    spelled = [
        path.name
        for path in (ROOT / "vitals" / "local" / "stack").rglob("*.py")
        if f'"{API_JOB}' in path.read_text(encoding="utf-8") or f'"{WORKER_JOB}' in path.read_text(encoding="utf-8")
    ]

    assert spelled == ["platform.py"]
    assert {drill.service for drill in DRILLS} == {API_JOB, WORKER_JOB, "prometheus", "node", "vitals"}
