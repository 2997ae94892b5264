"""What a supervisor writes: whole files, bounded private logs, a folder of its own; and the ports that it picks."""

from __future__ import annotations

import errno
import os
import socket
import stat
from pathlib import Path
from typing import IO

import pytest

from vitals.atomic import write_atomic, write_together
from vitals.errors import VitalsError
from vitals.local.processes import folder as folder_module
from vitals.local.processes.folder import OwnedFolder
from vitals.local.processes.lock import held
from vitals.local.processes.log_files import bound, open_log, tail
from vitals.local.processes.ports import free_ports, listen


def test_an_atomic_write_replaces_the_file_and_sets_its_mode(tmp_path: Path) -> None:
    """The new text is there, the old one is gone, and the mode is the one asked for."""
    path = tmp_path / "secret"
    path.write_text("old", encoding="utf-8")

    write_atomic(path, "new", mode=0o600)

    assert path.read_text(encoding="utf-8") == "new"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_full_disk_leaves_the_old_file_and_no_temporary_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the bytes cannot reach the disk, readers still see the whole old file."""
    path = tmp_path / "state.json"
    path.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)

    with pytest.raises(OSError, match="No space left"):
        write_atomic(path, "new")

    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_several_files_are_written_together_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder in the place of the last keeps the first as it was, and no folder that was made for them stays."""
    (tmp_path / "a").write_text("old", encoding="utf-8")
    (tmp_path / "z").mkdir()
    before = sorted(tmp_path.rglob("*"))

    with pytest.raises(IsADirectoryError, match="z"):
        write_together({tmp_path / "a": "new", tmp_path / "new" / "deep" / "b": "new", tmp_path / "z": "new"})

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_together({tmp_path / "new" / "deep" / "b": "new"})

    assert sorted(tmp_path.rglob("*")) == before
    assert (tmp_path / "a").read_text(encoding="utf-8") == "old"


def test_a_log_is_cut_in_place_and_its_newest_end_is_kept(tmp_path: Path) -> None:
    """The child goes on writing through the same open file after the cut."""
    path = tmp_path / "part.log"
    with open_log(path) as log:
        log.write(b"old line\n" * 100)
        log.write(b"newest line\n")

        assert bound(path, longest=50)

        log.write(b"after the cut\n")

    assert path.read_text(encoding="utf-8") == "after the cut\n"
    kept = path.with_name("part.log.1").read_bytes()
    assert len(kept) == 50
    assert kept.endswith(b"newest line\n")
    assert not bound(path, longest=50)


def test_the_tail_of_a_log_is_its_last_lines(tmp_path: Path) -> None:
    """A log that is missing has none."""
    path = tmp_path / "part.log"
    path.write_text("".join(f"line {number}\n" for number in range(50)), encoding="utf-8")

    assert tail(path, lines=2) == "line 48\nline 49"
    assert tail(tmp_path / "other.log") == ""


def test_free_ports_are_different_and_free() -> None:
    """Each can be listened on right away."""
    ports = free_ports([str(number) for number in range(20)])

    assert len(set(ports.values())) == 20
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", ports["0"]))


def test_no_connection_of_the_machine_can_take_a_picked_port() -> None:
    """Between picking and listening lie seconds for a program on a JVM; Linux numbers connections from 32768."""
    assert max(free_ports([str(number) for number in range(200)]).values()) < 32_768


def test_a_busy_pinned_port_is_an_error_that_names_it_and_the_option() -> None:
    """The person reads which number, why, and which option to change."""
    with listen(0, "--portal-port") as busy:
        number = busy.getsockname()[1]

        with pytest.raises(VitalsError, match=f"Port {number} .* --portal-port"):
            listen(number, "--portal-port")


def test_a_nearly_full_disk_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check looks at the disk of a folder that does not exist yet, and writes nothing."""
    monkeypatch.setattr(folder_module, "LOWEST_FREE_BYTES", 2**60)

    with pytest.raises(VitalsError, match=r"MiB are free on the disk .* --state DIR"):
        OwnedFolder(tmp_path / "not" / "there").require_space()

    assert list(tmp_path.iterdir()) == []


def test_a_foreign_folder_is_refused_and_left_as_it_is(tmp_path: Path) -> None:
    """A name given by mistake never costs data: neither clearing nor taking the lock touches the folder."""
    theirs = tmp_path / "data" / "theirs"
    theirs.parent.mkdir()
    theirs.write_text("precious", encoding="utf-8")
    folder = OwnedFolder(tmp_path)

    for attempt in (folder.require_ours, folder.clear, lambda: _enter(folder)):
        with pytest.raises(
            VitalsError, match=r"is not empty, and it is not a run folder of Vitals.*Nothing was touched"
        ):
            attempt()

    assert theirs.read_text(encoding="utf-8") == "precious"
    assert list(tmp_path.iterdir()) == [theirs.parent]


def test_an_empty_folder_and_one_that_vitals_made_are_taken(tmp_path: Path) -> None:
    """The marker stays, so the second start in the same folder is accepted."""
    folder = OwnedFolder(tmp_path)

    _enter(folder)
    folder.clear()
    folder.clear()

    assert folder.marker.is_file()


def test_a_log_is_private(tmp_path: Path) -> None:
    """What programs print is private to the user."""
    path = tmp_path / "part.log"
    log: IO[bytes] = open_log(path)
    log.close()

    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def _enter(folder: OwnedFolder) -> None:
    with held(folder, lambda: "busy"):
        pass
