"""One parsed document of a file, and the line on which a place in it stands.

Lines are looked for only where something is wrong: most files are clean, and an index costs more than parsing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from typing import Any

from vitals.verify.review import lines

JsonPath = tuple[str | int, ...]


class DocumentKind(StrEnum):
    """What a document is, by its content."""

    DASHBOARD = "dashboard"
    RULES = "rules"
    ROUTES = "alertmanager configuration"
    SCRAPES = "prometheus configuration"
    SCALED_OBJECT = "ScaledObject"
    SCALED_JOB = "ScaledJob"
    AUTOSCALER = "HorizontalPodAutoscaler"
    WORKLOAD = "workload"
    NODES = "nodes"
    EXPOSITION = "exposed metrics"
    OTHER = "other"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Document:
    """One document; a YAML file can hold several, and a ConfigMap carries some in its values.

    Attributes:
        file: Path of the file, as it was given.
        kind: What it is.
        content: The parsed document; None for one that cannot be read.
        text: The text that it was parsed from.
        root: Where in the parsed text the content of this kind begins, such as ``spec`` of a PrometheusRule.
        first_line: The line of the file on which the text begins.
        number: Which document of the text it is.
        problem: Why it cannot be read, or is left alone; empty where it is read.
        problem_line: The line of the file to which the problem belongs.
        asked: Whether it was asked for by path, so that leaving it alone must be said.
    """

    file: str
    kind: DocumentKind
    content: Any
    text: str = ""
    root: JsonPath = ()
    first_line: int = 1
    number: int = 0
    problem: str = ""
    problem_line: int = 1
    asked: bool = False

    @cached_property
    def _lines(self) -> Mapping[JsonPath, int]:
        return lines.of_text(self.text, self.number)

    def line(self, path: JsonPath) -> int:
        """The line of the file of the nearest place around a path that has one."""
        whole = (*self.root, *path)
        while whole and whole not in self._lines:
            whole = whole[:-1]
        return self.first_line - 1 + self._lines.get(whole, 1)

    @property
    def value(self) -> Any:  # noqa: ANN401 - whatever the file holds
        """What stands at the root."""
        found = self.content
        for key in self.root:
            found = found[key]
        return found
