"""A good program on PATH is used; a bad one there falls through to the cache; nothing is trusted by its name alone."""

from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.local.tools import cache, find, find_optional, go
from vitals.local.tools.entry import Pin
from vitals.local.tools.locate import Status, look
from vitals.local.tools.programs import program

from .conftest import WriteProgram


def fill_cache(pin: Pin, version: str) -> Path:
    """Puts executables where the current build of the pin belongs."""
    toolchain = go.installed()
    assert toolchain is not None
    folder = cache.folder(pin, toolchain)
    folder.mkdir(parents=True)
    for name in pin.packages:
        (folder / name).write_text(f"#!/bin/sh\necho '{name}, version {version}'\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


def test_a_good_version_on_path_comes_first(greet: Pin, write_program: WriteProgram) -> None:
    """An installed program needs no build, even if there is a built one."""
    fill_cache(greet, "1.4.0")
    mine = write_program("hello", "hello, version 1.3.7")
    assert find("hello") == mine


@pytest.mark.usefixtures("greet")
def test_a_package_may_install_it_under_another_name(write_program: WriteProgram) -> None:
    """Debian prefixes some names; the second name counts, also when the first one is too old."""
    write_program("hello", "hello, version 1.0.0")
    renamed = write_program("debian-hello", "hello, version 1.3.7")
    assert find("hello") == renamed


@pytest.mark.parametrize("printed", ["hello, version 1.1.9", "hello, version 2.0.0", "I am another program"])
def test_a_bad_version_on_path_falls_through_to_the_cache(
    printed: str, greet: Pin, write_program: WriteProgram
) -> None:
    """Too old, too new or unreadable: the built one is used."""
    write_program("hello", printed)
    folder = fill_cache(greet, "1.4.0")
    assert find("hello") == folder / "hello"


@pytest.mark.usefixtures("greet")
def test_an_old_one_alone_is_refused_with_its_version(write_program: WriteProgram) -> None:
    """The message names file, version, what is needed, what it costs and each way to get it."""
    old = write_program("hello", "hello, version 1.1.9")
    sighting = look(program("hello"))
    assert (sighting.status, sighting.path, str(sighting.version)) == (Status.OLD, old, "1.1.9")
    with pytest.raises(VitalsError) as caught:
        find("hello")
    for part in (
        str(old),
        "1.1.9",
        ">=1.2,<2",
        "No greeting is printed.",
        "vitals tools build hello",
        "brew install hello",
    ):
        assert part in str(caught.value)


@pytest.mark.usefixtures("greet", "write_program")
def test_a_missing_one_says_how_to_get_it() -> None:
    """Nothing on PATH and nothing built."""
    assert find_optional("hello") is None
    with pytest.raises(VitalsError, match=r"not on PATH and has not been built.*vitals tools build hello"):
        find("hello")


@pytest.mark.usefixtures("greet")
def test_a_file_that_does_not_run_is_not_a_program(write_program: WriteProgram) -> None:
    """An executable of another machine's kind is missing, not a crash."""
    broken = write_program("hello", "")
    broken.write_bytes(b"\x7fELF and no more")
    assert look(program("hello")).status is Status.MISSING


def test_gcloud_without_the_emulator_counts_as_missing(write_program: WriteProgram) -> None:
    """The program is there but not the part we need; its path is reported."""
    installed = write_program("gcloud", "Google Cloud SDK 528.0.0\nbq 2.1.18")
    sighting = look(program("gcloud"))
    assert (sighting.status, sighting.path, sighting.version) == (Status.MISSING, installed, None)


@pytest.mark.usefixtures("write_program")
def test_a_program_that_a_build_lacks_is_not_found(greet: Pin) -> None:
    """A build may hold some of its pin's programs: those are used, and the others count as missing."""
    folder = fill_cache(greet, "1.4.0")
    (folder / "goodbye").unlink()
    assert find_optional("goodbye") is None
    assert find_optional("hello") == folder / "hello"


@pytest.mark.usefixtures("write_program")
def test_builds_stay_usable_when_go_is_gone(greet: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Go no recipe can be compared; a complete build with a good version is then enough."""
    folder = fill_cache(greet, "1.4.0")
    monkeypatch.setenv("PATH", "/nowhere")
    assert go.installed() is None
    assert find("hello") == folder / "hello"


def test_the_cache_follows_the_usual_variables(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """VITALS_CACHE wins, then an absolute XDG_CACHE_HOME, then ~/.cache."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path / "own"))
    assert cache.root() == tmp_path / "own"
    monkeypatch.delenv("VITALS_CACHE")
    assert cache.root() == tmp_path / "xdg" / "vitals"
    monkeypatch.setenv("XDG_CACHE_HOME", "not/absolute")
    assert cache.root() == tmp_path / ".cache" / "vitals"
