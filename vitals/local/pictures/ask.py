"""Asks Prometheus for everything that a dashboard shows and draws each panel, as the portal does."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from vitals.local.draw.frame import Size, Spec
from vitals.local.draw.panel import draw_message, draw_panel
from vitals.local.draw.prose import with_choices
from vitals.local.draw.series import DrawnSeries
from vitals.local.draw.template import Choice, substitute
from vitals.local.draw.theme import Theme
from vitals.local.draw.window import Window, choose_window
from vitals.local.pictures.arrangement import WIDTH_PX, Tile
from vitals.local.pictures.files import DashboardFile
from vitals.local.portal.panels import panel_answer
from vitals.local.portal.prometheus import Prometheus, QueryError, UnansweredError
from vitals.local.portal.variables import choices, once, resolve

HEADER_PX = 30
PADDING_PX = 8
_AT_ONCE = 4
"""Panels whose queries run at the same time: more would be a load that a browser never makes."""


@dataclass(frozen=True)
class TimeRange:
    """The stretch of time that is drawn: its last moment in unix seconds, and its length in seconds."""

    end: float
    length_s: float

    @property
    def start(self) -> float:
        """The first moment, unix seconds."""
        return self.end - self.length_s


@dataclass(frozen=True)
class TileAnswer:
    """What was drawn in a tile, for another engine: the series, the window and the size."""

    series: Sequence[DrawnSeries]
    window: Window
    size: Size


@dataclass(frozen=True)
class DrawnTile:
    """A tile with its drawing.

    Attributes:
        tile: What stands where.
        title: Its title, variables filled in.
        spec: The drawing; a row has none.
        problem: What failed.
        empty: Whether its queries returned nothing.
        answer: What they returned; None where nothing was asked or a query was refused.
        png: The drawing as pixels, which is shown in place of ``spec``.
    """

    tile: Tile
    title: str
    spec: Spec | None
    problem: str = ""
    empty: bool = False
    answer: TileAnswer | None = None
    png: bytes | None = None


@dataclass(frozen=True)
class DrawnFile:
    """A dashboard with every panel drawn; ``variables`` are the choices that it was drawn with, in words.

    ``problems`` says of which variables the values are unknown.
    """

    file: DashboardFile
    variables: tuple[str, ...]
    tiles: tuple[DrawnTile, ...]
    problems: tuple[str, ...] = ()


def drawing_size(tile: Tile) -> Size:
    """How large the drawing in a tile is."""
    return Size(round(tile.width - 2 * PADDING_PX), max(20, round(tile.height - HEADER_PX - PADDING_PX)))


async def ask(
    file: DashboardFile,
    span: TimeRange,
    theme: Theme,
    prometheus: Prometheus,
    *,
    wanted: Mapping[str, Sequence[str]] | None = None,
) -> DrawnFile:
    """Ask and draw one dashboard.

    Args:
        file: The dashboard.
        span: The stretch of time.
        theme: Light or dark.
        prometheus: Whom to ask.
        wanted: Values of variables, by name; the dashboard's own choice where there is none.

    Raises:
        UnansweredError: Prometheus does not answer. A query that it refuses is one of the problems.
    """
    window = choose_window(span.start, span.end, width=WIDTH_PX)
    resolved = await resolve(file.dashboard, wanted or {}, window, prometheus)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def draw(tile: Tile) -> DrawnTile:
        title = substitute(tile.panel.title, choices(resolved, window) | once(resolved, tile.panel.repeats))
        if tile.panel.kind == "row":
            return DrawnTile(tile, title, None)
        size = drawing_size(tile)
        own = choose_window(span.start, span.end, width=size.width, min_step_s=tile.panel.min_step_s or 5)
        chosen: Mapping[str, Choice] = choices(resolved, own) | once(resolved, tile.panel.repeats)
        async with slots:
            try:
                answer = await panel_answer(
                    file.dashboard, tile.panel, choices=chosen, window=own, prometheus=prometheus, real_since=None
                )
            except UnansweredError:
                raise
            except QueryError as error:
                message = draw_message([str(error)], title, size=size, theme=theme, centered=True)
                return DrawnTile(tile, title, message, problem=str(error))
        spec = draw_panel(with_choices(tile.panel, chosen), answer.data, window=own, size=size, theme=theme)
        empty = bool(answer.queries) and not answer.has_data
        return DrawnTile(tile, title, spec, empty=empty, answer=TileAnswer(answer.data.series, own, size))

    tiles = await asyncio.gather(*(draw(tile) for tile in file.tiles))
    words = (
        f"{one.variable.label}: {', '.join('All' if value == '$__all' else value for value in one.choice.values)}"
        for one in resolved
        if one.choice.values and not one.variable.hidden
    )
    unknown = (f"variable {one.variable.name}: {one.problem}" for one in resolved if one.problem)
    return DrawnFile(file, tuple(words), tuple(tiles), tuple(unknown))
