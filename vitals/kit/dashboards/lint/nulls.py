"""No nulls and none of grafanalib's old keys: what Grafana does not read only makes a diff longer."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from vitals.kit.dashboards.lint.problem import DashboardsJson, Found
from vitals.model.promql import Vocabulary

_OLD = {"hideControls", "intervalFactor", "rows", "sharedCrosshair", "span", "style", "useTags"}


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find nulls and old keys anywhere in a dashboard."""
    for uid, dashboard in dashboards.items():
        for path in _dead(dashboard, ""):
            yield uid, "", f"{path.lstrip('.')} is null or no longer read; leave it out."


def _dead(node: Any, path: str) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(node, dict):
        for key, value in node.items():
            if value is None or key in _OLD:
                yield f"{path}.{key}"
            yield from _dead(value, f"{path}.{key}")
    elif isinstance(node, list):
        for index, value in enumerate(node):
            yield from _dead(value, f"{path}[{index}]")
