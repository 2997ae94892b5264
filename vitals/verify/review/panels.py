"""A dashboard as checks look at it, whatever Grafana wrote it: a key that is missing or of another type is nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from vitals.local.draw.data_sources import EXPRESSION, offered_types, source_type
from vitals.verify.review.defect import At
from vitals.verify.review.document import Document, JsonPath
from vitals.verify.review.promql import is_logql

NOT_QUERIED = frozenset(
    {"row", "text", "dashlist", "news", "welcome", "alertlist", "gettingstarted", "pluginlist", "canvas"}
)
"""Types of panels that show something without a query."""
_LINE_BREAK = re.compile(r"\s+")
_LONGEST = 60


def mapping(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - any JSON value
    """A value that is an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def elements(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    """A value that is a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def shown(text: Any) -> str:  # noqa: ANN401 - any JSON value
    """A text of a file, for a report: on one line, not longer than a glance."""
    line = _LINE_BREAK.sub(" ", str(text)).strip()
    return line if len(line) <= _LONGEST else f"{line[: _LONGEST - 1]}…"


@dataclass(frozen=True, slots=True)
class ReviewedTarget:
    """One query of a panel.

    Attributes:
        at: Where it is.
        content: As the file has it.
        datasource: Type of its data source, such as ``prometheus``; empty where the file does not say.
    """

    at: At
    content: Mapping[str, Any]
    datasource: str

    @property
    def expr(self) -> str:
        """The query; empty for none."""
        found = self.content.get("expr")
        return found if isinstance(found, str) else ""


@dataclass(frozen=True)
class ReviewedPanel:
    """One panel that is not a row.

    Attributes:
        at: Where it is.
        content: As the file has it.
        row: Title of the collapsed row that hides it; None where it is in view.
        sources: Of its dashboard: the type of the data sources that each variable offers.
    """

    at: At
    content: Mapping[str, Any]
    row: str | None
    sources: Mapping[str, str]

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.content.get("title") or "")

    @property
    def type(self) -> str:
        """Its type, such as ``timeseries``."""
        return str(self.content.get("type") or "")

    @property
    def defaults(self) -> Mapping[str, Any]:
        """The settings of its fields."""
        return mapping(mapping(self.content.get("fieldConfig")).get("defaults"))

    @property
    def from_library(self) -> bool:
        """Whether it is only named here and stands in Grafana's library."""
        return "libraryPanel" in self.content

    @cached_property
    def targets(self) -> list[ReviewedTarget]:
        """Its queries."""
        own = source_type(self.content.get("datasource"), self.sources)
        return [
            ReviewedTarget(
                self.at.inside("targets", index), one, source_type(one.get("datasource"), self.sources) or own
            )
            for index, one in enumerate(elements(self.content.get("targets")))
            if isinstance(one, dict)
        ]

    @property
    def promql(self) -> list[ReviewedTarget]:
        """Its queries that Prometheus answers, or a server that speaks its language; Grafana asks no hidden one."""
        if self.type == "logs":
            return []
        computed = any(one.datasource == EXPRESSION for one in self.targets)
        return [
            one
            for one in self.targets
            if one.expr
            and (computed or one.content.get("hide") is not True)
            and (one.datasource == "prometheus" or (not one.datasource and not is_logql(one.expr)))
        ]


@dataclass(frozen=True)
class ReviewedDashboard:
    """One dashboard."""

    document: Document

    @cached_property
    def content(self) -> Mapping[str, Any]:
        """As the file has it."""
        return mapping(self.document.value)

    @property
    def at(self) -> At:
        """Where it is."""
        return At(self.document, (), f'dashboard "{shown(self.title)}"')

    @property
    def title(self) -> str:
        """Its title."""
        return str(self.content.get("title") or "")

    @property
    def uid(self) -> str:
        """Its uid; empty where it has none."""
        return str(self.content.get("uid") or "")

    @cached_property
    def variables(self) -> list[tuple[At, Mapping[str, Any]]]:
        """Its variables."""
        listed = elements(mapping(self.content.get("templating")).get("list"))
        return [
            (At(self.document, ("templating", "list", index), f'variable "{shown(one.get("name"))}"'), one)
            for index, one in enumerate(listed)
            if isinstance(one, dict)
        ]

    @cached_property
    def sources(self) -> Mapping[str, str]:
        """The type of the data sources that a variable offers, or that an import asks for, by its name."""
        return offered_types(self.content)

    @cached_property
    def annotations(self) -> list[tuple[At, Mapping[str, Any]]]:
        """Its annotations."""
        listed = elements(mapping(self.content.get("annotations")).get("list"))
        return [
            (At(self.document, ("annotations", "list", index), f'annotation "{shown(one.get("name"))}"'), one)
            for index, one in enumerate(listed)
            if isinstance(one, dict)
        ]

    @cached_property
    def panels(self) -> list[ReviewedPanel]:
        """Every panel, those inside collapsed rows included."""
        return list(self._panels(self.content.get("panels"), ("panels",), None))

    def _panels(self, listed: Any, path: JsonPath, row: str | None) -> Iterator[ReviewedPanel]:  # noqa: ANN401
        for index, panel in enumerate(elements(listed)):
            if not isinstance(panel, dict):
                continue
            inner = (*path, index)
            if panel.get("type") == "row":
                yield from self._panels(panel.get("panels"), (*inner, "panels"), str(panel.get("title") or ""))
            else:
                at = At(self.document, inner, f'panel "{shown(panel.get("title") or panel.get("id"))}"')
                yield ReviewedPanel(at, panel, row, self.sources)
