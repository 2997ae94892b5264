"""``vitals weekly``: the weekly review, from a running Prometheus and what is rendered."""

from __future__ import annotations

import json
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vitals.atomic import write_atomic
from vitals.cli.http_option import require_http_address
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.moment import moment
from vitals.cli.output_file import require_output
from vitals.cli.past_data import leave, look_back_s, prometheus_client
from vitals.errors import VitalsError
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import running_addresses
from vitals.paths import RENDERED
from vitals.rendered import Rendered, read_several
from vitals.verify.backtest import RangeServer
from vitals.verify.weekly import (
    GivenFlameGraph,
    GivenVerdict,
    Week,
    WeeklyReview,
    WeekServer,
    as_html,
    as_markdown,
    comparison_verdict,
    flame_graph_in,
    load_verdict,
    weekly_review,
)
from vitals.verify.weekly.silences import silences

_BAD_INPUT, _CANNOT_REVIEW = 2, 4
_SHORTEST, _LONGEST = "1h", "31d"
"""An hour has enough evaluations to speak of shares; a month is asked minute by minute in a few answers."""


def weekly(
    *,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="A Prometheus; that of the stack that runs here if not given.")
    ] = "",
    alertmanager: Annotated[
        str, typer.Option(metavar="URL", help="Its Alertmanager, for silences; that of the stack that runs here.")
    ] = "",
    env: Annotated[str, typer.Option(help="Environment that the Prometheus evaluates.")] = "local",
    last: Annotated[str, typer.Option(help="Length of the week; compared with as long before it.")] = "7d",
    until: Annotated[
        str, typer.Option(metavar="TIME", help="Its end, such as 2026-07-06T00:00Z; now if not given.")
    ] = "",
    load: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A load test of the week, by `vitals load --json`.")
    ] = None,
    comparison: Annotated[
        list[Path] | None, typer.Option(metavar="FILE", help="A comparison, by `vitals compare --json`.")
    ] = None,
    profile: Annotated[
        list[Path] | None,
        typer.Option(metavar="FILE", help="A flame graph for the page, by `vitals profile SERVICE --out`."),
    ] = None,
    markdown: Annotated[bool, typer.Option("--markdown", help="Write Markdown, which is the default.")] = False,
    html: Annotated[bool, typer.Option("--html", help="Write a page with pictures that needs nothing else.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Write JSON with every number and every firing.")] = False,
    out: Annotated[Path | None, typer.Option(metavar="FILE", help="Where to; standard output if not given.")] = None,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
    state: Annotated[Path, typer.Option("--state", help="Run folder of the stack that runs here.")] = DEFAULT_FOLDER,
) -> None:
    """Review a week: objectives, what got worse for users, what is slow, capacity, cost, and every alert.

    Compares with the week before. Exits with 2 for wrong input, and with 4 where Prometheus does not answer or has no
    data of the week.
    """
    try:
        _require_one_form(markdown, html, as_json)
        flames = _flames(profile or [], html=html)
        if out is not None:
            require_output(out)
        week = _week(last, until)
        environment = read_several(rendered, [env])[env]
        verdicts = _verdicts(load or [], comparison or [], environment)
        urls = _addresses(prometheus, alertmanager, state)
    except VitalsError as error:
        leave(error, _BAD_INPUT)
    try:
        review = run_until_interrupted(_reviewed(urls, week, environment, verdicts))
    except VitalsError as error:
        leave(error, _CANNOT_REVIEW)
    if as_json:
        text = json.dumps(asdict(review), indent=2) + "\n"
    else:
        text = as_html(review, flames) if html else as_markdown(review)
    if out is None:
        typer.echo(text, nl=False)
    else:
        write_atomic(out, text)


def _require_one_form(*forms: bool) -> None:
    if sum(forms) > 1:
        raise VitalsError("--markdown, --html and --json exclude each other. Nothing was asked; name one of them.")


def _flames(files: list[Path], *, html: bool) -> tuple[GivenFlameGraph, ...]:
    if files and not html:
        raise VitalsError("A flame graph is a picture, which only the page shows. Nothing was asked; add --html.")
    return tuple(map(flame_graph_in, files))


async def _reviewed(
    urls: tuple[str, str], week: Week, environment: Rendered, verdicts: tuple[GivenVerdict, ...]
) -> WeeklyReview:
    prometheus, alertmanager = urls
    async with prometheus_client() as client:
        server = RangeServer(prometheus, client)
        await server.require_answer()
        known = await silences(client, alertmanager, week) if alertmanager else None
        return await weekly_review(WeekServer(server, week), environment, verdicts=verdicts, silences=known)


def _week(last: str, until: str) -> Week:
    length = look_back_s(last, shortest=_SHORTEST, longest=_LONGEST)
    end = moment(until).timestamp() if until else time.time()
    return Week(end=int(end // 60 * 60), length_s=int(length // 60 * 60))


def _verdicts(loads: list[Path], comparisons: list[Path], environment: Rendered) -> tuple[GivenVerdict, ...]:
    return (*(load_verdict(file, environment) for file in loads), *map(comparison_verdict, comparisons))


def _addresses(prometheus: str, alertmanager: str, state: Path) -> tuple[str, str]:
    """Both servers; where no Prometheus is given, those of the stack that runs here."""
    for name, url in (("--prometheus", prometheus), ("--alertmanager", alertmanager)):
        if url:
            require_http_address(name, url)
    if prometheus:
        return prometheus, alertmanager
    addresses = running_addresses(RunFolder(state.absolute()))
    if addresses is None:
        raise VitalsError(
            f"No stack runs in {state}, so there is no Prometheus to ask. Name one with --prometheus URL, or start a "
            "stack with `vitals up`; `--history 8d` gives it a synthetic past."
        )
    return addresses.prometheus, alertmanager or addresses.alertmanager
