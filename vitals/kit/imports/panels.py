"""The panels of one export, each read by itself: what it becomes, and what is said where it becomes nothing."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from vitals.kit.imports.datasources import DATASOURCE, SourceNames
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.panel_queries import Keep, PanelReader
from vitals.model.dashboards.grid import Place, every_panel
from vitals.model.dashboards.json_values import Json, as_object, objects
from vitals.model.dashboards.old_panels import renewed

_SHOWS_NO_DATA = frozenset({"text", "dashlist", "news", "alertlist", "annolist", "welcome", "gettingstarted"})
_SHOWS = frozenset(
    {
        *("timeseries", "stat", "gauge", "bargauge", "table", "piechart", "heatmap", "histogram", "barchart"),
        *("state-timeline", "status-history", "trend", "xychart", "geomap", "candlestick", "canvas", "nodeGraph"),
    }
)
"""What Grafana draws by itself, without a plugin."""
_ACTIVE = re.compile(r"<\s*(?:script|iframe|object|embed)\b|\bon(?:error|load|click|mouseover)\s*=|javascript:", re.I)


@dataclass(slots=True)
class BroughtDashboard:
    """What became of a dashboard.

    Attributes:
        content: As it is kept here; its panels are those that were taken.
        total: How many panels it had, headers not counted.
        places: File and line of each panel that was taken, by its id.
        changed: What was changed.
        left: What was left.
    """

    content: Json
    total: int
    places: dict[int, str] = field(default_factory=dict)
    changed: list[ImportNote] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)

    @property
    def panels(self) -> list[Json]:
        """Every panel but headers."""
        return [one for one in every_panel(self.content) if not is_row(one)]


Where = Callable[[Place], str]
"""From a path in a file to file and line."""


def is_row(panel: Json) -> bool:
    """Whether it is the header of a row."""
    return panel.get("type") == "row"


class DashboardReader:
    """Reads the panels of one dashboard, and says what becomes of each."""

    def __init__(
        self, names: SourceNames, keep: Keep, where: Where, found: BroughtDashboard, library: dict[str, Json]
    ) -> None:
        self._queries = PanelReader(names, keep)
        self._where = where
        self._found = found
        self._library = library

    def panels(self, placed: list[tuple[Json, Place]]) -> list[Json]:
        """The panels that were taken, each with the place from which it comes, and headers over something."""
        kept: list[Json] = []
        for panel, path in placed:
            if is_row(panel):
                inside = [
                    (one, (*path, "panels", n))
                    for n, one in enumerate(panel.get("panels") or ())
                    if isinstance(one, dict)
                ]
                kept.append(self._header(panel, self.panels(inside)))
            elif (taken := self._panel(panel, path)) is not None:
                kept.append(taken)
        return with_content(kept)

    def name_others(self, panels: Sequence[object]) -> None:
        """Name what stands among the panels and is none."""
        for number, one in enumerate(panels):
            if not isinstance(one, dict) and one is not None:
                self._found.total += 1
                self._leave(self._where(("panels", number)), "a panel", f"it is {str(one)[:30]!r}, and no panel")

    def _header(self, row: Json, inside: list[Json]) -> Json:
        names = ("id", "title", "gridPos", "repeat", "collapsed")
        header = {name: row[name] for name in names if row.get(name) is not None}
        return {"title": "", "collapsed": False, **header, "type": "row", "panels": inside}

    def _panel(self, panel: Json, path: Place) -> Json | None:
        self._found.total += 1
        where = self._where(path)
        what = f'panel "{panel.get("title") or panel.get("id") or panel.get("type") or ""}"'
        if "libraryPanel" in panel:
            named = as_object(panel["libraryPanel"])
            model = self._library.get(str(named.get("uid")))
            if model is None:
                name = named.get("name") or named.get("uid")
                self._leave(
                    where,
                    what,
                    f"it stands in Grafana's library as {name!r} and not in this file. Unlink it there, or export "
                    "'for sharing externally', which brings it along",
                )
                return None
            panel = {**model, **{key: panel[key] for key in ("id", "gridPos") if key in panel}}
            panel.setdefault("title", named.get("name"))
        panel, changes = renewed(panel)
        kind = str(panel.get("type") or "")
        if kind in _SHOWS_NO_DATA:
            return self._text(panel, where, what)
        if kind not in _SHOWS:
            self._leave(
                where, what, f"panels of type {kind!r} need a plugin, or data of another kind, that is not here"
            )
            return None
        result = self._queries.read(panel)
        changes += result.changed
        for reason in dict.fromkeys(changes):
            self._found.changed.append(ImportNote(where, what, reason))
        if not result.targets:
            self._leave(where, what, "; ".join(dict.fromkeys(result.left)) or "it asks nothing")
            return None
        self._found.left += [ImportNote(where, f"a query of {what}", reason) for reason in dict.fromkeys(result.left)]
        kept = {
            key: value for key, value in panel.items() if key not in ("libraryPanel", "pluginVersion", "scopedVars")
        }
        kept |= {"title": str(panel.get("title") or ""), "targets": result.targets, "datasource": result.datasource}
        kept["fieldConfig"] = {"defaults": {}, "overrides": [], **as_object(panel.get("fieldConfig"))}
        kept["options"] = as_object(panel.get("options"))
        kept.pop("alert", None)
        kept["__where"] = where
        return kept

    def _text(self, panel: Json, where: str, what: str) -> Json | None:
        options = as_object(panel.get("options"))
        if panel.get("type") == "text" and not options:
            options = {"mode": panel.get("mode") or "markdown", "content": panel.get("content") or ""}
        if found := _ACTIVE.search(str(options.get("content") or "")):
            self._leave(where, what, f"it holds {found[0]!r}, which Grafana strips or runs in every browser")
            return None
        names = ("id", "type", "title", "description", "gridPos", "links", "transparent", "repeat", "repeatDirection")
        kept = {name: panel[name] for name in names if name in panel}
        config: Json = {"defaults": {}, "overrides": []}
        return {"title": "", **kept, "options": options, "fieldConfig": config, "__where": where}

    def _leave(self, where: str, what: str, why: str) -> None:
        self._found.left.append(ImportNote(where, what, why))

    def annotations(self, whole: Json) -> list[Json]:
        """The marks that Prometheus can draw; those that Grafana itself keeps are there without being listed."""
        kept: list[Json] = []
        for index, one in enumerate(objects(as_object(whole.get("annotations")).get("list"))):
            if one.get("builtIn"):
                continue
            where = self._where(("annotations", "list", index))
            what = f'annotation "{one.get("name") or ""}"'
            result = self._queries.read({"datasource": one.get("datasource"), "targets": [one]})
            self._found.changed += [ImportNote(where, what, reason) for reason in result.changed]
            if not result.targets:
                self._leave(where, what, "; ".join(dict.fromkeys(result.left)) or "it asks nothing")
                continue
            mark = {key: value for key, value in result.targets[0].items() if key != "refId"}
            kept.append({"name": "", "enable": True, **mark, "datasource": dict(DATASOURCE)})
        return kept


def edited(panels: Iterable[Json], edit: Callable[[Json], Json | None]) -> list[Json]:
    """Panels and headers as ``edit`` returns them, those inside closed rows too; None leaves one.

    A header under which nothing is left goes with the last panel under it.
    """
    kept: list[Json] = []
    for panel in panels:
        new = edit(panel)
        if new is not None:
            kept.append({**new, "panels": edited(new["panels"], edit)} if new.get("panels") else new)
    return with_content(kept)


def with_content(panels: list[Json]) -> list[Json]:
    """Panels and headers without those headers under which nothing is left."""
    kept: list[Json] = []
    for panel, following in zip_longest(panels, panels[1:]):
        empty = not panel.get("panels") and (panel.get("collapsed") or following is None or is_row(following))
        if not (is_row(panel) and empty):
            kept.append(panel)
    return kept
