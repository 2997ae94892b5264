"""Which panel a notification links to: one that is rendered, with the values of variables that its link names.

The link comes with the alert, so nothing of it is opened: its ids choose among the dashboards that are here, and its
values are words that cannot leave the quotes of a query.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import DrawnDashboard, Panel, parse_dashboard
from vitals.local.draw.panel import SERIES_KINDS
from vitals.local.portal.time_range import parse_moment
from vitals.local.relay.problem import NoPictureError

USUAL_RANGE_S = 3600.0
"""What our links open."""
_SHORTEST_S, _LONGEST_S = 300.0, 7 * 86400.0
"""Of a range: below, a panel has a handful of points; above, a query is heavier than a picture is worth."""
_LONGEST_LINK = 2000
_PATH = re.compile(r"/d/([A-Za-z0-9_-]{1,64})(?:/[^/]*)?/?$")
_VALUE = re.compile(r"[\w .:/@+~|*-]{1,200}")
"""Names of services, instances, mount points and containers; without quotes, backslashes and braces."""
_VARIABLES = 20


@dataclass(frozen=True, slots=True)
class LinkedPanel:
    """A panel as a link shows it.

    Attributes:
        dashboard: The dashboard that it is on.
        panel: The panel.
        wanted: Values of variables, by name.
        range_s: How much time is shown, in seconds.
    """

    dashboard: DrawnDashboard
    panel: Panel
    wanted: Mapping[str, Sequence[str]]
    range_s: float


def linked_panel(link: str, dashboards: Path) -> LinkedPanel:
    """Find the panel of a link.

    Args:
        link: ``https://HOST/d/UID/NAME?viewPanel=ID&var-service=VALUE&from=now-1h``; the host is not looked at.
        dashboards: The folder of the rendered dashboards.

    Raises:
        NoPictureError: There is no such panel, or it is not drawn from queries.
    """
    try:
        parts = urlsplit(link[:_LONGEST_LINK])
        asked = parse_qs(parts.query, max_num_fields=_VARIABLES + 10)
    except ValueError as error:
        raise NoPictureError("no_panel", "the link of the alert cannot be read") from error
    path = _PATH.search(parts.path)
    number = asked.get("viewPanel", [""])[0].removeprefix("panel-")
    if path is None or not re.fullmatch(r"\d{1,9}", number):
        raise NoPictureError("no_panel", "the alert links to no panel")
    dashboard = _dashboard(dashboards / f"{path[1]}.json")
    panel = dashboard.panel(int(number)) if dashboard else None
    if dashboard is None or panel is None or panel.kind not in SERIES_KINDS:
        raise NoPictureError("no_panel", f"no panel {number} of a dashboard {path[1]} is rendered here")
    wanted = {name.removeprefix("var-"): values for name, values in asked.items() if name.startswith("var-")}
    if not all(_VALUE.fullmatch(value) for values in wanted.values() for value in values):
        raise NoPictureError("no_panel", f"the link to the panel {number} of {path[1]} has a value that is not a name")
    return LinkedPanel(dashboard, panel, wanted, _range(asked))


def _dashboard(file: Path) -> DrawnDashboard | None:
    try:
        return parse_dashboard(json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, VitalsError):
        return None


def _range(asked: Mapping[str, list[str]]) -> float:
    try:
        start, end = (parse_moment(asked.get(name, [usual])[0], 0.0) for name, usual in _ENDS)
    except VitalsError:
        return USUAL_RANGE_S
    return min(max(end - start, _SHORTEST_S), _LONGEST_S) if end > start else USUAL_RANGE_S


_ENDS = (("from", f"now-{USUAL_RANGE_S:.0f}s"), ("to", "now"))
"""An absolute moment is none that can be compared with one that is not; both ends of such a link are absolute."""
