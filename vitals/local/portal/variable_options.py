"""The values that a variable offers: those that stand in the dashboard, or what Prometheus answers to its query.

A query is written as for Grafana's own data source: ``label_values(...)``, ``label_names()``, ``metrics(...)``,
``query_result(...)``, or a selector, whose series are texts of which a regular expression takes a part.
"""

import re
import warnings
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from vitals.local.draw.dashboard import Variable, parse_duration
from vitals.local.draw.matchers import WRITTEN_PATTERN
from vitals.local.draw.template import Choice, substitute
from vitals.local.draw.window import Window, choose_window
from vitals.local.portal.prometheus import Prometheus

LABEL_VALUES = re.compile(r"label_values\(\s*(?:(?P<selector>.+),)?\s*(?P<label>\w+)\s*\)", re.DOTALL)
QUERY_RESULT = re.compile(r"query_result\((?P<expr>.+)\)", re.DOTALL)
_METRICS = re.compile(r"metrics\((?P<pattern>.*)\)", re.DOTALL)
_LISTED = re.compile(r"(?:\\,|[^,])+")
_CALLED = re.compile(r"(?P<text>.+)\s:\s(?P<value>.+)", re.DOTALL)
_NAMED_GROUP = re.compile(r"\(\?<(?![=!])")


def written_options(variable: Variable, window: Window) -> list[str] | None:
    """The values of a variable that stand in the dashboard; None for one whose values Prometheus knows."""
    match variable.kind:
        case "query" if variable.query.strip() and not variable.of_other:
            return None
        case "query":
            return list(variable.current)
        case "textbox" | "constant":
            return [variable.current[0] if variable.current and variable.current[0] else variable.query]
        case "interval":
            automatic = [_automatic(variable, window)] if variable.auto_points else []
            return automatic + _listed(variable.query) or list(variable.current)
        case _:
            return _listed(variable.query) or list(variable.current)


async def asked_options(
    variable: Variable, known: Mapping[str, Choice], window: Window, prometheus: Prometheus
) -> list[str]:
    """The values of a variable that Prometheus knows.

    Args:
        variable: The variable.
        known: What stands for the variables before it.
        window: Where is looked.
        prometheus: Whom to ask.

    Raises:
        QueryError: Its query is refused.
        UnansweredError: Prometheus does not answer.
    """
    query = variable.query.strip()
    if match := LABEL_VALUES.fullmatch(query):
        selector = substitute(match["selector"] or "", known).strip()
        found = await prometheus.label_values(match["label"], selector, window)
    elif match := QUERY_RESULT.fullmatch(query):
        data = await prometheus.instant(substitute(match["expr"], known), window)
        found = list(_result_texts(data))
    elif match := _METRICS.fullmatch(query):
        found = picked(await prometheus.label_values("__name__", "", window), substitute(match["pattern"], known))
    elif re.fullmatch(r"label_names\(.*\)", query, re.DOTALL):
        found = await prometheus.label_names(window)
    else:
        found = [_series_text(one) for one in await prometheus.series(substitute(query, known), window)]
    return picked(found, variable.regex)


def _automatic(variable: Variable, window: Window) -> str:
    """The value of an interval that the range decides."""
    least = parse_duration(variable.auto_least) or 1.0
    return f"{choose_window(window.start, window.latest, width=2 * variable.auto_points, min_step_s=least).step}s"


def chosen_first(variable: Variable, options: Sequence[str]) -> Variable:
    """A variable whose saved choice is a value: ``auto`` of an interval is the first of its options."""
    automatic = variable.auto_points and any(one.startswith("$__auto") for one in variable.current)
    return replace(variable, current=(options[0],)) if automatic else variable


def _listed(text: str) -> list[str]:
    """The values of a list, of which each may have a text before it: ``Production : prod, test``."""
    parts = [one.replace("\\,", ",").strip() for one in _LISTED.findall(text)]
    return [called["value"].strip() if (called := _CALLED.fullmatch(one)) else one for one in parts if one]


def _result_texts(data: Mapping[str, Any]) -> Iterable[str]:
    """The elements of an answer as Grafana writes them for the regular expression of a variable."""
    result = data["result"]
    if data["resultType"] == "scalar":
        return [str(result[1])]
    return [f"{_series_text(one['metric'])} {one['value'][1]} {one['value'][0] * 1000:.0f}" for one in result]


def _series_text(labels: Mapping[str, str]) -> str:
    inside = ",".join(f'{name}="{value}"' for name, value in labels.items() if name != "__name__")
    return f"{labels.get('__name__', '')}{{{inside}}}"


def picked(values: Sequence[str], regex: str) -> list[str]:
    """The values that the regular expression of a variable picks, as Grafana does it.

    Args:
        values: What Prometheus has.
        regex: ``/pattern/flags`` or a pattern; of one with groups, the one called ``value`` or else the first counts.
            One that Python does not take picks everything.
    """
    written = WRITTEN_PATTERN.fullmatch(regex.strip())
    pattern, flags = (written["pattern"], written["flags"]) if written else (regex.strip(), "")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", FutureWarning)  # what a later Python may read otherwise is text until then
            wanted = re.compile(_NAMED_GROUP.sub("(?P<", pattern), re.IGNORECASE if "i" in flags else 0)
    except re.error:
        return list(values)
    found = [(value, match) for value in values if (match := wanted.search(value))]
    if not wanted.groups:
        return [value for value, _ in found]
    group: str | int = "value" if "value" in wanted.groupindex else 1
    return list(dict.fromkeys(value if match[group] is None else match[group] for value, match in found))
