"""The queries of a panel: which of them Prometheus answers here, and what keeps the others out."""

from __future__ import annotations

import string
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from vitals.kit.imports.datasources import DATASOURCE, AnsweredBy, SourceNames
from vitals.model.dashboards.json_values import Json, objects

_KEPT = ("expr", "legendFormat", "refId", "instant", "range", "format", "hide", "interval")
_OF_MARK = ("name", "enable", "iconColor", "titleFormat", "textFormat", "tagKeys", "step", "hide", "useValueForTime")


@dataclass(frozen=True, slots=True)
class QueryVerdict:
    """What is said of one query.

    Attributes:
        expr: The query as it can be asked here.
        changes: What was changed in it.
        reason: Why it cannot be asked; empty where it can.
    """

    expr: str
    changes: tuple[str, ...] = ()
    reason: str = ""


Keep = Callable[[str], QueryVerdict]
"""Judges a query, which may hold variables of Grafana."""


@dataclass(slots=True)
class BroughtQueries:
    """What became of the queries of a panel.

    Attributes:
        targets: Those that were taken.
        datasource: What the panel as a whole asks.
        changed: What was changed.
        left: Why others were left.
    """

    targets: list[Json] = field(default_factory=list)
    datasource: Mapping[str, str] = field(default_factory=lambda: dict(DATASOURCE))
    changed: list[str] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


class PanelReader:
    """Reads the queries of one dashboard."""

    def __init__(self, names: SourceNames, keep: Keep) -> None:
        """Read with what data sources are called there, and with a judge of queries."""
        self._names = names
        self._keep = keep

    def read(self, panel: Json) -> BroughtQueries:
        """Judge every query of a panel, or of an annotation that looks like one."""
        found = BroughtQueries()
        targets = objects(panel.get("targets"))
        letters = {str(one.get("refId")) for one in targets}
        free = (letter for letter in string.ascii_uppercase if letter not in letters)
        seen: set[str] = set()
        for target in targets:
            letter = str(target.get("refId") or "")
            if not letter or letter in seen:
                letter = next(free, f"Q{len(seen)}")
            seen.add(letter)
            self._one({**target, "refId": letter}, panel.get("datasource"), found)
        _without_orphans(found)
        if found.targets and all(one.get("hide") is True for one in found.targets):
            found.left.append("all of its queries are hidden, so it would stay empty")
            found.targets = []
        return found

    def _one(self, target: Json, around: Any, found: BroughtQueries) -> None:  # noqa: ANN401 - any JSON value
        asked, kind = self._names.of(target.get("datasource"), around, target)
        if asked is AnsweredBy.GRAFANA:
            if kind in ("dashboard", "-- Dashboard --", "datasource") and target.get("panelId") is not None:
                found.datasource = {"type": "datasource", "uid": "-- Dashboard --"}
                found.targets.append({**target, "datasource": dict(found.datasource)})
            elif kind == "__expr__" or target.get("type"):
                found.targets.append({**target, "datasource": {"type": "__expr__", "uid": "__expr__"}})
            else:
                found.left.append("it asks Grafana about itself, which a dashboard as code has no data for")
            return
        if asked is AnsweredBy.OTHER:
            found.left.append(f"it asks {kind}, and what is asked here is Prometheus")
            return
        expr = target.get("expr")
        if not isinstance(expr, str) or not expr.strip():
            found.left.append("one of its queries is empty")
            return
        verdict = self._keep(expr)
        if verdict.reason:
            found.left.append(verdict.reason)
            return
        found.changed += verdict.changes
        kept = {key: target[key] for key in (*_KEPT, *_OF_MARK) if target.get(key) not in (None, "")}
        found.targets.append({"legendFormat": "__auto", **kept, "expr": verdict.expr, "datasource": dict(DATASOURCE)})


def _without_orphans(found: BroughtQueries) -> None:
    """Leave expressions over queries that were left."""
    letters = {str(one["refId"]) for one in found.targets}
    for target in list(found.targets):
        over = str(target.get("expression") or "")
        if target["datasource"].get("type") != "__expr__" or not over:
            continue
        named = {part.strip("${}") for part in over.replace("(", " ").replace(")", " ").split() if part.startswith("$")}
        named |= {over} if over.isalnum() else set()
        if named - letters:
            found.targets.remove(target)
            found.left.append(f"it calculates with {', '.join(sorted(named - letters))}, which was left")
