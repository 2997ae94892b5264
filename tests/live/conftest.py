"""Whole running stacks, started with the command that people use."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.running_stack import RunningStack, has_prometheus, is_healthy, processes_of
from vitals.local.stack.state import StackState


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., RunningStack]]:
    """Start stacks in one folder, one after the other; whatever still runs at the end is killed."""
    started: list[RunningStack] = []

    def run(*options: str) -> RunningStack:
        stack = RunningStack(tmp_path / "run", tmp_path / "up.log", *options)
        started.append(stack)
        return stack

    yield run
    for stack in started:
        if stack.process.poll() is None:
            stack.process.kill()
            stack.process.wait()


@pytest.fixture(scope="session")
def stack_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the one stack that most tests share runs."""
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="session")
def killed(stack_folder: Path) -> StackState:
    """The last state of a run in that folder whose supervisor was killed as soon as it had a Prometheus."""
    running = RunningStack(stack_folder / "run", stack_folder / "killed.log")
    try:
        state = running.wait_for(has_prometheus)
        assert processes_of(state.run_id)
    finally:
        running.process.kill()
        running.process.wait()
    return state


@pytest.fixture(scope="session")
def stack(stack_folder: Path, killed: StackState) -> Iterator[RunningStack]:  # noqa: ARG001 - it starts after that one
    """A stack with data, started where one was killed, for tests that leave it as they found it."""
    running = RunningStack(stack_folder / "run", stack_folder / "up.log")
    try:
        state = running.wait_for(is_healthy)
        yield running
        assert running.interrupt() == 0
        assert processes_of(state.run_id) == []
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(timeout=60)
