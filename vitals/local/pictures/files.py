"""Which dashboards are drawn: those of a rendered environment by name, or any dashboard file by path.

A file that people exported years ago, by hand or through an API, is read as far as it can be drawn truthfully; what
cannot be is refused by name before anything is asked or written.
"""

import difflib
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import DrawnDashboard, parse_dashboard
from vitals.local.pictures.arrangement import Tile, arrange
from vitals.model.dashboards.grid import placed_panels
from vitals.model.dashboards.old_panels import renewed
from vitals.rendered import names

LARGEST = 8_000_000
"""Bytes of a dashboard file; the largest public ones have about one million, and Grafana struggles long before this."""
MOST_PANELS = 400
"""Panels of a dashboard; each takes about a tenth of a second to draw, more than a reviewer reads."""
_IMPORT = "let `vitals import dashboard FILE` turn it into one"
_NOT_BUILT_SO = (ValueError, TypeError, KeyError, AttributeError, IndexError, OverflowError)
"""What reading raises where a value is of another type than Grafana's."""
_SAFE = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class DashboardFile:
    """A dashboard that can be drawn.

    Attributes:
        stem: The name of its pictures, without a suffix.
        dashboard: What it asks.
        tiles: What stands where.
        rendered: Whether it is one of the environment, and not a file from elsewhere.
        note: What its picture says of its data beside where they are from.
    """

    stem: str
    dashboard: DrawnDashboard
    tiles: tuple[Tile, ...]
    rendered: bool = False
    note: str = ""


def chosen(wanted: Sequence[str], environment: Path) -> list[DashboardFile]:
    """Find and read dashboards.

    Args:
        wanted: Names of rendered dashboards (``vitals-api``) or paths of files; empty for every rendered one.
        environment: The folder of the rendered environment.

    Raises:
        VitalsError: There is no such dashboard, it cannot be drawn, or two would have the same picture.
    """
    folder = environment / names.DASHBOARDS
    rendered = {path.stem: path for path in sorted(folder.glob("*.json"))}
    if not wanted and not rendered:
        raise VitalsError(
            f"{folder} holds no dashboard, so nothing was drawn. Run `vitals render`, or name a dashboard file."
        )
    paths = [_path(name, rendered, environment.name) for name in wanted] or list(rendered.values())
    files = [replace(_read(path), rendered=path in rendered.values()) for path in dict.fromkeys(paths)]
    stems = [one.stem for one in files]
    if twice := sorted({stem for stem in stems if stems.count(stem) > 1}):
        raise VitalsError(
            f"Two of the files are called {twice[0]!r}, and their pictures would overwrite each other. Nothing was "
            "drawn. Draw them one after the other into different folders."
        )
    return files


def _path(name: str, rendered: dict[str, Path], environment: str) -> Path:
    if name in rendered:
        return rendered[name]
    path = Path(name)
    if path.is_file():
        return path
    near = difflib.get_close_matches(name, rendered, n=1)
    raise VitalsError(
        f"There is no dashboard {name!r} in the environment {environment!r} and no such file"
        f"{f'; is {near[0]!r} meant?' if near else '.'} Dashboards: {', '.join(rendered) or 'none'}. Nothing was drawn."
    )


def _read(path: Path) -> DashboardFile:
    try:
        if path.stat().st_size > LARGEST:
            raise _refused(path, f"it has more than {LARGEST // 1_000_000} MB")
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, ValueError) as error:
        raise _refused(path, f"it is not JSON, or not all of it is there ({error})") from error
    return read_dashboard(path, text)


def read_dashboard(path: Path, text: str) -> DashboardFile:
    """Read a dashboard that is there as text, such as one of another revision.

    Args:
        path: Its file, for its name and for messages; it is not opened.
        text: Its JSON.

    Raises:
        VitalsError: It cannot be drawn.
    """
    try:
        raw = json.loads(text)
    except RecursionError as error:
        raise _refused(path, "its JSON is nested too deep") from error
    except ValueError as error:
        raise _refused(path, f"it is not JSON, or not all of it is there ({error})") from error
    if isinstance(raw, dict) and isinstance(raw.get("dashboard"), dict):
        raw = raw["dashboard"]
    panels = _panels(raw, path)
    try:
        dashboard = parse_dashboard({**raw, "uid": raw.get("uid") or path.stem, "panels": panels})
        tiles = tuple(arrange(panels, dashboard))
    except _NOT_BUILT_SO as error:
        raise _not_built_so(path, error) from error
    except VitalsError as error:
        raise _refused(path, str(error)) from error
    return DashboardFile(_SAFE.sub("-", path.stem).strip("-.") or "dashboard", dashboard, tiles)


def _panels(raw: object, path: Path) -> list[dict[str, Any]]:
    """The panels of a dashboard, each with an id of its own: exports for sharing have none, copied panels the same."""
    if not isinstance(raw, dict):
        raise _refused(path, "it holds no JSON object")
    if isinstance(raw.get("elements"), dict) or isinstance(raw.get("spec"), dict):
        raise _refused(path, f"it is in Grafana's v2 schema; export it as a classic dashboard, or {_IMPORT}")
    if not isinstance(raw.get("rows"), list) or raw.get("panels"):
        found = raw.get("panels")
        if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
            raise _refused(path, "it has no list of panels, so it is not a dashboard")
    try:
        found = [_today(one) for one, _ in placed_panels(raw)]
    except _NOT_BUILT_SO as error:
        raise _not_built_so(path, error) from error
    counted = list(_inside(found))
    if len(counted) > MOST_PANELS:
        raise _refused(path, f"it has {len(counted)} panels, and at most {MOST_PANELS} are drawn; split it")
    taken = {one["id"] for one in counted if isinstance(one.get("id"), int)}
    free = (number for number in range(1, 2 * MOST_PANELS + 2) if number not in taken)
    seen: set[int] = set()
    return [_with_id(one, free, seen) for one in found]


def _today(panel: dict[str, Any]) -> dict[str, Any]:
    """A panel, and those that it hides, in the form of today's Grafana."""
    inner = panel.get("panels")
    panel = renewed(panel)[0]
    return {**panel, "panels": [_today(one) for one in inner if isinstance(one, dict)]} if inner else panel


def _inside(panels: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for one in panels:
        yield one
        yield from (inner for inner in one.get("panels") or () if isinstance(inner, dict))


def _with_id(panel: dict[str, Any], free: Iterator[int], seen: set[int]) -> dict[str, Any]:
    known = panel.get("id")
    numbered = panel if isinstance(known, int) and known not in seen else {**panel, "id": next(free)}
    seen.add(numbered["id"])
    if inner := panel.get("panels"):
        return {**numbered, "panels": [_with_id(one, free, seen) for one in inner if isinstance(one, dict)]}
    return numbered


def _not_built_so(path: Path, error: Exception) -> VitalsError:
    return _refused(path, f"it is not built as Grafana builds one ({error})")


def _refused(path: Path, why: str) -> VitalsError:
    return VitalsError(f"{path} cannot be drawn: {why}. Nothing was drawn.")
