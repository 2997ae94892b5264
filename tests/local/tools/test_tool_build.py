"""Building: real Go on a tiny module, without network; what is in the cache is whole, current and right."""

import os
import subprocess
import threading
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from packaging.version import Version

from vitals.errors import VitalsError
from vitals.local.tools import cache, ensure
from vitals.local.tools.build import build
from vitals.local.tools.compiler import Phase, Step, compile_program
from vitals.local.tools.entry import Pin
from vitals.local.tools.go import Go

from .conftest import WriteProgram

pytestmark = pytest.mark.usefixtures("write_program")


BOTH = ("hello", "goodbye")


def left_behind(pin: Pin) -> list[str]:
    """What is in the pin's cache folder except its lock."""
    return sorted(path.name for path in cache.builds(pin).iterdir() if path.name != ".lock")


def process_of(pid: int) -> psutil.Process | None:
    """The process with this number if it still runs (one that only waits to be reaped does not)."""
    try:
        process = psutil.Process(pid)
        return None if process.status() == psutil.STATUS_ZOMBIE else process
    except psutil.NoSuchProcess:
        return None


@pytest.mark.usefixtures("greet")
def test_what_is_missing_is_built_and_runs() -> None:
    """The program is built, stamped with the version, and each of its packages counted; its sibling is not built."""
    steps: list[Step] = []
    found = ensure(["hello"], steps.append)
    answer = subprocess.run([found["hello"]], capture_output=True, text=True, check=True)
    assert "hello, version 1.4.0" in answer.stderr
    assert not cache.built(found["hello"].parent, "goodbye")
    assert [step.phase for step in steps][:1] == [Phase.RESOLVING]
    assert {"example.test/greet/part"} <= {step.what for step in steps if step.phase is Phase.BUILDING}
    assert {step.what for step in steps if step.phase is Phase.LINKING} == {"hello"}
    assert steps[-1].phase is Phase.BUILT
    assert steps[-1].total == 2


@pytest.mark.usefixtures("greet")
def test_a_sibling_is_added_to_the_same_build() -> None:
    """What was built stays as it is, byte and date; only the other program of the pin is linked."""
    hello = ensure(["hello"])["hello"]
    before = hello.stat()
    steps: list[Step] = []
    goodbye = ensure(["hello", "goodbye"], steps.append)["goodbye"]
    assert goodbye.parent == hello.parent
    assert hello.stat() == before
    assert {step.what for step in steps if step.phase is Phase.LINKING} == {"goodbye"}


def test_build_tags_decide_what_is_compiled(greet: Pin) -> None:
    """A file for a tag is in the program built with it, and the two builds have a folder each."""
    tagged = '//go:build loud\n\npackage part\n\nfunc init() { println("tagged") }\n'
    (greet.folder / "part" / "loud.go").write_text(tagged, encoding="utf-8")
    plain = build(greet, ["hello"]) / "hello"
    loud = build(replace(greet, tags=("loud", "other")), ["hello"]) / "hello"
    assert plain.parent != loud.parent
    said = [subprocess.run([path], capture_output=True, text=True, check=True).stderr for path in (plain, loud)]
    assert ["tagged" in text for text in said] == [False, True]


def test_a_current_build_is_not_repeated(greet: Pin) -> None:
    """The second time nothing is started and nothing is reported."""
    first = ensure(["hello", "goodbye"])
    steps: list[Step] = []
    assert ensure(["goodbye", "hello"], steps.append) == first
    assert steps == []
    assert len(left_behind(greet)) == 1


def test_one_on_path_is_left_alone(greet: Pin, write_program: WriteProgram) -> None:
    """A good program on PATH is taken; only the other one causes a build."""
    mine = write_program("hello", "hello, version 1.9.0")
    found = ensure(["hello", "goodbye"])
    assert found["hello"] == mine
    assert cache.builds(greet) in found["goodbye"].parents


def test_a_changed_pin_gets_its_own_build(greet: Pin) -> None:
    """Files, flags, tags and stamps are all part of the key; the old build stays for the process that runs it."""
    before = build(greet, BOTH)
    (greet.folder / "go.mod").write_text("module example.test/greet\n\ngo 1.22\n", encoding="utf-8")
    after = build(greet, BOTH)
    stamped = replace(greet, stamps={**greet.stamps, "main.channel": "x"})
    assert len({before, after, build(stamped, BOTH)}) == 3
    assert cache.built(before, "hello")


