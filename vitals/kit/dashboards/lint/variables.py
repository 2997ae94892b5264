"""Variables that are used are declared, and those that are declared are used; choices follow the time."""

from __future__ import annotations

import json
import re

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found
from vitals.model.promql import Vocabulary

_USE = re.compile(r"\$\{?(?!__)(\w+)")
_ON_TIME_CHANGE = 2


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Compare both sets on each dashboard. Grafana's own variables start with two underscores."""
    for uid, dashboard in dashboards.items():
        declared = {variable["name"] for variable in dashboard["templating"]["list"]}
        used = set(_USE.findall(json.dumps(dashboard)))
        for name in sorted(used - declared):
            yield uid, "", f"${name} is used and nowhere declared, so it would stand in the query as text."
        for name in sorted(declared - used):
            yield uid, "", f"the variable {name!r} changes nothing; use it or remove it."
        for variable in dashboard["templating"]["list"]:
            if variable["type"] == "query" and variable.get("refresh") != _ON_TIME_CHANGE:
                yield uid, "", f"the choices of {variable['name']!r} do not follow the time; set refresh to 2."
