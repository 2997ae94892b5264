"""The supervisor on real processes: start order, recovery, stop order, and nothing left behind."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import psutil
import pytest

from vitals.errors import VitalsError
from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.log_files import log_file
from vitals.local.processes.part import Part
from vitals.local.processes.probe import answers, loopback_client
from vitals.local.processes.supervisor import Supervisor

MakePart = Callable[..., Part]


def supervise(parts: list[Part], folder: OwnedFolder, act: Callable[[Supervisor], Awaitable[None]]) -> None:
    """Start the parts, act on them, stop them."""

    async def run() -> None:
        async with loopback_client() as client:
            supervisor = Supervisor(parts, logs=folder.logs, run_id="test-run", client=client)
            try:
                await supervisor.start(lambda: None)
                await act(supervisor)
            finally:
                await supervisor.stop()

    asyncio.run(run())


async def eventually(condition: Callable[[], bool], within_s: float = 15.0) -> None:
    """Wait until the condition holds; fail when it does not."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline, "it did not happen"
        await asyncio.sleep(0.05)


def script(name: str, code: str, folder: Path, stop_within_s: float = 10.0) -> Part:
    """Make a part that runs some Python and has no address."""
    return Part(name=name, argv=(sys.executable, "-c", code), folder=folder, stop_within_s=stop_within_s)


def test_parts_are_ready_inside_and_gone_afterwards(server: MakePart, folder: OwnedFolder) -> None:
    """Every part answers once the start is over, and its process is gone once the stop is over."""
    parts = [server("first"), server("second", after=("first",))]
    pids: list[int] = []

    async def act(supervisor: Supervisor) -> None:
        async with loopback_client() as client:
            for part in parts:
                assert part.ready_url is not None
                assert await answers(client, part.ready_url)
        pids.extend(health.pid for health in supervisor.records() if health.pid)
        assert [health.state for health in supervisor.records()] == ["healthy", "healthy"]

    supervise(parts, folder, act)

    assert len(pids) == 2
    assert not any(psutil.pid_exists(pid) for pid in pids)


def test_a_killed_part_comes_back(server: MakePart, folder: OwnedFolder) -> None:
    """A part that dies by itself is started again as a new process, and its restarts are counted."""

    async def act(supervisor: Supervisor) -> None:
        before = supervisor.records()[0].pid
        assert before is not None
        os.kill(before, signal.SIGKILL)
        await eventually(lambda: supervisor.records()[0].restarts == 1 and supervisor.records()[0].state == "healthy")

        assert supervisor.records()[0].pid not in {before, None}

    supervise([server("victim")], folder, act)


def test_a_stopped_part_stays_stopped_until_it_is_started(server: MakePart, folder: OwnedFolder) -> None:
    """Stopping does not count as a crash: the supervisor does not bring the part back before it is asked to."""

    async def act(supervisor: Supervisor) -> None:
        await supervisor.stop_part("one")
        await asyncio.sleep(1.0)

        assert supervisor.records()[0].state == "stopped"
        assert supervisor.records()[0].pid is None

        await supervisor.start_part("one")
        assert supervisor.records()[0].state == "healthy"
        assert supervisor.records()[0].restarts == 0

    supervise([server("one")], folder, act)


def test_what_needs_a_part_is_stopped_before_it(folder: OwnedFolder, tmp_path: Path) -> None:
    """The stop goes backwards: each script notes its own end in a shared file."""
    notes = tmp_path / "notes"
    notes.touch()
    code = (
        "import signal, sys, time\n"
        f"def end(*_):\n    open({str(notes)!r}, 'a').write('NAME\\n'); sys.exit(0)\n"
        "signal.signal(signal.SIGTERM, end)\n"
        f"open({str(notes)!r} + '-NAME', 'w')\n"
        "time.sleep(60)"
    )
    names = ("database", "api", "traffic")
    parts = [
        Part(
            name=name,
            argv=(sys.executable, "-c", code.replace("NAME", name)),
            folder=tmp_path,
            after=names[number - 1 : number] if number else (),
        )
        for number, name in enumerate(names)
    ]

    async def act(_: Supervisor) -> None:
        await eventually(lambda: all(Path(f"{notes}-{name}").exists() for name in names))

    supervise(parts, folder, act)

    assert notes.read_text(encoding="utf-8").split() == ["traffic", "api", "database"]


