"""``vitals preview``: dashboards as pictures, without a running Grafana."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from math import floor
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.query_cost import synthetic_jobs
from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.local.draw.theme import DARK, LIGHT, Theme
from vitals.local.draw.window import choose_window
from vitals.local.pictures.arrangement import WIDTH_PX
from vitals.local.pictures.ask import TimeRange
from vitals.local.pictures.draw import (
    ANSWER_WITHIN_S,
    OWN,
    DashboardPicture,
    PanelEngine,
    draw,
    parse_range,
    server_url,
    write_pictures,
)
from vitals.local.pictures.files import DashboardFile, chosen
from vitals.local.pictures.grafana import grafana_engine
from vitals.local.pictures.grafana_install import chromium
from vitals.local.portal.time_range import parse_moment
from vitals.local.stack.rendered_rules import load_rules
from vitals.local.tools import ensure, showing_progress
from vitals.model.catalog import load
from vitals.paths import CATALOG, RENDERED
from vitals.render import compose
from vitals.rendered import names
from vitals.verify.preview.foreign import MadeUp, made_up
from vitals.verify.preview.synthetic import LONGEST_S, SyntheticPlatform, synthetic
from vitals.verify.preview.unknown import MOST_SERIES
from vitals.verify.query_cost.count import END, CountPrograms

SYNTHETIC = "synthetic"
_NAMED = 8
"""As many unknown metrics are named as a line holds; how many there are is said."""
_THEMES = {"light": LIGHT, "dark": DARK}


def _grafana() -> PanelEngine:
    chromium()
    return grafana_engine()


_ENGINES = {"vitals": lambda: OWN, "grafana": _grafana}
"""Each engine; what it needs is looked for before anything is asked."""


def preview(
    dashboards: Annotated[
        list[str] | None,
        typer.Argument(help="Names of rendered dashboards or paths of files; none for all of the environment."),
    ] = None,
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for the pictures; made if missing.")],
    data: Annotated[
        str, typer.Option(metavar="synthetic|URL", help="Synthetic series, or a running Prometheus.")
    ] = SYNTHETIC,
    range_: Annotated[str, typer.Option("--range", help="How much time the panels show, such as 30m or 6h.")] = "6h",
    until: Annotated[
        str, typer.Option(help="The last moment, with a running Prometheus: now, now-1d or unix seconds.")
    ] = "now",
    theme: Annotated[str, typer.Option(metavar="light|dark", help="Colours.")] = "light",
    engine: Annotated[
        str,
        typer.Option(
            metavar="vitals|grafana", help="What draws panels; grafana is its own components, installed at first use."
        ),
    ] = "vitals",
    env: Annotated[str, typer.Option(help="Environment whose rendered dashboards are meant.")] = "prod",
) -> None:
    """Draw dashboards as one SVG and one PNG each, without a Grafana."""
    if theme not in _THEMES:
        raise VitalsError(f"--theme {theme!r} is not a theme; write light or dark. Nothing was drawn.")
    if engine not in _ENGINES:
        raise VitalsError(f"--engine {engine!r} is not an engine; write vitals or grafana. Nothing was drawn.")
    if out.exists() and not out.is_dir():
        raise VitalsError(f"--out {out} is a file, so nothing was drawn. Name a folder.")
    length_s = parse_range(range_)
    drawing = _ENGINES[engine]()
    console = Console(stderr=True)

    def say(line: str) -> None:
        console.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)

    if data == SYNTHETIC:
        if until != "now" or length_s > LONGEST_S:
            raise VitalsError(
                "Synthetic series end at a moment of their own and reach back 24h at most, so nothing was drawn. "
                "Leave --until out, and give --range 24h or less."
            )
        environment, platform = _platform(env)
        window = choose_window(END - length_s, END, width=WIDTH_PX)
        made = made_up(platform, chosen(dashboards or [], environment), window)
        for line in _made(made):
            say(line)
        pictures = run_until_interrupted(
            _of_synthetic(made.files, made.platform, length_s, _THEMES[theme], engine=drawing, say=say)
        )
    else:
        url, end = server_url(data), floor(parse_moment(until, time.time()))
        files = chosen(dashboards or [], RENDERED / env)
        pictures = run_until_interrupted(
            _of_server(files, TimeRange(end, length_s), _THEMES[theme], url, engine=drawing, say=say)
        )
    for path in write_pictures(pictures, out):
        typer.echo(path)
    for one in pictures:
        for problem in one.problems:
            typer.echo(f"{one.stem}: refused by Prometheus: {problem}", err=True)
        if one.empty:
            say(f"{one.stem}: {len(one.empty)} of {one.panels} panels have no data: {', '.join(one.empty)}")


def _platform(env: str) -> tuple[Path, SyntheticPlatform]:
    """The rendered environment, and what its targets expose.

    Raises:
        VitalsError: There is no such environment.
    """
    declared = load(CATALOG)
    if env not in declared.environments:
        raise VitalsError(
            f"The catalogue has no environment {env!r}; it has {', '.join(sorted(declared.environments))}. Nothing was "
            "drawn."
        )
    folder = RENDERED / env
    return folder, SyntheticPlatform(
        synthetic_jobs(compose(declared, declared.environments[env])), load_rules(folder / names.RULES)
    )


def _made(made: MadeUp) -> Iterator[str]:
    """What the terminal says of metrics that are made up."""
    for stem, metrics in made.metrics.items():
        if metrics:
            rest = f" and {len(metrics) - _NAMED} more" if len(metrics) > _NAMED else ""
            yield f"{stem}: unknown to the catalogue and made up of its queries: {', '.join(metrics[:_NAMED])}{rest}"
    if made.left_out:
        yield f"nothing was made of {', '.join(made.left_out)}: there would be more than {MOST_SERIES} series"


async def _of_server(
    files: Sequence[DashboardFile],
    span: TimeRange,
    theme: Theme,
    url: str,
    *,
    engine: PanelEngine,
    say: Callable[[str], None],
) -> list[DashboardPicture]:
    source = "data of a running Prometheus"
    async with BoundedClient(within_s=ANSWER_WITHIN_S, follow_redirects=True) as client:
        return await draw(files, span, theme, client=client, url=url, source=source, say=say, engine=engine)


async def _of_synthetic(
    files: Sequence[DashboardFile],
    platform: SyntheticPlatform,
    length_s: float,
    theme: Theme,
    *,
    engine: PanelEngine,
    say: Callable[[str], None],
) -> list[DashboardPicture]:
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)
    programs = CountPrograms(found["prometheus"], found["promtool"])
    with tempfile.TemporaryDirectory(prefix="vitals-preview-", ignore_cleanup_errors=True) as temporary:
        made = synthetic(files, platform, length_s=length_s, folder=Path(temporary), programs=programs, say=say)
        async with made as api:
            span = TimeRange(END, length_s)
            return await draw(
                files, span, theme, client=api.client, url=api.url, source="synthetic data", say=say, engine=engine
            )
