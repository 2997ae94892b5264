"""Every query can be parsed and speaks only of what exists, those of annotations and variables included."""

from __future__ import annotations

import re

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, panels
from vitals.model.promql import Expr, PromqlError, Vocabulary, resolve
from vitals.model.promql.variables import filled

_LABEL_VALUES = re.compile(r"label_values\((\S+), (\w+)\)")


def check(dashboards: DashboardsJson, vocabulary: Vocabulary) -> Found:
    """Resolve every query after Grafana's variables are replaced."""
    for uid, dashboard in dashboards.items():
        asked = [(panel["title"], target["expr"]) for panel in panels(dashboard) for target in panel.get("targets", [])]
        asked += [("", annotation["expr"]) for annotation in dashboard["annotations"]["list"]]
        for title, query in asked:
            try:
                resolve(Expr(filled(query)), vocabulary)
            except PromqlError as error:
                yield uid, title, str(error)
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query":
                yield from _choices(uid, variable["query"], vocabulary)


def _choices(uid: str, query: str, vocabulary: Vocabulary) -> Found:
    match = _LABEL_VALUES.fullmatch(query)
    series = vocabulary.get(match[1]) if match else None
    if not match or not series or match[2] not in series.labels:
        yield uid, "", f"{query!r} lists nothing: it must be label_values(series, label) of a series with that label."
