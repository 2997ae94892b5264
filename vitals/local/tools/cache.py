"""Where built programs are kept: one folder per exact recipe, so that a stale build is never taken for a current one.

``${VITALS_CACHE:-${XDG_CACHE_HOME:-~/.cache}/vitals}/tools/<pin>/<key>/<program>``. The key covers everything that
decides the bytes: the pin's files, packages, stamps, tags, flags, Go's version and platform. A folder holds those
programs of the pin that were asked for so far. Old folders are left alone: another checkout or a running stack may use
them, and deleting the cache folder is always safe.
"""

import hashlib
import json
import os
from pathlib import Path

from vitals.local.tools.entry import Pin
from vitals.local.tools.go import Go

BUILD_FLAGS = ("-trimpath", "-buildvcs=false")


def root() -> Path:
    """The cache folder of Vitals, absolute; it need not exist."""
    chosen = os.environ.get("VITALS_CACHE")
    if chosen:
        return Path(chosen).expanduser().absolute()
    shared = os.environ.get("XDG_CACHE_HOME", "")
    home = Path(shared) if Path(shared).is_absolute() else Path.home() / ".cache"
    return home / "vitals"


def builds(pin: Pin) -> Path:
    """The folder with all builds of a pin."""
    return root() / "tools" / pin.name


def linker_flags(pin: Pin) -> str:
    """Go's ``-ldflags``: no symbol table, and each stamp set. No date and no host, so that a rebuild is identical."""
    stamps = [f"-X {variable}={value}" for variable, value in sorted(pin.stamps.items())]
    return " ".join(["-s", "-w", *stamps])


def build_flags(pin: Pin) -> list[str]:
    """What ``go build`` is given for every program of a pin, before the package."""
    tags = ["-tags", ",".join(pin.tags)] if pin.tags else []
    return [*BUILD_FLAGS, *tags, "-ldflags", linker_flags(pin)]


def folder(pin: Pin, go: Go) -> Path:
    """Where the build of a pin by this Go is, or would be."""
    recipe = [
        *build_flags(pin),
        str(go.version),
        go.platform,
        *(f"{name}={package}" for name, package in pin.packages.items()),
        *(file.read_text(encoding="utf-8") for file in sorted(pin.folder.glob("go.*"))),
    ]
    key = hashlib.sha256(json.dumps(recipe).encode()).hexdigest()[:16]
    return builds(pin) / key


def built(folder: Path, name: str) -> bool:
    """Whether a folder of builds holds a program."""
    return os.access(folder / name, os.X_OK)


def newest_first(pin: Pin, name: str) -> list[Path]:
    """The builds of a pin that hold a program, whatever their recipe, newest first."""
    there = [path for path in builds(pin).glob("[!.]*") if built(path, name)]
    return sorted(there, key=lambda path: (path / name).stat().st_mtime, reverse=True)
