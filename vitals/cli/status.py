"""``vitals status``: what runs, how it is doing and where."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.cli.stack_display import stale, state_table
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import STALE_S, age_of, load_state


def status(
    *,
    state: Annotated[Path, typer.Option("--state", help="Run folder of the stack.")] = DEFAULT_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Say what runs, how each part is doing, where it is, and when there was data. Exits 1 if nothing runs."""
    path = RunFolder(state.absolute()).state
    found = load_state(path)
    runs = found is not None and found.supervisor.alive()
    if found is None or not runs:
        message = f"No stack runs in {state}. Start one with `vitals up`."
        typer.echo('{"running": false}' if as_json else message)
        raise typer.Exit(1)
    age_s = age_of(path)
    if as_json:
        typer.echo(json.dumps({**found.model_dump(exclude={"control_token"}), "age_s": round(age_s, 1)}, indent=2))
        return
    console = Console()
    if age_s > STALE_S:
        console.print(stale(found, age_s))
    for piece in state_table(found):
        console.print(piece)
