"""``vitals report``: the comment of a pull request, with pictures."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.cli.interrupt import run_until_interrupted
from vitals.errors import VitalsError
from vitals.local.tools import ensure, showing_progress
from vitals.paths import ROOT
from vitals.verify.changes import revisions
from vitals.verify.query_cost.count import CountPrograms
from vitals.verify.report.make import PAGE, make_report, write_report

_URL = re.compile(r"https?://[\w.:/%~@!$&',;=+-]{1,300}")
"""What can stand in a Markdown link as it is."""


def report(
    base: Annotated[str, typer.Argument(help="Revision to compare with, such as main.")],
    head: Annotated[str, typer.Argument(help="Revision that is described.")] = "HEAD",
    *,
    out: Annotated[Path, typer.Option("--out", metavar="DIR", help="Folder for comment.md, report.html and pictures.")],
    env: Annotated[str, typer.Option(help="Environment that is drawn and judged where it changed.")] = "prod",
    pictures_url: Annotated[
        str, typer.Option(metavar="URL", help="Where pictures/ will be found, for the comment; it shows none without.")
    ] = "",
    page_url: Annotated[
        str, typer.Option(metavar="URL", help="Where report.html will be found, for the comment.")
    ] = "",
    repository: Annotated[Path, typer.Option(help="A folder of the git repository.")] = ROOT,
) -> None:
    """Write what a branch changes as one comment: for whom, before and after, new problems, alerts, cost."""
    for option, url in (("--pictures-url", pictures_url), ("--page-url", page_url)):
        if url and not _URL.fullmatch(url):
            raise VitalsError(f"{option} {url!r} is not an http address that a comment can link to. Nothing was made.")
    if out.exists() and not out.is_dir():
        raise VitalsError(f"--out {out} is a file, so nothing was made. Name a folder.")
    found = revisions(repository, base, head)
    console = Console(stderr=True)

    def say(line: str) -> None:
        console.print(line, style="dim", markup=False, highlight=False, soft_wrap=True)

    @cache
    def programs() -> CountPrograms:
        with showing_progress() as progress:
            located = ensure(("prometheus", "promtool"), progress)
        return CountPrograms(located["prometheus"], located["promtool"])

    made = run_until_interrupted(make_report(found, repository, preferred=env, programs=programs, say=say))
    place = f"[the whole report]({page_url})" if page_url else f"`{PAGE}`"
    for path in write_report(made, out, pictures_url=pictures_url.rstrip("/"), page_place=place):
        typer.echo(path)
