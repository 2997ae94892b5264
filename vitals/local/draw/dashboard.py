"""A classic Grafana dashboard (schema 42) as typed data: only what is needed to draw it.

Reading is tolerant, because Grafana itself fills in what a dashboard leaves out; a dashboard without ``uid`` or with a
panel without ``id`` is refused, because then nothing could link to it.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from vitals.errors import VitalsError
from vitals.local.draw.borrowed import with_queries
from vitals.local.draw.data_sources import is_other_server, offered_types, source_type
from vitals.local.draw.old_options import old_options
from vitals.local.draw.unseen_queries import unseen_queries

Json = Mapping[str, Any]
_UNPLACED = (("x", 0), ("y", 0), ("w", 6), ("h", 3))
"""Where Grafana has a panel that names no place: it leaves its defaults out when it writes."""
_AUTO_POINTS = 30
"""Of an interval that follows the range and says no number: Grafana's default."""


@dataclass(frozen=True, slots=True)
class Grid:
    """Place on the dashboard: columns of 24 and rows of 30 px, counted from the upper left."""

    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Target:
    """One query of a panel; ``legend`` and ``form`` are Grafana's ``legendFormat`` and ``format``."""

    ref: str
    expr: str
    legend: str = ""
    instant: bool = False
    exemplar: bool = False
    hidden: bool = False
    form: str = ""


@dataclass(frozen=True, slots=True)
class ThresholdStep:
    """From ``value`` upwards (None: from minus infinity) the colour is ``color``, as Grafana names it."""

    value: float | None
    color: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One panel. ``defaults``, ``options`` and ``overrides`` are the dashboard's own JSON for the type to read.

    ``targets`` are those that Prometheus answers; ``others`` are the types of the other servers that it asks. It is
    repeated for each value of the variables ``repeats``, its own and those of its row.
    """

    id: int
    kind: str
    title: str = ""
    description: str = ""
    grid: Grid = Grid(0, 0, 24, 8)
    targets: tuple[Target, ...] = ()
    others: tuple[str, ...] = ()
    thresholds: tuple[ThresholdStep, ...] = ()
    defaults: Json = field(default_factory=dict)
    options: Json = field(default_factory=dict)
    overrides: tuple[Json, ...] = ()
    transformations: tuple[Json, ...] = ()
    min_step_s: float | None = None
    repeats: tuple[str, ...] = ()

    @property
    def unit(self) -> str:
        """Grafana's unit id, for example ``s`` or ``percentunit``; ``short`` when the panel names none."""
        return str(self.defaults.get("unit") or "short")

    @property
    def decimals(self) -> int | None:
        """Fixed number of decimals, or None to choose by size."""
        value = self.defaults.get("decimals")
        return int(value) if value is not None else None

    @property
    def over_time(self) -> bool:
        """Whether it shows a stretch of time, so that even a query marked ``instant`` is asked for one."""
        return self.kind in ("timeseries", "heatmap", "histogram", "state-timeline", "status-history")

    @property
    def custom(self) -> Json:
        """How the type draws its fields (line width, fill, stacking ...)."""
        return self.defaults.get("custom") or {}

    @property
    def no_value(self) -> str:
        """What to say when the queries return nothing."""
        return str(self.defaults.get("noValue") or "No data")


@dataclass(frozen=True, slots=True)
class Variable:
    """One template variable; ``query`` is a ``label_values(...)`` call or a comma-separated list.

    ``regex`` picks values, or parts of them, as Grafana does; ``of_other`` says that another server is asked for them.
    An interval that may follow the range has about ``auto_points`` within it and is at least as long as ``auto_least``.
    """

    name: str
    kind: str
    label: str
    query: str
    current: tuple[str, ...]
    multi: bool
    include_all: bool
    all_value: str
    hidden: bool
    regex: str = ""
    of_other: bool = False
    auto_points: int = 0
    auto_least: str = ""


@dataclass(frozen=True, slots=True)
class Annotation:
    """A query whose non-zero stretches are marked on every panel; formats take ``{{label}}``."""

    name: str
    expr: str
    title: str
    text: str
    color: str


@dataclass(frozen=True, slots=True)
class DrawnDashboard:
    """One dashboard; ``panels`` holds rows and the panels inside collapsed rows too, in dashboard order."""

    uid: str
    title: str
    description: str
    tags: tuple[str, ...]
    panels: tuple[Panel, ...]
    variables: tuple[Variable, ...]
    annotations: tuple[Annotation, ...]
    time_from: str

    @property
    def slug(self) -> str:
        """Last part of the dashboard's address, made from its title as Grafana does."""
        return re.sub(r"[^a-z0-9]+", "-", self.title.lower()).strip("-") or self.uid

    def panel(self, panel_id: int) -> Panel | None:
        """Return the panel with this id, or None."""
        return next((panel for panel in self.panels if panel.id == panel_id), None)


