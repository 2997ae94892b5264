"""What the table of programs is made of: a pin, a program, and the group that says who needs it.

Types only: the entries themselves are in ``table/``, and looking them up is ``programs.py``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from packaging.specifiers import SpecifierSet
from packaging.version import Version


class ProgramGroup(StrEnum):
    """What a set of programs is needed for; each group is built by itself."""

    STACK = "stack"
    ENGINE = "engine"
    CLUSTER = "cluster"
    SCALING = "scaling"
    CHARTS = "charts"
    LINT = "lint"


@dataclass(frozen=True)
class Pin:
    """One Go module that pins programs, and how they are built from it.

    Attributes:
        name: The pin's name in the cache and in messages.
        folder: Where its ``go.mod`` and ``go.sum`` are.
        version: What each built program must say of itself.
        packages: Program name -> Go package of its main function, in build order.
        stamps: Go string variables set by the linker, variable -> value.
        tags: Go build tags, in the order in which Go is given them.
    """

    name: str
    folder: Path
    version: str
    packages: Mapping[str, str]
    stamps: Mapping[str, str]
    tags: tuple[str, ...] = ()


@dataclass(frozen=True)
class Program:
    """One external program: how to recognise it, what it is for and how a user gets it.

    Attributes:
        name: The name Vitals uses; also the file name of a built one.
        wanted: Versions that are good enough, as a version specifier (``>=3.9,<4``).
        version_args: Arguments that make it print its version.
        version_pattern: Regular expression whose first group is the version in that output.
        missing_costs: What does not work without it, as a sentence.
        get: Ways to get it, one complete instruction each.
        on_path: Names (or absolute paths) under which systems install it, best first.
        pin: What it is built from; None if it is only looked up.
        group: What it is needed for; None if nothing is lost that a person would miss.
        version_environment: Variables that it is asked its version with, to keep it from doing more than that.
        written_in: For a program that prints no version: the Go module whose version its executable holds.
    """

    name: str
    wanted: str
    version_args: tuple[str, ...]
    version_pattern: str
    missing_costs: str
    get: tuple[str, ...]
    on_path: tuple[str, ...]
    pin: Pin | None = None
    group: ProgramGroup | None = None
    version_environment: Mapping[str, str] = field(default_factory=dict)
    written_in: str | None = None

    @property
    def required(self) -> bool:
        """Whether Vitals is of little use without it: the local stack is what all users run."""
        return self.group is ProgramGroup.STACK

    def accepts(self, version: Version | None) -> bool:
        """Whether a version that a program reported (None: it reported none) is good enough."""
        return version is not None and version in SpecifierSet(self.wanted)
