"""The variables of an imported dashboard: choices that exist here, and none that changes nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator

from vitals.kit.imports.datasources import DATASOURCE, AnsweredBy, SourceNames
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.panel_queries import Keep
from vitals.kit.imports.selectors import matchers_of
from vitals.model.dashboards.grid import Place, every_panel
from vitals.model.dashboards.json_values import Json, as_list, as_object
from vitals.model.promql.variables import names as variables_in

LISTS = re.compile(r"^\s*label_values\(\s*(?:(?P<of>.+?)\s*,)?\s*(?P<label>[\w$\{\}.]+)\s*\)\s*$", re.DOTALL)
"""A variable with the values of a label: of what, where it says that, and which label."""
_RESULT = re.compile(r"^\s*query_result\((?P<expr>.+)\)\s*$", re.DOTALL)
_ON_TIME_CHANGE = 2
_ALL = "$__all"
_KEPT = ("name", "label", "type", "query", "regex", "sort", "multi", "includeAll", "allValue", "hide", "description")
_CHOSEN = frozenset({"custom", "constant", "textbox", "interval"})
"""Types whose choices stand in the dashboard itself, so that the one that was chosen exists here too."""
_SOURCE: Json = {
    "name": "datasource",
    "label": "Data source",
    "type": "datasource",
    "query": "prometheus",
    "current": {"text": "prometheus", "value": "prometheus"},
    "hide": 0,
}


def brought_variables(
    whole: Json,
    content: Json,
    *,
    names: SourceNames,
    keep: Keep,
    changed: list[ImportNote],
    where: Callable[[Place], str],
) -> list[Json]:
    """The variables of a dashboard, with the one for the data source first.

    Args:
        whole: The export.
        content: The dashboard so far; what it uses decides which variables stay.
        names: What data sources are called in it.
        keep: Judges queries.
        changed: Gets a note for each variable that is other than it was.
        where: Where a path of the export stands.
    """
    kept: list[Json] = []
    for index, one in enumerate(as_list(as_object(whole.get("templating")).get("list"))):
        if not isinstance(one, dict) or one.get("type") == "datasource":
            continue
        note = _Noting(changed, where(("templating", "list", index)), f'variable "{one.get("name")}"')
        variable = {key: one[key] for key in _KEPT if one.get(key) is not None}
        if one.get("type") in _CHOSEN:
            variable |= {
                key: one[key] for key in ("current", "options", "auto", "auto_count", "auto_min") if key in one
            }
        elif one.get("type") == "query":
            if not _query(variable, one, content, (names, keep), note):
                continue
        elif one.get("type") == "adhoc":
            variable["datasource"] = dict(DATASOURCE)
        else:
            note(f"variables of type {one.get('type')!r} are not read here; taken out")
            continue
        kept.append(variable)
    return [dict(_SOURCE), *_used(kept, content, changed)]


class _Noting:
    def __init__(self, changed: list[ImportNote], where: str, what: str) -> None:
        self._changed, self._where, self._what = changed, where, what

    def __call__(self, why: str) -> None:
        self._changed.append(ImportNote(self._where, self._what, why))


def _query(variable: Json, one: Json, content: Json, judges: tuple[SourceNames, Keep], note: _Noting) -> bool:
    """Read a variable whose choices are asked for; False where nothing here can answer."""
    names, keep = judges
    query = one.get("query")
    text = str(query.get("query") or "") if isinstance(query, dict) else str(query or one.get("definition") or "")
    asked, kind = names.of(one.get("datasource"), None, {"expr": text})
    if asked is not AnsweredBy.PROMETHEUS:
        note(f"it asks {kind} for its choices; taken out")
        return False
    variable |= {"query": text, "datasource": dict(DATASOURCE), "refresh": _ON_TIME_CHANGE}
    if one.get("includeAll"):
        variable["current"] = {"text": "All", "value": _ALL}
    lists, result = LISTS.match(text), _RESULT.match(text)
    if lists and lists["of"]:
        verdict = keep(f"count({lists['of']})")  # its values are not read, only which series there are
        if not verdict.reason:
            for change in verdict.changes:
                note(change)
            asked_of = verdict.expr.removeprefix("count(").removesuffix(")")
            variable["query"] = f"label_values({asked_of}, {lists['label']})"
            return True
        other = next(_metrics_with(str(one.get("name")), lists["label"], content), "")
        if not other:
            note(f"its choices cannot be asked for here: {verdict.reason}; taken out")
            return False
        variable["query"] = f"label_values({other}, {lists['label']})"
        note(f"its choices are those of {other}: {verdict.reason}")
    elif result:
        verdict = keep(result["expr"])
        if verdict.reason:
            note(f"its choices cannot be asked for here: {verdict.reason}; taken out")
            return False
        variable["query"] = f"query_result({verdict.expr})"
    return True


def _metrics_with(variable: str, label: str, content: Json) -> Iterator[str]:
    """The metrics of the dashboard whose label is matched with a variable."""
    for text in _queries(content):
        for one in matchers_of(text):
            if one.metric and one.label == label and variable in variables_in(one.value):
                yield one.metric


def _queries(content: Json) -> Iterable[str]:
    for panel in every_panel(content):
        yield from (str(target["expr"]) for target in panel.get("targets", ()) if target.get("expr"))


def _used(variables: list[Json], content: Json, changed: list[ImportNote]) -> list[Json]:
    """Variables that something names, themselves not counted."""
    shown = {key: value for key, value in content.items() if key != "templating"}
    repeated = {str(one["repeat"]) for one in every_panel(content) if one.get("repeat")}
    kept = list(variables)
    while True:
        named = set(variables_in(json.dumps(shown))) | repeated
        for one in kept:
            named |= set(variables_in(json.dumps({**one, "name": ""}))) - {str(one["name"])}
        left = [one for one in kept if one["name"] in named or one["type"] == "adhoc"]
        if len(left) == len(kept):
            return kept
        why = "nothing asks for it any more; taken out"
        changed += [ImportNote("", f'variable "{one["name"]}"', why) for one in kept if one not in left]
        kept = left
