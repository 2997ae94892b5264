"""``vitals mcp``: answers for assistants and other programs, over the Model Context Protocol."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.moment import moment
from vitals.paths import BUNDLED_RUNBOOKS, RENDERED, ROOT, RUNBOOKS
from vitals.rendered import read_several
from vitals.verify.mcp_tools import ProjectFiles, server


def mcp(
    *,
    env: Annotated[str, typer.Option(help="Environment that a question without one is about.")] = "local",
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
    repository: Annotated[Path, typer.Option(help="A folder of the git repository.")] = ROOT,
) -> None:
    """Answer what is watched, what an alert means, who is notified and what a change does, for MCP clients.

    Speaks the Model Context Protocol on standard input and output, and is started by its client. It only reads rendered
    files, runbooks and git: it asks no server, needs no network and changes nothing.
    """
    read_several(rendered, [env])  # a wrong folder or name is an error now, and not at the first question
    if sys.stdin.isatty():
        typer.echo(
            "Waiting for an MCP client on standard input; end with Ctrl-D. A client starts this command itself: give "
            f"it the command `{Path(sys.argv[0]).name} mcp` and the folder {ROOT}.",
            err=True,
        )
    files = ProjectFiles(rendered, (RUNBOOKS, BUNDLED_RUNBOOKS), repository, env)
    server(files, moment).run("stdio")
