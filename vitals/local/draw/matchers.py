"""Which series an override of a panel means: Grafana's matchers of fields.

Patterns come from dashboards of other people, so RE2 matches them, in linear time; one that it refuses matches nothing.
"""

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from vitals.local.draw.reducers import reduce
from vitals.local.draw.series import DrawnSeries
from vitals.model.dashboards.json_values import as_list, as_object
from vitals.model.promql.regex import matches

WRITTEN_PATTERN = re.compile(r"/(?P<pattern>.*)/(?P<flags>[a-z]*)", re.DOTALL)
"""How Grafana writes a pattern with flags."""
_COMPARED: Mapping[str, Callable[[float, float], bool]] = {
    "eq": operator.eq,
    "neq": operator.ne,
    "gt": operator.gt,
    "gte": operator.ge,
    "lt": operator.lt,
    "lte": operator.le,
}


def is_meant(matcher: Mapping[str, Any], series: DrawnSeries) -> bool:
    """Whether a matcher means a series; one of a kind that is not known here means none."""
    means = _MEANS.get(str(matcher.get("id")))
    return means is not None and means(matcher.get("options"), series)


def _by_names(wanted: Any, series: DrawnSeries) -> bool:  # noqa: ANN401 the dashboard's JSON
    named = series.name in as_list(as_object(wanted).get("names"))
    return named is not (as_object(wanted).get("mode") == "exclude")


def _by_regexp(wanted: Any, series: DrawnSeries) -> bool:  # noqa: ANN401
    """``/pattern/flags`` is looked for; one without slashes begins and ends where the name does."""
    found = WRITTEN_PATTERN.fullmatch(str(wanted))
    pattern, flags = (found["pattern"], found["flags"]) if found else (f"^{wanted}$", "")
    return matches(f"{'(?i)' if 'i' in flags else ''}.*(?:{pattern}).*", series.name)


def _by_value(wanted: Any, series: DrawnSeries) -> bool:  # noqa: ANN401
    asked = as_object(wanted)
    holds, bound = _COMPARED.get(str(asked.get("op"))), asked.get("value")
    if holds is None or not isinstance(bound, int | float):
        return False
    return holds(reduce(series.values, str(asked.get("reducer"))), bound)


_MEANS: Mapping[str, Callable[[Any, DrawnSeries], bool]] = {
    "byName": lambda wanted, series: series.name == wanted,
    "byNames": _by_names,
    "byRegexp": _by_regexp,
    "byFrameRefID": lambda wanted, series: series.ref == wanted,
    "byType": lambda wanted, _: bool(wanted == "number"),  # the other fields of a series are times
    "byValue": _by_value,
}
