"""A run folder and a small real program to run in it."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from tests.local.processes.small_server import small_server
from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.part import Part


@pytest.fixture
def folder(tmp_path: Path) -> OwnedFolder:
    """An empty run folder."""
    run_folder = OwnedFolder(tmp_path / "run")
    run_folder.clear()
    return run_folder


@pytest.fixture
def server(tmp_path: Path) -> Callable[..., Part]:
    """Make a part that is a small HTTP server on a free port; it answers with its process id."""
    return partial(small_server, tmp_path)
