"""The engine's command, and a stack of a small program on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.infra.engine.cluster import RecordedCluster
from tests.infra.engine.engine import Engine, engine
from tests.infra.engine.google import GoogleCloud
from tests.infra.engine.provider import World

PROJECT = "name: vitals\nruntime: python\n"
Start = Callable[[Callable[[], None]], Engine]


@pytest.fixture(scope="session")
def pulumi() -> Path:
    """The engine's command."""
    return Path("/root/.cache/vitals/tools/pulumi/81c5b3298b1e4d69/pulumi")


@pytest.fixture
def google() -> GoogleCloud:
    """An empty project."""
    return GoogleCloud()


@pytest.fixture
def cluster() -> RecordedCluster:
    """An empty cluster."""
    return RecordedCluster()


@pytest.fixture
def start(pulumi: Path, google: GoogleCloud, cluster: RecordedCluster, tmp_path: Path) -> Iterator[Start]:
    """Makes a stack of a program, on the empty project and the empty cluster."""
    with ExitStack() as started:

        def begin(program: Callable[[], None]) -> Engine:
            worlds: dict[str, World] = {"gcp": google, "kubernetes": cluster}
            return started.enter_context(engine(program, worlds, tmp_path, pulumi=pulumi, project=PROJECT, stack="dev"))

        yield begin
