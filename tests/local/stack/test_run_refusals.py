"""What keeps a stack from starting is said before anything starts."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.made_once import files_of
from vitals.errors import VitalsError
from vitals.local.processes.ports import listen
from vitals.local.stack.folder import RunFolder
from vitals.local.stack.lock import only_supervisor
from vitals.local.stack.programs import StackPrograms
from vitals.local.stack.run import RunOptions, run_stack
from vitals.model.catalog import Catalogue
from vitals.render import write

NOTHING = Path("/nonexistent")
PROGRAMS = StackPrograms(
    prometheus=NOTHING, alertmanager=NOTHING, node_exporter=NOTHING, java=None, emulator=None, grafana=None
)


@pytest.fixture
def rendered(wellness: Catalogue, tmp_path: Path) -> Path:
    """The demo's environment, freshly rendered."""
    folder = tmp_path / "rendered" / "local"
    write(files_of(wellness, wellness.environments["local"]), folder)
    return folder


def refusal(rendered: Path, folder: RunFolder, *, portal_port: int = 0) -> str:
    """Try to start; return why it was refused."""
    options = RunOptions(rendered=rendered, folder=folder, programs=PROGRAMS, portal_port=portal_port)

    async def start() -> None:
        async with run_stack(options, lambda _: None):
            pytest.fail("it started")

    with pytest.raises(VitalsError) as refused:
        asyncio.run(start())
    return str(refused.value)


def test_a_run_folder_that_cannot_be_written(rendered: Path, tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "file").touch()

    assert "cannot be written" in refusal(rendered, RunFolder(tmp_path / "file"))


def test_a_folder_with_foreign_files(rendered: Path, tmp_path: Path) -> None:
    """They are still there afterwards, and nothing has joined them."""
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs" / "theirs").touch()
    before = sorted(tmp_path.rglob("*"))

    assert "not a run folder of Vitals" in refusal(rendered, RunFolder(tmp_path))

    assert sorted(tmp_path.rglob("*")) == before


def test_a_busy_portal_port(rendered: Path, tmp_path: Path) -> None:
    """The pinned port is taken; the run folder is not even prepared."""
    with listen(0, "") as busy:
        number = busy.getsockname()[1]

        assert f"Port {number}" in refusal(rendered, RunFolder(tmp_path / "run"), portal_port=number)

    assert not (tmp_path / "run" / "config").exists()


def test_a_folder_in_which_a_stack_runs(rendered: Path, tmp_path: Path) -> None:
    """The other stack keeps its files."""
    folder = RunFolder(tmp_path / "run")
    folder.clear()
    folder.deliveries.write_text("theirs", encoding="utf-8")
    with only_supervisor(folder):
        assert "A stack runs in" in refusal(rendered, folder)

    assert folder.deliveries.read_text(encoding="utf-8") == "theirs"


def test_rendered_files_that_are_not_there(tmp_path: Path) -> None:
    """The error gives the command that makes them, and no folder is made."""
    message = refusal(tmp_path / "local", RunFolder(tmp_path / "run"))

    assert "model.json is not there" in message
    assert "Run `vitals render`" in message
    assert not (tmp_path / "run").exists()


def test_a_part_that_cannot_start_ends_the_start_and_leaves_no_state(rendered: Path, tmp_path: Path) -> None:
    """The programs of these tests do not exist; whatever had started is stopped and `state.json` is gone."""
    folder = RunFolder(tmp_path / "run")

    message = refusal(rendered, folder)

    assert "ended with exit code 1 instead of starting" in message
    assert not folder.state.exists()
