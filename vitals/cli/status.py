"""``vitals status``: what runs, how it is doing and where."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.cli.stack_display import state_table
from vitals.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.stack.state import load_state


def status(
    *,
    state: Annotated[Path, typer.Option("--state", help="Run folder of the stack.")] = DEFAULT_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say what runs, how each part is doing, where it is, and when there was data. Exits 1 if nothing runs."""
    found = load_state(RunFolder(state.absolute()).state)
    runs = found is not None and found.supervisor.alive()
    if found is None or not runs:
        message = f"No stack runs in {state}. Start one with `vitals up`."
        typer.echo('{"running": false}' if as_json else message)
        raise typer.Exit(1)
    if as_json:
        typer.echo(found.model_dump_json(indent=2, exclude={"control_token"}))
        return
    console = Console()
    for piece in state_table(found):
        console.print(piece)
