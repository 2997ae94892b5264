"""Updates that fail, hang or are killed: what the engine does next, and the documented way out."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor

import psutil
import pulumi
import pulumi_gcp as gcp
import pytest
from pulumi import automation

from tests.infra.engine import stacks
from tests.infra.engine.conftest import Prepare, Start
from tests.infra.engine.engine import Engine, EngineRun
from tests.infra.engine.faults import Hang
from tests.infra.engine.google import GoogleCloud
from tests.infra.engine.marks import ENGINE

pytestmark = ENGINE
PATIENCE_S = 60
PENDING = "interrupted while creating"
NETWORK = "projects/wellness/global/networks/net"


def _program(import_: str | None = None) -> None:
    opts = pulumi.ResourceOptions(provider=gcp.Provider("google", project="wellness", region="europe-west1"))
    taken_over = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(import_=import_))
    network = gcp.compute.Network("net", name="net", auto_create_subnetworks=False, opts=taken_over)
    for index in range(3):
        gcp.compute.Subnetwork(
            f"sub-{index}", name=f"sub-{index}", network=network.id, ip_cidr_range=f"10.{index}.0.0/20", opts=opts
        )


@pytest.fixture
def stack(start: Start) -> Engine:
    """A stack of four resources, not deployed yet."""
    return start(_program)


@pytest.fixture
def background() -> Iterator[ThreadPoolExecutor]:
    """Where an update runs while the test does something to it."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        yield pool


def test_the_next_update_goes_on_where_one_failed(stack: Engine, google: GoogleCloud) -> None:
    """What was created before the failure stays in the state, and the next update makes only the rest."""
    stack.faults["gcp"].fail("create", nth=3)

    with pytest.raises(automation.CommandError, match="planned by the test"):
        stack.up()
    left = 4 - len(google.made)
    rest = stack.up()

    assert left >= 1
    assert len(rest.of("create")) == left
    assert not stack.up().changes


def test_a_failed_deletion_can_be_repeated(stack: Engine, google: GoogleCloud) -> None:
    """A destroy that fails half-way leaves the rest in the state; the next one deletes it."""
    stack.up()
    stack.faults["gcp"].fail("delete", nth=2)

    with pytest.raises(automation.CommandError, match="planned by the test"):
        stack.destroy()
    stack.destroy()

    assert not google.made


def test_the_whole_stack_goes_on_where_it_failed(prepare: Prepare) -> None:
    """The kind stack, broken in its middle, is whole after the next update: the cluster holds what the state says."""
    place = stacks.place("kind")
    stack = prepare("kind", place)
    stack.faults["kubernetes"].fail("create", nth=30)

    with pytest.raises(automation.CommandError, match="planned by the test"):
        stack.up()
    before_the_fault = len(place.cluster.applied)
    stack.up()

    objects = [one for one in stack.resources() if one["type"].startswith("kubernetes:")]
    assert 0 < before_the_fault < len(place.cluster.applied) == len(objects)
    assert not stack.up().changes


def test_an_interrupted_update_leaves_nothing_behind(
    stack: Engine, google: GoogleCloud, background: ThreadPoolExecutor
) -> None:
    """Ctrl-C reaches the provider, the engine writes down what it knows, and the next update needs no repair."""
    hang = stack.faults["gcp"].hang("create", nth=1)
    update = _hanging(stack, hang, background)

    _engine_process().send_signal(signal.SIGINT)

    assert isinstance(update.exception(PATIENCE_S), automation.CommandError)
    assert len(stack.up().of("create")) >= len(google.made)
    assert not stack.up().changes


def test_a_killed_update_is_unlocked_and_repeated(
    stack: Engine, google: GoogleCloud, background: ThreadPoolExecutor
) -> None:
    """Where nothing was made yet: `pulumi cancel`, then `pulumi up`, and what was pending is forgotten on request."""
    _killed(stack, stack.faults["gcp"].hang("create", nth=1), background)
    assert not google.made

    with pytest.raises(automation.ConcurrentUpdateError, match="pulumi cancel"):
        stack.up()
    stack.stack.cancel()
    assert PENDING in stack.up().said

    assert len(google.made) == 4
    assert PENDING in stack.up().said
    stack.refresh(clear_pending_creates=True)
    done = stack.up()
    assert not done.changes
    assert PENDING not in done.said


def test_a_resource_made_by_a_killed_update_is_taken_over(
    start: Start, google: GoogleCloud, background: ThreadPoolExecutor
) -> None:
    """Where it exists and the state does not know: `import_=ID` in its options for one update, and nothing is lost.

    What looks like the shorter way, importing what is pending, is none: this engine forgets it and imports nothing.
    """
    known: list[str] = []
    stack = start(lambda: _program(import_=known[0] if known else None))
    _killed(stack, stack.faults["gcp"].hang("create", nth=1, afterwards=True), background)
    assert set(google.made) == {NETWORK}
    stack.stack.cancel()
    (pending,) = (stack.stack.export_stack().deployment or {})["pending_operations"]
    of_one = [f"--import-pending-creates={part}" for part in (pending["resource"]["urn"], NETWORK)]
    stack.command("refresh", "--yes", "--skip-preview", *of_one)
    assert NETWORK not in [one.get("id") for one in stack.resources()]

    with pytest.raises(automation.CommandError, match="already exists"):
        stack.up()
    known.append(NETWORK)
    assert stack.up().of("import") == ["net"]
    known.clear()

    assert len(google.made) == 4
    assert not stack.up().changes


def _killed(stack: Engine, hang: Hang, background: ThreadPoolExecutor) -> None:
    """Let an update hang, kill the engine as an evicted pipeline is killed, and let the call come back to no caller."""
    update = _hanging(stack, hang, background)
    _engine_process().kill()
    assert isinstance(update.exception(PATIENCE_S), automation.CommandError)
    hang.released.set()


def _hanging(stack: Engine, hang: Hang, background: ThreadPoolExecutor) -> Future[EngineRun]:
    update = background.submit(stack.up)
    assert hang.reached.wait(PATIENCE_S)
    return update


def _engine_process() -> psutil.Process:
    (process,) = (child for child in psutil.Process().children(recursive=True) if child.name() == "pulumi")
    return process
