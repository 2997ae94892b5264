"""Which server a query of a dashboard asks: an export names it by its type, by its name or by a variable."""

import re
from collections.abc import Mapping
from typing import Any

PROMETHEUS = "prometheus"
EXPRESSION = "__expr__"
"""The data source of Grafana's own expressions: what they name is asked, even where it is hidden."""
_OWN = frozenset({"", PROMETHEUS, EXPRESSION, "datasource", "grafana", "mixed"})
"""What stands for no other server: nothing said, Prometheus, and what Grafana computes or mixes itself."""
_REFERENCE = re.compile(r"\$\{?(\w+)(?::\w+)?\}?|\[\[(\w+)\]\]")


def offered_types(dashboard: Mapping[str, Any]) -> dict[str, str]:
    """The type of the data sources that each variable offers, or that an import asks for, by its name.

    Args:
        dashboard: Its JSON; a key that is missing or of another type is nothing.
    """
    templating = dashboard.get("templating")
    variables = templating.get("list") if isinstance(templating, Mapping) else None
    return {
        str(one.get("name")): one[key]
        for listed, key in ((dashboard.get("__inputs"), "pluginId"), (variables, "query"))
        if isinstance(listed, list)
        for one in listed
        if isinstance(one, Mapping) and one.get("type") == "datasource" and isinstance(one.get(key), str)
    }


def source_type(value: object, offered: Mapping[str, str]) -> str:
    """The type of a data source; empty where only a name is given, or a variable that says no type.

    Args:
        value: What the file has: an object, a name, or a variable.
        offered: The type that each variable of the dashboard offers.
    """
    found, uid = (value.get("type"), value.get("uid")) if isinstance(value, Mapping) else (None, value)
    if not isinstance(found, str) or not found:
        named = _REFERENCE.fullmatch(str(uid))
        found = offered.get(named[1] or named[2], "") if named else ""
    return PROMETHEUS if PROMETHEUS in found else found


def is_other_server(kind: str) -> bool:
    """Whether a type of data source is one that Prometheus cannot answer for."""
    return kind not in _OWN
