"""What an address asks for: dashboard, time range, variables, size and theme, read and checked in one place."""

import time
from collections.abc import Mapping

from starlette.datastructures import QueryParams
from starlette.exceptions import HTTPException

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import DrawnDashboard
from vitals.local.draw.frame import Size
from vitals.local.draw.theme import DARK, LIGHT, Theme
from vitals.local.draw.window import Window, choose_window
from vitals.local.portal.dashboards import DashboardFolder
from vitals.local.portal.time_range import parse_moment

_VARIABLE = "var-"
_SMALLEST, _LARGEST = 60, 4000
_DIGITS = 12
"""No screen needs more; Python refuses to read a number of thousands of digits."""


def requested_dashboard(dashboards: DashboardFolder, uid: str) -> DrawnDashboard:
    """Return the dashboard, or answer 404 naming those there are."""
    dashboard = dashboards.get(uid)
    if dashboard is None:
        known = ", ".join(one.uid for one in dashboards.all()) or "none"
        raise HTTPException(404, f"There is no dashboard {uid!r}. Dashboards: {known}.")
    return dashboard


def requested_variables(query: QueryParams) -> dict[str, list[str]]:
    """Return the values of ``var-<name>`` by name."""
    names = dict.fromkeys(name for name in query if name.startswith(_VARIABLE))
    return {name.removeprefix(_VARIABLE): query.getlist(name) for name in names}


def requested_size(query: Mapping[str, str]) -> Size:
    """Return ``width`` and ``height`` in pixels, 600 by 240 by default, held to what a screen has."""
    return Size(*(_pixels(query, name, default) for name, default in (("width", 600), ("height", 240))))


def requested_theme(query: Mapping[str, str]) -> Theme:
    """Return the dark theme for ``theme=dark``, else the light one."""
    return DARK if query.get("theme") == "dark" else LIGHT


def requested_window(
    query: Mapping[str, str], *, default_from: str, width: int = 600, min_step_s: float | None = None
) -> Window:
    """Return the window of ``from`` and ``to`` at the resolution of the width.

    Raises:
        VitalsError: A time cannot be read, or the range is empty or too long.
    """
    now = time.time()
    start = parse_moment(query.get("from") or default_from, now)
    end = parse_moment(query.get("to") or "now", now)
    return choose_window(start, end, width=width, **({"min_step_s": min_step_s} if min_step_s else {}))


def _pixels(query: Mapping[str, str], name: str, default: int) -> int:
    text = query.get(name) or str(default)
    if not text.isdecimal() or len(text) > _DIGITS:
        raise VitalsError(f"{name}={text[:_DIGITS]!r} is not a number of pixels. Write for example {name}={default}.")
    return min(max(int(text), _SMALLEST), _LARGEST)
