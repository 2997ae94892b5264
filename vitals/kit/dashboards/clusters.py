"""A dashboard over several clusters: a reader chooses one of them, and every query asks for that one.

One cluster at a time, and never all of them: queries match series by their labels, and two clusters have a service of
one name. Where no series has the label, as in a cluster's own Prometheus, there is nothing to choose; the empty value
then matches what has no such label, which is everything.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Mapping
from typing import Any

from vitals.kit.dashboards.lint.problem import panels
from vitals.kit.dashboards.theme import DATASOURCE
from vitals.kit.dashboards.variables import ON_TIME_CHANGE
from vitals.model.conventions import CLUSTER
from vitals.model.promql import Expr, PromqlError, names_in
from vitals.model.promql.variables import filled

MATCHER = f'{CLUSTER}="${CLUSTER}"'
_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`)')
_LABEL_VALUES = re.compile(r"label_values\((?P<of>.+),\s*(?P<label>\w+)\s*\)", re.DOTALL)


def with_clusters(dashboard: Mapping[str, Any]) -> dict[str, Any]:
    """The same dashboard with the choice of a cluster, by which all of its queries and other choices are narrowed."""
    found: dict[str, Any] = copy.deepcopy(dict(dashboard))
    for panel in panels(found):
        for target in panel.get("targets", ()):
            if target.get("expr"):
                target["expr"] = of_cluster(target["expr"])
    for mark in found.get("annotations", {}).get("list", ()):
        if mark.get("expr"):
            mark["expr"] = of_cluster(mark["expr"])
    choices = found["templating"]["list"]
    for choice in choices:
        listed = _LABEL_VALUES.fullmatch(str(choice.get("query", ""))) if choice.get("type") == "query" else None
        if listed:
            choice["query"] = f"label_values({of_cluster(listed['of'])}, {listed['label']})"
    others = [choice for choice in choices if choice["type"] != "datasource"]
    found["templating"]["list"] = [*(one for one in choices if one not in others), _choice(), *others]
    return found


def of_cluster(query: str) -> str:
    """A query, perhaps with variables, whose every selector takes the series of the chosen cluster only."""
    try:
        names = names_in(Expr(filled(query)))
    except PromqlError:
        return query
    if not names:
        return query
    each = "|".join(re.escape(name) for name in sorted(names, key=len, reverse=True))
    selector = re.compile(rf"(?<![\w:$.])({each})(?![\w:])\s*(\{{)?")

    def narrowed(found: re.Match[str]) -> str:
        return f"{found[1]}{{{MATCHER}, " if found[2] else f"{found[1]}{{{MATCHER}}}{_space(found[0])}"

    parts = _QUOTED.split(query)
    parts[::2] = [selector.sub(narrowed, part) for part in parts[::2]]
    return "".join(parts).replace(f"{{{MATCHER}, }}", f"{{{MATCHER}}}")


def _space(text: str) -> str:
    return text[len(text.rstrip()) :]


def _choice() -> dict[str, Any]:
    return {
        "current": {"text": "", "value": ""},
        "datasource": dict(DATASOURCE),
        "hide": 0,
        "includeAll": False,
        "label": "Cluster",
        "multi": False,
        "name": CLUSTER,
        "query": f"label_values(up, {CLUSTER})",
        "refresh": ON_TIME_CHANGE,
        "sort": 1,
        "type": "query",
    }
