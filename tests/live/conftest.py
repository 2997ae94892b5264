"""Whole running stacks, started with the command that people use."""

from __future__ import annotations

import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.live.running_stack import RunningStack, is_healthy, processes_of


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
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningStack]:
    """A stack with data, for tests that leave it as they found it."""
    folder = tmp_path_factory.mktemp("stack")
    running = RunningStack(folder / "run", folder / "up.log")
    try:
        state = running.wait_for(is_healthy)
        yield running
        assert running.interrupt() == 0
        assert processes_of(state.run_id) == []
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(timeout=60)
