"""Which data source a panel asks, in all the ways in which exports have said it, and whether it is Prometheus.

Old exports name a source, newer ones have its type and uid, exports for others have an input that is filled when the
dashboard is imported, and many have a variable of their own. Here it is always the variable of the dashboard.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from typing import Any

from vitals.model.dashboards.json_values import as_object, objects

DATASOURCE = {"type": "prometheus", "uid": "${datasource}"}
"""The source of every query of ours; ``vitals.kit.dashboards.theme`` has the same for panels that are built here."""
_VARIABLE = re.compile(r"^\$\{?(\w+)(?::\w+)?\}?$|^\[\[(\w+)\]\]$")
_SPEAKS_PROMQL = re.compile(r"prometheus|victoriametrics|thanos|mimir|cortex", re.IGNORECASE)
_OF_LOKI = re.compile(r"\|=|\|~|!=\s*`|\|\s*(?:json|logfmt|pattern|unwrap|line_format)\b")
_MIXED = "-- Mixed --"
_OWN = frozenset({"-- Grafana --", "grafana", "-- Dashboard --", "__expr__", "dashboard", "datasource"})


class AnsweredBy(Enum):
    """What a query is answered by."""

    PROMETHEUS = "prometheus"
    GRAFANA = "grafana"
    """Grafana itself: an expression over other queries, or the data of another panel."""
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class SourceNames:
    """What names of data sources mean in one dashboard.

    Attributes:
        types: Type of the source behind a variable or an input, by its name.
    """

    types: Mapping[str, str]

    def of(self, value: Any, around: Any, query: Mapping[str, Any]) -> tuple[AnsweredBy, str]:  # noqa: ANN401 - any JSON
        """What answers a query, and its type in words.

        Args:
            value: The ``datasource`` of the query.
            around: That of its panel, which counts where the query has none.
            query: The query.
        """
        kind = self._type(value if value not in (None, "", {}) else around)
        if kind in _OWN or query.get("type") in ("math", "reduce", "resample", "classic_conditions", "threshold"):
            return AnsweredBy.GRAFANA, kind
        expr = query.get("expr")
        if not kind or kind == _MIXED:  # the usual source, or a name that says nothing: its query says what it is
            is_promql = isinstance(expr, str) and not _OF_LOKI.search(expr)
            return (AnsweredBy.PROMETHEUS, "prometheus") if is_promql else (AnsweredBy.OTHER, "another kind of source")
        if _SPEAKS_PROMQL.search(kind):
            return AnsweredBy.PROMETHEUS, kind
        return AnsweredBy.OTHER, kind

    def _type(self, value: Any) -> str:  # noqa: ANN401 - any JSON value
        if isinstance(value, Mapping):
            kind, uid = str(value.get("type") or ""), str(value.get("uid") or "")
            if kind and not (kind == "datasource" and uid in (_MIXED, "-- Dashboard --")):
                return kind
            value = uid
        text = str(value or "")
        if text == _MIXED or text in _OWN:
            return text
        variable = _VARIABLE.match(text)
        if variable:
            return self.types.get(variable[1] or variable[2], "")
        return ""


def source_names(dashboard: Mapping[str, Any]) -> SourceNames:
    """Read the inputs and the variables of an export that stand for data sources."""
    types: dict[str, str] = {}
    for one in objects(dashboard.get("__inputs")):
        if one.get("type") == "datasource":
            types[str(one.get("name"))] = str(one.get("pluginId") or "")
    for one in objects(as_object(dashboard.get("templating")).get("list")):
        if one.get("type") == "datasource":
            types[str(one.get("name"))] = str(one.get("query") or "")
    return SourceNames(types)
