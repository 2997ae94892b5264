"""``vitals versions``: which version of each part is tested, which one is shipped, and why they differ."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markdown import Markdown

from vitals.atomic import write_atomic
from vitals.cli.output_file import require_output
from vitals.verify.delivery import parts, versions_page


def versions(
    *,
    page: Annotated[Path | None, typer.Option(help="Write the Markdown page to this file.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say which version of each part the tests run, which one a cluster gets, and why they differ."""
    require_output(page)
    found = parts()
    if page is not None:
        write_atomic(page, versions_page(found))
    if as_json:
        typer.echo(json.dumps([asdict(part) for part in found], indent=2))
    elif page is None:
        Console().print(Markdown(versions_page(found)))
