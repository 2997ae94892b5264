"""Dashboards: every rendered one against what Grafana shows under its uid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any

from vitals.rendered import names
from vitals.verify.changes.dashboards import changes_of_dashboards
from vitals.verify.changes.state import EnvironmentState
from vitals.verify.drift.same import RunningDifference, differences
from vitals.verify.review.panels import shown

_AREA = "dashboards"
_OWN = ("id", "version", "iteration", "schemaVersion", "weekStart")
"""What Grafana counts or migrates by itself when it stores a dashboard."""
_MOST = 5
"""Differences of one dashboard that words do not describe; with more of them a reviewer looks at it as a whole."""


def drift_of_dashboard(rendered: Mapping[str, Any], running: Mapping[str, Any] | None) -> Iterator[RunningDifference]:
    """How a dashboard differs, panel by panel.

    Args:
        rendered: The rendered dashboard.
        running: ``dashboard`` of Grafana's answer for its uid; None where it has none.
    """
    subject = shown(rendered.get("title"))
    if running is None:
        yield RunningDifference(_AREA, subject, f"is not there (uid {rendered.get('uid')})")
        return
    plain = {key: value for key, value in rendered.items() if key not in _OWN}
    found = list(islice(differences(plain, running), _MOST))
    if not found:
        return
    before, after = (_state(one) for one in (rendered, running))
    described = [change.text for change in changes_of_dashboards(before, after)]
    yield from (RunningDifference(_AREA, subject, text) for text in described or found)


def _state(dashboard: Mapping[str, Any]) -> EnvironmentState:
    return EnvironmentState({names.dashboard_file(str(dashboard.get("uid"))): json.dumps(dashboard)})
