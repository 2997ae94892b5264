"""The dashboards of the running stack, read from the folder that also goes to Grafana.

A file is read again when it changes, so that `vitals render` in another terminal shows at the next refresh. A file
that cannot be read is listed with its error instead of taking the page down.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import DrawnDashboard, parse_dashboard

_FIRST = "overview"


@dataclass(frozen=True, slots=True)
class DashboardProblem:
    """A dashboard file that cannot be shown, and why."""

    file: str
    reason: str


@dataclass(slots=True)
class DashboardFolder:
    """Dashboards by uid; the overview first, then by title."""

    folder: Path
    _read: dict[Path, tuple[int, DrawnDashboard | DashboardProblem]] = field(default_factory=dict)

    def all(self) -> list[DrawnDashboard]:
        """Return every readable dashboard in the order of the navigation."""
        dashboards = [dashboard for dashboard in self._current() if isinstance(dashboard, DrawnDashboard)]
        return sorted(
            dashboards, key=lambda dashboard: (_FIRST not in dashboard.uid.lower(), dashboard.title, dashboard.uid)
        )

    def problems(self) -> list[DashboardProblem]:
        """Return the files that could not be read."""
        return [problem for problem in self._current() if isinstance(problem, DashboardProblem)]

    def get(self, uid: str) -> DrawnDashboard | None:
        """Return the dashboard with this uid, or None."""
        return next((dashboard for dashboard in self.all() if dashboard.uid == uid), None)

    def _current(self) -> list[DrawnDashboard | DashboardProblem]:
        files = sorted(self.folder.glob("*.json"))
        self._read = {path: self._load(path) for path in files}
        return [dashboard for _, dashboard in self._read.values()]

    def _load(self, path: Path) -> tuple[int, DrawnDashboard | DashboardProblem]:
        changed = path.stat().st_mtime_ns
        known = self._read.get(path)
        if known and known[0] == changed:
            return known
        try:
            return changed, parse_dashboard(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError, VitalsError) as error:
            return changed, DashboardProblem(path.name, str(error))