def test_a_rebuild_is_identical(greet: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No date, host or folder gets into the program: another cache on another path holds the same bytes."""
    first = build(greet, BOTH)
    monkeypatch.setenv("VITALS_CACHE", str(tmp_path / "elsewhere"))
    second = build(greet, BOTH)
    assert first.name == second.name
    for name in greet.packages:
        assert (first / name).read_bytes() == (second / name).read_bytes()
        assert str(tmp_path).encode() not in (first / name).read_bytes()


def test_user_settings_do_not_change_the_build(greet: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    """GOFLAGS that would break the build are not obeyed."""
    monkeypatch.setenv("GOFLAGS", "-mod=vendor -tags=surprise")
    assert cache.built(build(greet, BOTH), "goodbye")


def test_a_failed_build_shows_the_compilers_words(greet: Pin) -> None:
    """The error has the compiler's line and the way on; the cache holds nothing of it, and a repair is enough."""
    source = greet.folder / "part" / "part.go"
    good = source.read_text(encoding="utf-8")
    source.write_text("package part\n\nconst Text = nonsense\n", encoding="utf-8")
    with pytest.raises(VitalsError) as caught:
        ensure(["hello"])
    assert "undefined: nonsense" in str(caught.value)
    assert "part.go:3:" in str(caught.value)
    assert "vitals tools build hello" in str(caught.value)
    assert left_behind(greet) == []
    source.write_text(good, encoding="utf-8")
    assert cache.built(build(greet, BOTH), "goodbye")


def test_modules_that_cannot_be_fetched_are_named(greet: Pin) -> None:
    """Without network the error says which module is missing and points at the network."""
    (greet.folder / "go.mod").write_text(
        "module example.test/greet\n\ngo 1.21\n\nrequire example.test/absent v1.0.0\n", encoding="utf-8"
    )
    (greet.folder / "part" / "part.go").write_text(
        'package part\n\nimport "example.test/absent"\n\nconst Text = absent.Text\n', encoding="utf-8"
    )
    with pytest.raises(VitalsError, match=r"(?s)check the network and GOPROXY.*example\.test/absent"):
        build(greet, BOTH)
    assert left_behind(greet) == []


def test_a_program_with_the_wrong_version_is_not_kept(greet: Pin) -> None:
    """A stamp that no longer hits its variable is noticed before the program is used."""
    with pytest.raises(VitalsError, match=r"its version is unknown, and 1\.4\.0 was expected"):
        build(replace(greet, stamps={"main.renamed": "1.4.0"}), BOTH)
    assert left_behind(greet) == []


def test_two_builders_do_the_work_once(greet: Pin) -> None:
    """The second one waits for the first and then uses its result."""
    waiting = threading.Event()
    building = threading.Event()
    seen: dict[str, list[Phase]] = {"first": [], "second": []}
    results: list[Path] = []

    def first(step: Step) -> None:
        seen["first"].append(step.phase)
        building.set()
        assert waiting.wait(60)

    def second(step: Step) -> None:
        seen["second"].append(step.phase)
        waiting.set()

    one = threading.Thread(target=lambda: results.append(build(greet, BOTH, first)))
    one.start()
    assert building.wait(60)
    results.append(build(greet, BOTH, second))
    one.join()
    assert seen["second"] == [Phase.WAITING]
    assert seen["first"][-1] is Phase.BUILT
    assert results[0] == results[1]


def test_an_interrupted_build_leaves_nothing(greet: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ctrl-C leaves no half build and no temporary file, and frees the lock for the next attempt."""
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))

    def interrupt(step: Step) -> None:
        if step.phase is Phase.LINKING:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(greet, BOTH, interrupt)
    assert left_behind(greet) == []
    assert list(scratch.iterdir()) == []
    assert cache.built(build(greet, BOTH), "goodbye")


def test_interrupting_stops_go_and_its_children(greet: Pin, tmp_path: Path) -> None:
    """A Go that would run for minutes, and a child of it that ignores Ctrl-C, are both gone at once."""
    slow = tmp_path / "slow-go"
    child = f"trap '' INT; echo $$ $PPID > {tmp_path}/pids; echo example.test/greet/hello; exec /bin/sleep 300"
    slow.write_text(f'#!/bin/sh\n/bin/sh -c "{child.replace("$", chr(92) + "$")}" &\nwait\n', encoding="utf-8")
    slow.chmod(0o755)

    def interrupt(step: Step) -> None:
        if step.phase is Phase.LINKING:
            raise KeyboardInterrupt

    toolchain = Go(slow, Version("1.99"), "linux/amd64", fetches=False)
    with pytest.raises(KeyboardInterrupt):
        compile_program(greet, toolchain, "hello", tmp_path, interrupt, done=0, total=1)
    started = [int(pid) for pid in (tmp_path / "pids").read_text(encoding="utf-8").split()]
    alive = [process for process in map(process_of, started) if process]
    assert len(started) == 2
    assert not psutil.wait_procs(alive, timeout=10)[1]


def test_what_a_killed_builder_left_is_cleared(greet: Pin) -> None:
    """After kill -9 a temporary folder stays; the next build removes it."""
    abandoned = cache.builds(greet) / ".building-abandoned"
    abandoned.mkdir(parents=True)
    (abandoned / "hello").write_text("half", encoding="utf-8")
    kept = build(greet, BOTH)
    assert left_behind(greet) == [kept.name]


@pytest.mark.usefixtures("greet")
def test_without_go_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing can be built; Go, the version needed and the other way out are named, and no folder is made."""
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(VitalsError, match=r"Go is not installed.*Go 1\.21 or newer \(brew install go; .*go\.dev"):
        ensure(["hello"])
    assert not cache.root().exists()


def test_a_go_that_is_too_old_is_refused(greet: Pin, monkeypatch: pytest.MonkeyPatch) -> None:
    """The version here and the one needed are reported before anything is started."""
    monkeypatch.setenv("GOTOOLCHAIN", "local")
    (greet.folder / "go.mod").write_text("module example.test/greet\n\ngo 9.1.0\n", encoding="utf-8")
    with pytest.raises(VitalsError, match=r"needs Go 9\.1\.0 or newer.*GOTOOLCHAIN=auto"):
        ensure(["hello"])
    assert not cache.root().exists()


def test_a_cache_that_cannot_be_written_is_explained(
    greet: Pin, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error names the place and the variable that moves it."""
    (tmp_path / "file").touch()
    monkeypatch.setenv("VITALS_CACHE", os.fspath(tmp_path / "file" / "cache"))
    with pytest.raises(VitalsError, match=r"cannot be built into .*file/cache.*VITALS_CACHE"):
        build(greet, BOTH)
