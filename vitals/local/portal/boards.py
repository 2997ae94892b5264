"""The boards of the running stack, read from the folder that also goes to Grafana.

A file is read again when it changes, so that `vitals render` in another terminal shows at the next refresh. A file
that cannot be read is listed with its error instead of taking the page down.
"""

import json
from dataclasses import dataclass, field
from pathlib import Path

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import Dashboard, parse_dashboard

_FIRST = "overview"


@dataclass(frozen=True, slots=True)
class BoardProblem:
    """A board file that cannot be shown, and why."""

    file: str
    reason: str


@dataclass(slots=True)
class Boards:
    """Boards by uid; the overview first, then by title."""

    folder: Path
    _read: dict[Path, tuple[int, Dashboard | BoardProblem]] = field(default_factory=dict)

    def all(self) -> list[Dashboard]:
        """Return every readable board in the order of the navigation."""
        boards = [board for board in self._current() if isinstance(board, Dashboard)]
        return sorted(boards, key=lambda board: (_FIRST not in board.uid.lower(), board.title, board.uid))

    def problems(self) -> list[BoardProblem]:
        """Return the files that could not be read."""
        return [problem for problem in self._current() if isinstance(problem, BoardProblem)]

    def get(self, uid: str) -> Dashboard | None:
        """Return the board with this uid, or None."""
        return next((board for board in self.all() if board.uid == uid), None)

    def _current(self) -> list[Dashboard | BoardProblem]:
        files = sorted(self.folder.glob("*.json"))
        self._read = {path: self._load(path) for path in files}
        return [board for _, board in self._read.values()]

    def _load(self, path: Path) -> tuple[int, Dashboard | BoardProblem]:
        changed = path.stat().st_mtime_ns
        known = self._read.get(path)
        if known and known[0] == changed:
            return known
        try:
            return changed, parse_dashboard(json.loads(path.read_text(encoding="utf-8")))
        except (ValueError, KeyError, TypeError, AttributeError, VitalsError) as error:
            return changed, BoardProblem(path.name, str(error))