def test_a_part_that_cannot_start_ends_the_start_with_its_last_words(server: MakePart, folder: OwnedFolder) -> None:
    """The error names the part, its log and its last lines; the part that had started is stopped again."""
    broken = script("broken", "import sys, time; time.sleep(.3); sys.exit('no such database')", folder.root)
    broken = Part(name="broken", argv=broken.argv, folder=folder.root, ready_url="http://127.0.0.1:1/")
    fine = server("fine")

    async def act(_: Supervisor) -> None:
        pytest.fail("the start should have failed")

    with pytest.raises(VitalsError) as failure:
        supervise([fine, broken], folder, act)

    assert "broken ended with exit code 1" in str(failure.value)
    assert "no such database" in str(failure.value)
    assert str(log_file(folder.logs, "broken")) in str(failure.value)
    assert not [p for p in psutil.process_iter(["cmdline"]) if list(fine.argv) == p.info["cmdline"]]


def test_a_program_that_is_not_there_is_an_error_that_names_it(folder: OwnedFolder) -> None:
    """A missing program is reported like any failed start."""
    part = Part(name="ghost", argv=("/nonexistent/program",), folder=folder.root, settle_s=60)

    async def act(_: Supervisor) -> None:
        pytest.fail("the start should have failed")

    with pytest.raises(VitalsError, match="ghost ended with exit code 1"):
        supervise([part], folder, act)


def test_a_part_that_ignores_sigterm_is_killed_with_its_children(folder: OwnedFolder) -> None:
    """The whole process group ends, also when it does not want to."""
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import signal, time\\n"
        'signal.signal(signal.SIGTERM, signal.SIG_IGN)\\nprint("deaf", flush=True)\\ntime.sleep(60)\'])\n'
        "print('child', child.pid, flush=True)\n"
        "time.sleep(60)"
    )
    part = script("stubborn", code, folder.root, stop_within_s=0.5)
    log = log_file(folder.logs, "stubborn")

    async def act(_: Supervisor) -> None:
        await eventually(lambda: {"deaf", "child"} <= set(log.read_text(encoding="utf-8").split()))

    supervise([part], folder, act)

    child = int(log.read_text(encoding="utf-8").split("child ")[1].split()[0])
    # A killed process ends when the kernel next runs it, which on a busy machine is after ours was waited for.
    asyncio.run(eventually(lambda: has_ended(child)))


def has_ended(pid: int) -> bool:
    """Whether a process is gone, or only waits for the process that inherited it to ask how it ended."""
    with contextlib.suppress(psutil.NoSuchProcess):
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    return True


def test_a_part_that_hangs_is_shown_as_failing(server: MakePart, folder: OwnedFolder) -> None:
    """A process that lives and does not answer is not healthy; when it answers again it is."""

    async def act(supervisor: Supervisor) -> None:
        pid = supervisor.records()[0].pid
        assert pid is not None
        watching = asyncio.create_task(supervisor.watch(lambda _: None))
        os.kill(pid, signal.SIGSTOP)
        await eventually(lambda: supervisor.records()[0].state == "failing")
        os.kill(pid, signal.SIGCONT)
        await eventually(lambda: supervisor.records()[0].state == "healthy")
        watching.cancel()
        await asyncio.wait([watching])

    supervise([server("sleeper")], folder, act)


def test_a_part_may_only_need_parts_before_it(server: MakePart, folder: OwnedFolder) -> None:
    """A list that could never start is refused when it is made."""

    async def make() -> None:
        async with loopback_client() as client:
            Supervisor([server("a", after=("b",)), server("b")], logs=folder.logs, run_id="x", client=client)

    with pytest.raises(ValueError, match="does not come before"):
        asyncio.run(make())
