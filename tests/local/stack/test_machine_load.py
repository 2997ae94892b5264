"""What a drill does to the machine is bounded, and gone at the end, however the drill ends."""

from __future__ import annotations

import asyncio
import errno
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from tests.local.stack.small_world import SmallWorld
from vitals.local.stack.folder import RunFolder
from vitals.verify.drills.injections import NotPossibleHereError
from vitals.verify.drills.load import busy_cpu, full_disk
from vitals.verify.drills.machine import FullCpu, FullDisk

NOBODY = 65534
SIZE = 256 * 1024
_PYTHON = (sys.executable, "-I", "-S")


def mounted(folder: Path) -> bool:
    """Whether something is mounted there."""
    return os.path.ismount(folder)


def wait_until(condition: Callable[[], bool], within_s: float = 15.0) -> None:
    """Look until it is so."""
    deadline = time.monotonic() + within_s
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def busy_children(of: int) -> list[psutil.Process]:
    """The busy processes below a process."""
    return [one for one in psutil.Process(of).children() if busy_cpu.__file__ in one.cmdline()]


@pytest.fixture
def may_mount(tmp_path: Path) -> None:
    """Skip where this user may not mount anything."""
    probe = tmp_path / "probe"
    probe.mkdir()
    ran = subprocess.run([*_PYTHON, full_disk.__file__, str(probe), str(SIZE), "0"], capture_output=True, check=False)
    if ran.returncode == full_disk.NOT_ALLOWED:
        pytest.skip(f"a filesystem cannot be mounted here: {ran.stderr.decode()}")
    assert ran.returncode == 0, ran.stderr


def test_a_busy_process_ends_by_itself_and_has_the_lowest_priority() -> None:
    """Its seconds are all that it gets, at the lowest priority."""
    with subprocess.Popen([*_PYTHON, busy_cpu.__file__, "0.5"]) as busy:
        wait_until(lambda: psutil.Process(busy.pid).nice() == busy_cpu.LOWEST_PRIORITY)
        assert busy.wait(timeout=20) == 0


def test_every_cpu_is_busy_until_the_end(folder: RunFolder) -> None:
    """As many processes as there are CPUs, and none afterwards; ending twice does no harm."""
    world = SmallWorld(folder)

    async def go() -> int:
        async with world.rig() as rig:
            injection = FullCpu()
            await injection.begin(rig)
            found = len(psutil.Process().children())
            await injection.end(rig)
            await injection.end(rig)
            return found

    assert asyncio.run(go()) == os.cpu_count()
    assert busy_children(os.getpid()) == []


_DRILL = """
import asyncio, sys
from vitals.verify.drills.machine import FullCpu
async def go():
    await FullCpu().begin(None)
    print("begun", flush=True)
    await asyncio.sleep(60)
asyncio.run(go())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's parent watch exists on Linux only")
def test_the_load_ends_with_a_drill_that_is_killed() -> None:
    """After a kill -9 no process could stop it, so the kernel does."""
    drill = subprocess.Popen([sys.executable, "-c", _DRILL], stdout=subprocess.PIPE)
    with drill:
        assert drill.stdout is not None
        assert drill.stdout.readline() == b"begun\n"
        wait_until(lambda: len(busy_children(drill.pid)) == os.cpu_count())
        busy = busy_children(drill.pid)
        drill.kill()

    gone, alive = psutil.wait_procs(busy, timeout=15)
    assert (len(gone), alive) == (os.cpu_count(), [])


@pytest.mark.usefixtures("may_mount")
def test_the_filesystem_is_full_and_then_gone(folder: RunFolder) -> None:
    """No byte can be written to it; at the end neither mount nor folder is left."""
    world, where = SmallWorld(folder), folder.data / "full-disk"

    async def go() -> tuple[bool, int]:
        async with world.rig() as rig:
            injection = FullDisk(size_bytes=SIZE)
            await injection.begin(rig)
            found = mounted(where), os.statvfs(where).f_bavail
            await injection.end(rig)
            await injection.end(rig)
            return found

    assert asyncio.run(go()) == (True, 0)
    assert not where.exists()


@pytest.mark.usefixtures("may_mount")
def test_the_filesystem_goes_on_request_and_when_its_time_is_over(tmp_path: Path) -> None:
    """SIGTERM is what it gets from the kernel, too, when the drill dies."""
    for seconds in ("60", "1"):
        command = [*_PYTHON, full_disk.__file__, str(tmp_path), str(SIZE), seconds]
        with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == b"full\n"
            assert mounted(tmp_path)
            if seconds == "60":
                process.terminate()
            assert process.wait(timeout=20) == 0
        assert not mounted(tmp_path)


_WITHOUT_RIGHTS = f"""
import ctypes, errno, os, pathlib, signal, sys, threading
script = compile(open(sys.argv[1]).read(), sys.argv[1], "exec")
sys.argv = sys.argv[1:]
if os.geteuid() == 0:
    os.setuid({NOBODY})
exec(script, {{"__name__": "__main__"}})
"""
"""The interpreter is loaded before the rights are given up, because it may lie where others cannot read."""


def test_a_user_who_may_not_mount_gets_an_error(tmp_path: Path) -> None:
    """The system's own reason, and a code of its own; nothing is left behind."""
    command = [sys.executable, "-c", _WITHOUT_RIGHTS, full_disk.__file__, str(tmp_path), str(SIZE), "1"]
    ran = subprocess.run(command, capture_output=True, text=True, check=False)

    assert ran.returncode == full_disk.NOT_ALLOWED, ran.stderr
    assert ran.stderr in {os.strerror(errno.EPERM), os.strerror(errno.EACCES)}
    assert not mounted(tmp_path)


def test_a_system_without_tmpfs_skips_the_drill(folder: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is said before anything is touched."""
    monkeypatch.setattr(sys, "platform", "darwin")

    async def go() -> None:
        async with SmallWorld(folder).rig() as rig:
            await FullDisk().begin(rig)

    with pytest.raises(NotPossibleHereError, match="darwin has no tmpfs"):
        asyncio.run(go())
    assert not (folder.data / "full-disk").exists()
