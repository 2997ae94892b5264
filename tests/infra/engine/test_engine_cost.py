"""What an update of prod costs when there is nothing to do: time and memory of engine and program."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import psutil
import pytest

from tests.infra.engine import stacks
from tests.infra.engine.conftest import Prepare
from tests.infra.engine.marks import ENGINE

pytestmark = [*ENGINE, pytest.mark.bench]
NO_OP_S = 20.0
PROGRAM_S = 10.0
MEMORY_BYTES = 1.5e9


def test_an_update_of_prod_without_changes(prepare: Prepare, monkeypatch: pytest.MonkeyPatch) -> None:
    """Under 20 s, of which the program takes less than 10 s; engine and program together stay under 1.5 GB."""
    took: list[float] = []

    def timed() -> None:
        began = time.perf_counter()
        run()
        took.append(time.perf_counter() - began)

    run = stacks.program
    monkeypatch.setattr(stacks, "program", timed)
    stack = prepare("prod", stacks.place("prod"))
    stack.up()
    took.clear()

    began = time.perf_counter()
    with _memory() as seen:
        done = stack.up()
    whole = time.perf_counter() - began
    print(f"\nno-op update of prod: {whole:.1f} s, program {took[0]:.1f} s, at most {max(seen) / 1e6:.0f} MB")

    assert not done.changes
    assert whole < NO_OP_S
    assert took[0] < PROGRAM_S
    assert max(seen) < MEMORY_BYTES


@contextmanager
def _memory() -> Iterator[list[int]]:
    """Resident memory of this process and its children, looked at ten times a second."""
    seen: list[int] = []
    done = threading.Event()

    def watch() -> None:
        while not done.wait(0.1):
            whole = psutil.Process()
            with suppress(psutil.NoSuchProcess):
                seen.append(sum(one.memory_info().rss for one in (whole, *whole.children(recursive=True))))

    thread = threading.Thread(target=watch)
    thread.start()
    yield seen
    done.set()
    thread.join()
