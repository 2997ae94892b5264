"""A real process is sampled from outside; what its stacks come to, as numbers and as a picture."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest
from typer.testing import CliRunner

from vitals.cli import app
from vitals.cli.profile import pids_of
from vitals.errors import VitalsError
from vitals.local.processes.record import PartRecord, PartState, ProcessId, own_process_id
from vitals.local.profile import flame_graph, read_stacks, record_stacks
from vitals.local.profile.record import profiler, refusal
from vitals.local.stack.state import StackState

BUSY = """
import ctypes
ctypes.CDLL(None).prctl(0x59616D61, ctypes.c_ulong(-1 & 0xFFFFFFFFFFFFFFFF), 0, 0, 0)  # lets any process of ours look
print("ready", flush=True)
def hot():
    while True:
        sum(range(1000))
def outer():
    hot()
outer()
"""
"""Where the kernel lets only parents look, a process may name others: PR_SET_PTRACER, any."""
FOLDED = "main (a.py);render (wellness/a.py) 60\nmain (a.py);render (wellness/a.py);query (db.py) 30\nmain (a.py) 10\n"


@pytest.fixture
def busy() -> Iterator[int]:
    """A Python process that does nothing but compute in one function."""
    with subprocess.Popen([sys.executable, "-c", BUSY], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            yield process.pid
        finally:
            process.kill()


@pytest.mark.anyio
async def test_the_function_that_takes_the_time_is_found(busy: int) -> None:
    """In a process that was not started by the profiler and knows nothing of it."""
    stacks = await record_stacks([busy], seconds=1, rate=50)

    hottest = stacks.functions()[0]
    assert stacks.samples > 5
    assert hottest.name.startswith("hot ")
    assert hottest.own > 0.9
    assert any(one.name.startswith("outer ") and one.total > 0.9 > one.own for one in stacks.functions())


def test_own_and_total_time_are_kept_apart() -> None:
    """What a function does itself is its own share, what it calls counts for its total one; recursion counts once."""
    stacks = read_stacks([FOLDED, "main (a.py);main (a.py) 100\n"])
    shares = {one.name: (one.own, one.total) for one in stacks.functions()}

    assert stacks.samples == 200
    assert shares == {"main (a.py)": (0.55, 1.0), "render (wellness/a.py)": (0.3, 0.45), "query (db.py)": (0.15, 0.15)}
    with pytest.raises(VitalsError, match="not a stack with a count"):
        read_stacks(["what\n"])


def test_threads_that_run_no_python_are_left_out() -> None:
    """The profiler writes their samples as a count behind an empty stack."""
    assert read_stacks([" 1\nmain (a.py) 2\n"]).samples == 2


def test_threads_that_wait_are_left_out() -> None:
    """Where the kernel does not call them asleep, the profiler samples them as if they ran."""
    waits = ["_PollLikeSelector.select (selectors.py:402)", "_worker (concurrent/futures/thread.py:69)"]
    waits += ["Condition.wait (threading.py:327)", "SimpleQueue.get (queue.py:180)"]
    text = "".join(f"main (a.py);{wait} 9\n" for wait in waits)

    assert read_stacks([text, "main (a.py);Query.select (wellness/db.py:4) 1\n"]).samples == 1


def test_the_flame_graph_is_as_wide_as_the_time_and_shows_any_name() -> None:
    """An SVG that an XML parser takes, without script; a name with markup is text."""
    svg = flame_graph(read_stacks([FOLDED, "<b>&\x00 (x.py) 1\n"]), title="wellness-api, 30 s", own="wellness")
    root = ElementTree.fromstring(svg)  # noqa: S314 - our own picture
    space = "{http://www.w3.org/2000/svg}"
    widths = {
        (group.findtext(f"{space}title") or "").split(" (")[0]: float(rect.get("width", ""))
        for group in root.iter(f"{space}g")
        for rect in group.iter(f"{space}rect")
    }

    assert set(widths) == {"main", "render", "query", "<b>&"}
    assert widths["render"] / widths["main"] == pytest.approx(0.9, abs=0.01)
    assert "script" not in svg


def test_a_refusal_of_the_kernel_says_how_to_allow_it() -> None:
    """The profiler is really refused: as a user who may not look into this process."""
    other = {"user": 65534} if os.geteuid() == 0 else {}
    target = os.getpid() if other else 1
    command = [str(profiler()), "record", f"--pid={target}", "--duration=1", f"--output={os.devnull}", "--format=raw"]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd="/", **other)  # type: ignore[call-overload]

    assert done.returncode != 0
    assert "kernel.yama.ptrace_scope" in str(refusal(target, done.stderr))


@pytest.mark.anyio
async def test_a_program_in_another_language_is_said_to_be_one() -> None:
    """As Prometheus and Alertmanager are; the profiler itself only shows where in its own code it gave up."""
    sleep = shutil.which("sleep")
    assert sleep
    with subprocess.Popen([sleep, "60"]) as other:
        with pytest.raises(VitalsError, match=rf"process {other.pid} runs no Python.*such as wellness-api"):
            await record_stacks([other.pid], seconds=1, rate=10)
        other.kill()


@pytest.mark.anyio
async def test_a_process_that_has_ended_is_named() -> None:
    """Between the look at the state and the first sample a part may have crashed."""
    with subprocess.Popen([sys.executable, "-c", ""]) as ended:
        ended.wait()

    with pytest.raises(VitalsError, match=f"{ended.pid} has ended"):
        await record_stacks([ended.pid], seconds=1, rate=10)


def _stack(*parts: tuple[str, ProcessId | None], state: PartState = "healthy") -> StackState:
    records = tuple(
        PartRecord(name=name, state=state, detail="why", process=process, url=None, since=0, restarts=0)
        for name, process in parts
    )
    return StackState(run_id="x", supervisor=own_process_id(), started_at=0, parts=records, control_token="x")


def test_every_replica_of_a_service_is_profiled() -> None:
    """And nothing whose name only begins alike."""
    own = own_process_id()
    found = _stack(("wellness-api-1", own), ("wellness-api-2", own), ("wellness-api-proxy", own), ("wellness", own))

    assert pids_of(found, "wellness-api", Path("run")) == [own.pid, own.pid]
    assert pids_of(found, "wellness", Path("run")) == [own.pid]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "Start one with `vitals up`"),
        (_stack(("prometheus", None)), "Its components are prometheus"),
        (_stack(("wellness-api-1", None), state="restarting"), "restarting: why"),
    ],
    ids=["no stack", "no such service", "down"],
)
def test_what_cannot_be_profiled_says_the_next_step(found: StackState | None, said: str) -> None:
    """No stack, no such service, no process of it."""
    with pytest.raises(VitalsError, match=said):
        pids_of(found, "wellness-api", Path("run"))


def test_the_command_refuses_before_it_samples(tmp_path: Path) -> None:
    """A file that cannot be written is said first, then that no stack runs."""
    missing = CliRunner().invoke(app, ["profile", "wellness-api", "--out", str(tmp_path / "no" / "flame.svg")])
    down = ["profile", "wellness-api", "--out", str(tmp_path / "flame.svg"), "--state", str(tmp_path)]

    assert "cannot be written" in str(missing.exception)
    assert "No stack runs in" in str(CliRunner().invoke(app, down).exception)
