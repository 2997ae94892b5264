"""Builds the programs that are missing, once, from the Go modules pinned under tools/.

A program is built in a temporary folder beside its final place and renamed when it has reported the right version, so
what is in the cache is always whole. Of a pin only the programs that were asked for are built. One lock per pin keeps
two builders apart. Interrupting stops the compiler and leaves nothing but Go's own cache, from which the next attempt
goes on.
"""

import contextlib
import fcntl
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from packaging.version import Version

from vitals.errors import VitalsError
from vitals.local.tools import cache
from vitals.local.tools.compiler import Phase, Reporter, Step, compile_program, stale_packages
from vitals.local.tools.entry import Pin
from vitals.local.tools.go import Go, ready_for
from vitals.local.tools.locate import Status, ask_version, look, not_usable
from vitals.local.tools.programs import program


def _silent(_step: Step) -> None:
    """Reports nothing."""


def ensure(names: Iterable[str], report: Reporter = _silent) -> dict[str, Path]:
    """Makes programs available, building those that are pinned and not there yet.

    Args:
        names: Names of programs, in any order.
        report: Is called with each step of a build; see ``vitals.local.tools.progress``.

    Returns:
        Name -> executable.

    Raises:
        VitalsError: A program is unknown, can neither be found nor built, or its build failed. Everything that can be
            known beforehand is checked before the first build starts.
    """
    found: dict[str, Path] = {}
    to_build: list[tuple[Pin, list[str]]] = []
    for name in names:
        sighting = look(program(name))
        if sighting.status is Status.OK and sighting.path is not None:
            found[name] = sighting.path
        elif sighting.program.pin is None:
            raise VitalsError(not_usable(sighting))
        else:
            pin = sighting.program.pin
            ready_for(pin)
            missing = next((missing for other, missing in to_build if other is pin), None)
            if missing is None:
                to_build.append((pin, [name]))
            elif name not in missing:
                missing.append(name)
    for pin, missing in to_build:
        folder = build(pin, missing, report)
        found |= {name: folder / name for name in missing}
    return found


def build(pin: Pin, names: Sequence[str], report: Reporter = _silent) -> Path:
    """Builds some programs of a pin into the cache, unless they are there already.

    Args:
        pin: What they belong to.
        names: The programs, among those of the pin.
        report: Receives each step of the build.

    Returns:
        The folder that holds the executables.

    Raises:
        VitalsError: Go is missing or too old, the build failed (the message ends with the compiler's output), or the
            cache cannot be written.
    """
    go = ready_for(pin)
    target = cache.folder(pin, go)
    if _missing(target, names):
        try:
            with _only_builder(pin, report):
                _build_into(target, pin, go, _missing(target, names), report)
        except OSError as error:
            raise VitalsError(
                f"{pin.name} {pin.version} cannot be built into {target}: {error}. Free some space or set VITALS_CACHE "
                f"to a folder that you can write, then run `vitals tools build {names[0]}` again."
            ) from error
    return target


def _missing(target: Path, names: Sequence[str]) -> list[str]:
    return [name for name in names if not cache.built(target, name)]


@contextlib.contextmanager
def _only_builder(pin: Pin, report: Reporter) -> Iterator[None]:
    """Holds the pin's lock; the system releases it even if this process is killed."""
    place = cache.builds(pin)
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            report(Step(pin, Phase.WAITING))
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _build_into(target: Path, pin: Pin, go: Go, names: Sequence[str], report: Reporter) -> None:
    """Builds beside the target, checks each version, and renames; called with the lock held."""
    for abandoned in target.parent.glob(".building-*"):
        shutil.rmtree(abandoned, ignore_errors=True)
    if not names:  # the builder that was waited for has built them
        return
    staging = Path(tempfile.mkdtemp(prefix=".building-", dir=target.parent))
    programs = staging / "programs"
    try:
        programs.mkdir()
        done, total = 0, len(stale_packages(pin, go, names, report))
        for name in names:
            done = compile_program(pin, go, name, programs, report, done=done, total=total)
            _check_version(pin, name, programs / name)
            target.mkdir(exist_ok=True)
            (programs / name).replace(target / name)
    finally:
        shutil.rmtree(staging, ignore_errors=True)
    report(Step(pin, Phase.BUILT, done=total, total=total))


def _check_version(pin: Pin, name: str, executable: Path) -> None:
    version = ask_version(program(name), executable)
    if version != Version(pin.version):
        raise VitalsError(
            f"The {name} built from {pin.folder} says that its version is {version or 'unknown'}, and {pin.version} "
            "was expected, so it is not kept. Make the pin's version and stamps in vitals/local/tools/programs.py "
            "agree with its go.mod."
        )
