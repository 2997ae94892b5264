"""The Go toolchain on this machine: is it there, and can it build a pin?

Go is the one thing that Vitals cannot get for the user. Its settings are fixed for the build, so that a user's GOFLAGS
or workspace cannot change what comes out; where modules come from (GOPROXY, GOSUMDB) stays the user's choice.
"""

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from packaging.version import Version

from vitals.errors import VitalsError
from vitals.local.tools.entry import Pin

GET = ("brew install go", "download it from https://go.dev/dl/")
_FETCHES_TOOLCHAINS = Version("1.21")


@dataclass(frozen=True)
class Go:
    """An installed Go.

    Attributes:
        path: Its executable.
        version: Its own version.
        platform: Target as ``os/arch``.
        fetches: Whether it may fetch a newer toolchain when a module asks for one (GOTOOLCHAIN=auto).
    """

    path: Path
    version: Version
    platform: str
    fetches: bool

    def can_build(self, pin: Pin) -> bool:
        """Whether this Go is new enough for the pin, or may fetch one that is."""
        return self.version >= wanted(pin) or (self.fetches and self.version >= _FETCHES_TOOLCHAINS)


def environment(**more: str) -> dict[str, str]:
    """The environment of every Go command: the user's, with what decides the output fixed, and more if given."""
    fixed = {"CGO_ENABLED": "0", "GO111MODULE": "on", "GOFLAGS": "-mod=readonly", "GOWORK": "off"}
    return {**os.environ, **fixed, **more}


def installed() -> Go | None:
    """The Go on PATH, or None if there is none that works. Asks Go itself, never the network."""
    found = shutil.which("go")
    if found is None:
        return None
    command = [found, "env", "-json", "GOVERSION", "GOTOOLCHAIN", "GOOS", "GOARCH"]
    neutral = Path(found).anchor or "/"
    try:
        answer = subprocess.run(
            command, cwd=neutral, env=environment(), capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    settings: dict[str, str] = json.loads(answer.stdout)
    number = re.match(r"go(\d+(?:\.\d+)*)", settings["GOVERSION"])
    if number is None:
        return None
    toolchain = settings["GOTOOLCHAIN"]
    return Go(
        path=Path(found),
        version=Version(number[1]),
        platform=f"{settings['GOOS']}/{settings['GOARCH']}",
        fetches=toolchain == "auto" or toolchain.endswith("+auto"),
    )


def wanted(pin: Pin) -> Version:
    """The lowest Go version that the pin's ``go.mod`` allows.

    Raises:
        VitalsError: The file is missing or has no ``go`` line.
    """
    file = pin.folder / "go.mod"
    try:
        line = re.search(r"^go (\S+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    except OSError as error:
        raise VitalsError(
            f"{pin.name} cannot be built: {file} cannot be read ({error.strerror}). Restore the folder tools/ from "
            "version control, or install the program so that it is on PATH."
        ) from error
    if line is None:
        raise VitalsError(
            f"{pin.name} cannot be built: {file} has no line `go VERSION`. Run `go mod tidy` in that folder."
        )
    return Version(line[1])


def ready_for(pin: Pin) -> Go:
    """The installed Go, if it can build the pin.

    Raises:
        VitalsError: Go is missing or too old; the message says how to get it.
    """
    go = installed()
    needed = wanted(pin)
    ways = "; ".join(GET)
    if go is None:
        raise VitalsError(
            f"{pin.name} {pin.version} has to be built and Go is not installed (no working `go` on PATH). Install Go "
            f"{needed} or newer ({ways}), or install {', '.join(pin.packages)} itself; `vitals doctor` lists the ways."
        )
    if not go.can_build(pin):
        raise VitalsError(
            f"{pin.name} {pin.version} needs Go {needed} or newer to be built and {go.path} is {go.version}. Upgrade "
            f"Go ({ways}), let it fetch a newer one itself by setting GOTOOLCHAIN=auto (Go {_FETCHES_TOOLCHAINS} or "
            f"newer), or install {', '.join(pin.packages)} itself; `vitals doctor` lists the ways."
        )
    return go
