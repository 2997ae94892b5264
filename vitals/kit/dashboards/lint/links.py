"""Every link to a dashboard leads to one that we ship, and takes the time and its variables along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found, panels
from vitals.model.promql import Vocabulary

_DASHBOARD = re.compile(r"/d/([^/?]+)")


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find links that lead nowhere or forget something on the way."""
    for uid, dashboard in dashboards.items():
        for link in dashboard.get("links", []):
            yield from ((uid, "", text) for text in _leads_nowhere(link["url"], dashboards))
            if not (link.get("keepTime") and link.get("includeVars")):
                yield uid, "", f"the link {link['title']!r} loses the time or the variables."
        for panel in panels(dashboard):
            for url in _urls(panel):
                yield from (
                    (uid, panel["title"], text) for text in (*_leads_nowhere(url, dashboards), *_loses(url, dashboards))
                )


def _urls(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(node, dict):
        if isinstance(node.get("url"), str):
            yield node["url"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _urls(child)


def _leads_nowhere(url: str, dashboards: DashboardsJson) -> Iterator[str]:
    match = _DASHBOARD.search(url)
    if match and match[1] not in dashboards:
        yield f"a link leads to the dashboard {match[1]!r}, which does not exist."


def _loses(url: str, dashboards: DashboardsJson) -> Iterator[str]:
    match = _DASHBOARD.search(url)
    if not match or match[1] not in dashboards:
        return
    if "${__url_time_range}" not in url:
        yield f"the link to {match[1]!r} loses the time; add ${{__url_time_range}}."
    for variable in dashboards[match[1]]["templating"]["list"]:
        name = variable["name"]
        if f"var-{name}=" not in url and f"${{{name}:queryparam}}" not in url:
            yield f"the link to {match[1]!r} does not say which {name}; add var-{name}."
