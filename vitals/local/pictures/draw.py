"""Draws dashboards from a Prometheus and writes the pictures when all of them are there."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.local.draw.dashboard import parse_duration
from vitals.local.draw.theme import Theme
from vitals.local.pictures.ask import DrawnFile, TimeRange, ask
from vitals.local.pictures.compose import DRAWN_BY, compose
from vitals.local.pictures.files import DashboardFile
from vitals.local.pictures.pixels import png
from vitals.local.portal.prometheus import Prometheus, UnansweredError

ANSWER_WITHIN_S = 30.0
"""How long one query may take: Grafana's own data source gives up after as long."""
_SHORTEST_S, _LONGEST_S = 60.0, 31 * 86400.0


@dataclass(frozen=True)
class DashboardPicture:
    """A dashboard as SVG text and as the bytes of a PNG.

    Attributes:
        stem: Name of its files, without a suffix.
        svg: The picture.
        png: The same in pixels.
        panels: How many panels are in it.
        empty: Titles of those whose queries returned nothing.
        problems: What Prometheus refused, with the title of the panel or the name of the variable.
    """

    stem: str
    svg: str
    png: bytes
    panels: int
    empty: tuple[str, ...]
    problems: tuple[str, ...]


Redraw = Callable[[Sequence[DrawnFile], Theme, Callable[[str], None]], Awaitable[Sequence[DrawnFile]]]


@dataclass(frozen=True)
class PanelEngine:
    """What draws the panels, and what is said of it below a picture."""

    redraw: Redraw
    drawn_by: str


async def _as_they_are(drawn: Sequence[DrawnFile], _: Theme, __: Callable[[str], None]) -> Sequence[DrawnFile]:
    return drawn


OWN = PanelEngine(_as_they_are, DRAWN_BY)
"""Our own drawing, which every panel has already."""


def parse_range(text: str) -> float:
    """Return the seconds of ``30m`` or ``6h``.

    Raises:
        VitalsError: It is not such a duration, shorter than a minute or longer than 31 days.
    """
    seconds = parse_duration(text)
    if seconds is None or not _SHORTEST_S <= seconds <= _LONGEST_S:
        raise VitalsError(
            f"--range {text!r} is not a duration between 1m and 31d, so nothing was drawn. Write for example 30m, 6h "
            "or 7d."
        )
    return seconds


def server_url(text: str) -> str:
    """Return the base URL of a Prometheus.

    Raises:
        VitalsError: It is none.
    """
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise VitalsError(
            f"--data {text!r} is neither 'synthetic' nor the address of a Prometheus, so nothing was drawn. Write for "
            "example http://127.0.0.1:9090."
        )
    return text.rstrip("/")


async def draw(
    files: Sequence[DashboardFile],
    span: TimeRange,
    theme: Theme,
    *,
    client: httpx.AsyncClient,
    url: str,
    source: str,
    say: Callable[[str], None],
    engine: PanelEngine = OWN,
) -> list[DashboardPicture]:
    """Draw dashboards.

    Args:
        files: What to draw.
        span: The stretch of time.
        theme: Light or dark.
        client: Used for every request; not closed here.
        url: Base URL of the Prometheus.
        source: Where the data are from, for the reader of the picture.
        say: Called with each dashboard that is begun.
        engine: What draws the panels.

    Raises:
        VitalsError: Prometheus does not answer.
    """
    prometheus = Prometheus(client, url)
    answered = []
    for file in files:
        say(f"drawing {file.stem}")
        try:
            drawn = await ask(file, span, theme, prometheus)
        except UnansweredError as error:
            raise VitalsError(
                f"{error} Asked was {_without_secrets(url)}, for {file.stem!r}; an answer may take "
                f"{ANSWER_WITHIN_S:.0f} s. Nothing was written. Look whether it runs there and is not overloaded, or "
                "draw a shorter range with --range."
            ) from error
        answered.append(drawn)
        await asyncio.sleep(0)  # where Ctrl-C is heard
    pictures = []
    for drawn in await engine.redraw(answered, theme, say):
        pictures.append(_picture(drawn, span, theme, source, engine.drawn_by))
        await asyncio.sleep(0)
    return pictures


def write_pictures(pictures: Sequence[DashboardPicture], folder: Path) -> list[Path]:
    """Write one SVG and one PNG for each dashboard.

    Raises:
        VitalsError: The folder cannot be made or written.
    """
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for one in pictures:
            for suffix, content in (("svg", one.svg), ("png", one.png)):
                path = folder / f"{one.stem}.{suffix}"
                write_atomic(path, content)
                written.append(path)
    except OSError as error:
        raise VitalsError(
            f"The pictures could not be written to {folder} ({error.strerror or error}); {len(written)} files are "
            "there, each of them whole. Name another folder with --out, or make room."
        ) from error
    return written


def _picture(drawn: DrawnFile, span: TimeRange, theme: Theme, source: str, drawn_by: str) -> DashboardPicture:
    svg = compose(drawn, span, theme, source=source, drawn_by=drawn_by)
    return DashboardPicture(
        stem=drawn.file.stem,
        svg=svg,
        png=png(svg),
        panels=sum(one.spec is not None for one in drawn.tiles),
        empty=tuple(one.title for one in drawn.tiles if one.empty),
        problems=(*drawn.problems, *(f"{one.title}: {one.problem}" for one in drawn.tiles if one.problem)),
    )


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2], query="").geturl()
