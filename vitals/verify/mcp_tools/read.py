"""Where the tools read, anew at each question: a client often asks right after it has rendered."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError
from vitals.rendered import Rendered, read_several


@dataclass(frozen=True, slots=True)
class ProjectFiles:
    """The files of a project.

    Attributes:
        rendered: Holds one folder for each environment.
        runbooks: Folders with one Markdown file for each alert; the first that has it counts.
        repository: A folder of the git repository in which the rendered files are committed.
        environment: The environment that a question without one is about.
    """

    rendered: Path
    runbooks: tuple[Path, ...]
    repository: Path
    environment: str

    def read(self, environment: str) -> Rendered:
        """An environment; the usual one for an empty name.

        Raises:
            VitalsError: It is not rendered, or cannot be read.
        """
        name = environment or self.environment
        return read_several(self.rendered, [name])[name]

    def runbook(self, alert: str) -> str:
        """The Markdown of the runbook of an alert that exists; empty where there is none."""
        for folder in self.runbooks:
            file = folder / f"{alert}.md"
            if file.is_file():
                return file.read_text(encoding="utf-8", errors="replace")
        return ""


def unknown(kind: str, name: str, known: Iterable[str]) -> VitalsError:
    """The error for a name that does not exist, with the nearest one or all of them."""
    by_lower = {one.lower(): one for one in sorted(known)}
    close = difflib.get_close_matches(name.lower(), by_lower, n=1)
    hint = f"Did you mean {by_lower[close[0]]!r}?" if close else f"Known are {', '.join(by_lower.values()) or 'none'}."
    return VitalsError(f"There is no {kind} {name!r}, so there is no answer. {hint}")
