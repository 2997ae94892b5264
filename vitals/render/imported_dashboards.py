"""Dashboards that were imported: JSON beside those in Python, held to what exists, in each environment what it has.

A panel whose series an environment lacks is left out there, as one of a signal is. One that no environment can show is
refused when all are rendered: it would be gone without a word.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.kit.imports.alternatives import without_unknown_alternatives
from vitals.kit.imports.dashboard import IMPORTED_TAG
from vitals.kit.imports.panel_queries import QueryVerdict
from vitals.kit.imports.panels import edited
from vitals.kit.imports.selectors import (
    jobs_elsewhere,
    with_known_targets,
    with_stored_bounds,
    without_unknown_labels,
)
from vitals.kit.imports.variables import LISTS
from vitals.model.catalog import Catalogue
from vitals.model.dashboards.grid import every_panel, settle
from vitals.model.dashboards.json_values import Json
from vitals.model.promql import PromqlError, Vocabulary, names_in, resolve, written
from vitals.model.promql.variables import MATCHER, WORD, filled
from vitals.model.promql.variables import names as variables_in
from vitals.paths import DASHBOARDS
from vitals.render.compose import Plan
from vitals.render.emitters import HeldSeries
from vitals.render.imported_rules import what_is_here

IMPORTED = DASHBOARDS / "imported"
_INTERVAL = re.compile(r"\[\s*(?:\$__interval|\$\{__interval\})\s*\]")
_CHOSEN = re.compile(rf'(?:=~|!~|!=|=)\s*"[^"]*{WORD}[^"]*"')
_FREE = re.compile(rf"{re.escape(MATCHER)}\s*,?\s*")


def why_not(query: str, known: Vocabulary) -> str:
    """Why a query with variables of Grafana cannot be answered; empty where it can.

    What a variable stands for is anything that its label can be.
    """
    text = _FREE.sub("", _CHOSEN.sub('=~".*"', filled(query)))
    try:
        expr = written(text)
        resolve(expr, known)
    except PromqlError as error:
        said = error.reason or str(error).partition(" In: ")[0].removesuffix(".")
        if WORD not in str(error).partition(" In: ")[0]:
            return said
        missing = sorted(name for name in names_in(expr) if name not in known and WORD not in name)
        return f"nothing emits or records {', '.join(missing)}" if missing else ""
    return ""


class QueryJudge:
    """Judges queries of a dashboard against every environment: what one of them can answer is kept."""

    def __init__(self, catalogue: Catalogue, plans: Sequence[Plan]) -> None:
        """Read what exists once."""
        self._here = what_is_here(catalogue, plans)
        self._known = [HeldSeries(plan.vocabulary, self._here.targets, plan.emitters) for plan in plans]
        self._all = {name: series for known in reversed(self._known) for name, series in known.items()}
        self._said: dict[str, QueryVerdict] = {}

    def learn(self, text: str) -> None:
        """Learn from a whole export what its scrape jobs are called here."""
        elsewhere = jobs_elsewhere([text.replace('\\"', '"')], self._here.only_homes)
        self._here = replace(self._here, elsewhere=elsewhere)
        self._said.clear()

    def __call__(self, query: str) -> QueryVerdict:
        """What is said of a query."""
        if query not in self._said:
            self._said[query] = self._judged(query)
        return self._said[query]

    def _judged(self, query: str) -> QueryVerdict:
        expr, changes = with_known_targets(query, self._here.known_targets)
        expr, more = without_unknown_alternatives(expr, self._all)
        changes += more
        expr, more = without_unknown_labels(expr, self._all)
        changes += more
        expr, more = with_stored_bounds(expr, self._all)
        changes += more
        if _INTERVAL.search(expr):
            expr = _INTERVAL.sub("[$__rate_interval]", expr)
            changes.append("its window is $__rate_interval, for one of $__interval is empty when zoomed in")
        reasons = [why_not(expr, known) for known in self._known]
        if not all(reasons):
            return QueryVerdict(expr, tuple(changes))
        return QueryVerdict(query, (), why_not(expr, self._all) or reasons[0])


def imported(folder: Path = IMPORTED) -> list[Json]:
    """The dashboards that were imported, by their names.

    Raises:
        VitalsError: A file is not what ``vitals import dashboard`` writes.
    """
    return [_read(file) for file in sorted(folder.glob("*.json"))] if folder.is_dir() else []


def _read(file: Path) -> Json:
    shown = f"{file.parent.parent.name}/{file.parent.name}/{file.name}"
    fix = (
        "Nothing was rendered; import it with `vitals import dashboard`, which brings it into the form of this folder."
    )
    try:
        content = json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise VitalsError(f"{shown} is not JSON ({error}). {fix}") from None
    if not isinstance(content, dict) or not isinstance(content.get("panels"), list):
        raise VitalsError(f"{shown} holds no dashboard. {fix}")
    if content.get("uid") != file.stem or IMPORTED_TAG not in content.get("tags", ()):
        raise VitalsError(f"{shown}: its uid is not its name, or it lacks the tag {IMPORTED_TAG!r}. {fix}")
    return content


def shown_in(dashboards: Iterable[Mapping[str, Any]], plan: Plan) -> dict[str, Json]:
    """What an environment has of imported dashboards, by uid; one of which it has nothing is left out."""
    found: dict[str, Json] = {}
    known = HeldSeries(plan.vocabulary, frozenset(job.name for job in plan.jobs), plan.emitters)
    for one in dashboards:
        whole = copy.deepcopy(dict(one))
        variables = [each for each in whole.get("templating", {}).get("list", []) if _has_choices(each, known)]
        whole["templating"] = {"list": variables}
        declared = frozenset(str(each["name"]) for each in variables)
        whole["panels"] = settle(edited(whole["panels"], partial(_answered, known=known, declared=declared)))
        whole["tags"] = ["vitals", plan.environment.name, *(tag for tag in whole["tags"] if tag != "vitals")]
        marks = whole.get("annotations", {}).get("list", [])
        whole["annotations"] = {"list": [mark for mark in marks if _can_ask(mark["expr"], known, declared)]}
        if any(panel.get("targets") for panel in every_panel(whole)):
            found[str(whole["uid"])] = whole
    return found


def _has_choices(variable: Json, known: Vocabulary) -> bool:
    """Whether a variable has something to choose from, as far as the metric of which it lists a label says so."""
    listed = LISTS.match(str(variable.get("query"))) if variable.get("type") == "query" else None
    return listed is None or not listed["of"] or not why_not(f"count({listed['of']})", known)


def _can_ask(query: str, known: Vocabulary, declared: frozenset[str]) -> bool:
    undeclared = {name for name in variables_in(query) if not name.startswith("__")} - declared
    return not undeclared and not why_not(query, known)


def _answered(panel: Json, known: Vocabulary, declared: frozenset[str]) -> Json | None:
    """A panel with the queries that can be answered; None where it asks and no query can be."""
    asked = panel.get("targets")
    if not asked:
        return panel
    targets = [one for one in asked if not one.get("expr") or _can_ask(one["expr"], known, declared)]
    return {**panel, "targets": targets} if any(one.get("expr") or one.get("panelId") for one in targets) else None


def require_free(brought: Mapping[str, Any], built: Mapping[str, Any]) -> None:
    """Refuse an imported dashboard that would take the place of one that is built here.

    Raises:
        VitalsError: They have one uid, or one title.
    """
    titles = {str(one["title"]): uid for uid, one in built.items()}
    for uid, dashboard in brought.items():
        other = uid if uid in built else titles.get(str(dashboard["title"]))
        if other:
            raise VitalsError(
                f"dashboards_py/imported/{uid}.json has the uid or the title of {other!r}, so one would hide the "
                "other. Nothing was rendered; import it again with --uid and --title."
            )


def require_shown(dashboards: Iterable[Mapping[str, Any]], plans: Sequence[Plan]) -> None:
    """Refuse an imported panel that no environment can show.

    Raises:
        VitalsError: Naming each, with what it asks for.
    """
    lines: list[str] = []
    for one in dashboards:
        for panel in every_panel(dict(one)):
            queries = [str(target["expr"]) for target in panel.get("targets", ()) if target.get("expr")]
            reasons = [[why_not(query, plan.vocabulary) for plan in plans] for query in queries]
            if queries and all(all(of_one) for of_one in reasons):
                lines.append(
                    f"dashboards_py/imported/{one['uid']}.json, panel {panel.get('title')!r}: no environment can show "
                    f"it. {reasons[0][0]}"
                )
    if lines:
        raise VitalsError(
            "\n".join([*lines, "Nothing was rendered; correct the queries, or take the panels out of the file."])
        )
