"""``vitals diff``: what a branch changes of what is rendered, in words."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from vitals.errors import VitalsError
from vitals.paths import ROOT
from vitals.verify.changes import as_json, as_markdown, as_text, compare_revisions, revisions


def diff(
    base: Annotated[str, typer.Argument(help="Revision to compare with, such as main.")],
    head: Annotated[str, typer.Argument(help="Revision that is described.")] = "HEAD",
    *,
    markdown: Annotated[bool, typer.Option("--markdown", help="Print Markdown, for a pull request.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    repository: Annotated[Path, typer.Option(help="A folder of the git repository.")] = ROOT,
) -> None:
    """Say in words what a branch changes: alerts, who is notified, objectives, scalers, scrapes and panels."""
    if markdown and json_:
        raise VitalsError("--markdown and --json exclude each other. Nothing was compared; name one of them.")
    found = revisions(repository, base, head)
    changes = compare_revisions(found)
    if json_:
        typer.echo(json.dumps(as_json(changes, found), indent=2, ensure_ascii=False))
    else:
        typer.echo(as_markdown(changes).rstrip("\n") if markdown else as_text(changes))