def parse_dashboard(raw: Json) -> DrawnDashboard:
    """Read a classic dashboard.

    Args:
        raw: The dashboard's JSON object, without the ``dashboard`` envelope of Grafana's API.

    Returns:
        The dashboard as typed data.

    Raises:
        VitalsError: The dashboard has no ``uid``, or a panel has no ``id``.
    """
    uid = raw.get("uid")
    title = str(raw.get("title") or uid)
    if not uid:
        raise VitalsError(
            f"The dashboard {title!r} has no uid, so no link can name it. Give its dashboard a uid and render again."
        )
    templating = raw.get("templating") or {}
    annotations = raw.get("annotations") or {}
    offered = offered_types(raw)
    by_id = {str(panel.get("id")): panel for panel, _ in _flat(raw.get("panels") or ())}
    return DrawnDashboard(
        uid=str(uid),
        title=title,
        description=str(raw.get("description") or ""),
        tags=tuple(raw.get("tags") or ()),
        panels=tuple(
            _panel(with_queries(panel, by_id), str(uid), offered, of_row)
            for panel, of_row in _flat(raw.get("panels") or ())
        ),
        variables=tuple(_variable(entry, offered) for entry in templating.get("list") or ()),
        annotations=tuple(
            _annotation(entry)
            for entry in annotations.get("list") or ()
            if entry.get("enable", True)
            and entry.get("expr")
            and not is_other_server(source_type(entry.get("datasource"), offered))
        ),
        time_from=str((raw.get("time") or {}).get("from") or "now-1h"),
    )


def _flat(panels: Sequence[Json]) -> Iterator[tuple[Json, str]]:
    """Every panel in dashboard order, each with the variable for which its row is repeated; empty where it is not."""
    of_row = ""
    for panel in panels:
        if panel.get("type") == "row":
            of_row = str(panel.get("repeat") or "")
        yield panel, of_row
        yield from ((inner, of_row) for inner in panel.get("panels") or ())


def _panel(raw: Json, uid: str, offered: Mapping[str, str], of_row: str) -> Panel:
    if raw.get("id") is None:
        raise VitalsError(
            f"Dashboard {uid!r} has a panel {raw.get('title', '')!r} without an id, so no link can open it. "
            "Give the panel an id and render again."
        )
    config = raw.get("fieldConfig") or {}
    defaults = config.get("defaults") or {}
    grid = raw.get("gridPos") or {}
    steps = (defaults.get("thresholds") or {}).get("steps") or ()
    own = source_type(raw.get("datasource"), offered)
    unseen = unseen_queries(config.get("overrides") or ())
    asked = [(one, source_type(one.get("datasource"), offered) or own) for one in raw.get("targets") or ()]
    return Panel(
        id=int(raw["id"]),
        kind=str(raw.get("type") or ""),
        title=str(raw.get("title") or ""),
        description=str(raw.get("description") or ""),
        grid=Grid(*(int(grid.get(key, default)) for key, default in _UNPLACED)),
        targets=tuple(
            _target(one, index, unseen)
            for index, (one, kind) in enumerate(asked)
            if one.get("expr") and not is_other_server(kind)
        ),
        others=tuple(dict.fromkeys(kind for one, kind in asked if is_other_server(kind) and not one.get("hide"))),
        thresholds=tuple(ThresholdStep(step.get("value"), str(step.get("color") or "green")) for step in steps),
        defaults=defaults,
        options=raw.get("options") or old_options(raw),
        overrides=tuple(config.get("overrides") or ()),
        transformations=tuple(raw.get("transformations") or ()),
        min_step_s=parse_duration(str(raw["interval"]).lstrip(">")) if raw.get("interval") else None,
        repeats=tuple(name for name in (of_row, str(raw.get("repeat") or "")) if name),
    )


def _target(raw: Json, index: int, unseen: Collection[str]) -> Target:
    ref = str(raw.get("refId") or chr(ord("A") + index))
    return Target(
        ref=ref,
        expr=str(raw["expr"]),
        legend=str(raw.get("legendFormat") or ""),
        instant=bool(raw.get("instant")),
        exemplar=bool(raw.get("exemplar")),
        hidden=bool(raw.get("hide")) or ref in unseen,
        form=str(raw.get("format") or ""),
    )


def _variable(raw: Json, offered: Mapping[str, str]) -> Variable:
    query = raw.get("query") or ""
    current = (raw.get("current") or {}).get("value") or ()
    return Variable(
        name=str(raw.get("name")),
        kind=str(raw.get("type") or "query"),
        label=str(raw.get("label") or raw.get("name")),
        query=str(query.get("query") or "") if isinstance(query, Mapping) else str(query),
        current=(current,) if isinstance(current, str) else tuple(current),
        multi=bool(raw.get("multi")),
        include_all=bool(raw.get("includeAll")),
        all_value=str(raw.get("allValue") or ""),
        hidden=raw.get("hide") in {2, "hideVariable"},
        regex=str(raw.get("regex") or ""),
        of_other=is_other_server(source_type(raw.get("datasource"), offered)),
        auto_points=int(raw.get("auto_count") or _AUTO_POINTS) if raw.get("auto") else 0,
        auto_least=str(raw.get("auto_min") or ""),
    )


def _annotation(raw: Json) -> Annotation:
    return Annotation(
        name=str(raw.get("name") or ""),
        expr=str(raw["expr"]),
        title=str(raw.get("titleFormat") or raw.get("name") or ""),
        text=str(raw.get("textFormat") or ""),
        color=str(raw.get("iconColor") or "blue"),
    )


_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400, "w": 604800, "M": 2592000, "y": 31536000}


def parse_duration(text: str) -> float | None:
    """Return the seconds of a Grafana duration such as ``15s`` or ``1h``, or None when it is none."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)(ms|[smhdwMy])", text.strip())
    return float(match[1]) * _SECONDS[match[2]] if match else None
