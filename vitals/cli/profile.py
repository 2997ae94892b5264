"""``vitals profile``: where a service of the running stack spends its time."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.output_file import require_output
from vitals.errors import VitalsError
from vitals.local.profile import flame_graph, record_stacks
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import StackState, load_state

_SHOWN = 15
"""Functions of the table: below them each has a share that no change of it would be felt by."""
_OWN_CODE = "wellness"
"""Part of the file names of the demo platform's own code."""


def profile(
    service: Annotated[str, typer.Argument(help="A service of the running stack, such as wellness-api.")],
    *,
    out: Annotated[Path, typer.Option("--out", metavar="FILE", help="Where the flame graph is written, as SVG.")],
    seconds: Annotated[int, typer.Option(min=1, max=600, help="For how long.")] = 30,
    rate: Annotated[int, typer.Option(min=1, max=1000, help="Samples per second.")] = 100,
    state: Annotated[Path, typer.Option("--state", help="Run folder of the stack.")] = DEFAULT_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print every function as JSON instead of a table.")] = False,
) -> None:
    """Profile a service of the stack that runs here: a flame graph, and the functions that take the time.

    All its replicas are sampled from outside while they work; none is changed or restarted.
    """
    require_output(out)
    pids = pids_of(load_state(RunFolder(state.absolute()).state), service, state)
    progress = Console(stderr=True, emoji=False)
    progress.print(f"sampling {service} ({len(pids)} processes) for {seconds} s", style="dim", highlight=False)
    stacks = run_until_interrupted(record_stacks(pids, seconds=seconds, rate=rate))
    if not stacks.samples:
        raise VitalsError(
            f"{service} was idle for all of the {seconds} s, so there is nothing to draw and nothing was written. Put "
            "load on it, such as `vitals load normal`, or profile for longer with --seconds."
        )
    write_atomic(out, flame_graph(stacks, title=f"{service}, {seconds} s", own=_OWN_CODE))
    functions = stacks.functions()
    if as_json:
        typer.echo(json.dumps({"samples": stacks.samples, "functions": [asdict(one) for one in functions]}, indent=2))
        return
    table = Table(box=None, pad_edge=False)
    table.add_column("own", justify="right")
    table.add_column("total", justify="right")
    table.add_column("function", overflow="fold")
    for one in functions[:_SHOWN]:
        table.add_row(f"{one.own:.1%}", f"{one.total:.1%}", one.name)
    Console(emoji=False, markup=False).print(table)
    progress.print(f"{stacks.samples} samples; flame graph: {out}", style="dim", highlight=False, markup=False)


def pids_of(found: StackState | None, service: str, state: Path) -> list[int]:
    """The processes of a service: its replicas, or the only one.

    Args:
        found: The stack.
        service: The service.
        state: The run folder, for the message.

    Raises:
        VitalsError: No stack runs there, it has no such service, or none of its processes runs.
    """
    if found is None or not found.supervisor.alive():
        raise VitalsError(
            f"No stack runs in {state}, so nothing can be profiled. Start one with `vitals up`, or name its run folder "
            "with --state."
        )
    parts = [part for part in found.parts if part.name == service or _is_replica(part.name, service)]
    if not parts:
        known = ", ".join(part.name for part in found.parts)
        raise VitalsError(f"The stack has no service {service!r}, so nothing was profiled. Its components are {known}.")
    running = [part.process.pid for part in parts if part.process is not None and part.process.alive()]
    if not running:
        raise VitalsError(
            f"No process of {service} runs ({parts[0].state}: {parts[0].detail}), so nothing was profiled. "
            "`vitals status` says when it is back."
        )
    return running


def _is_replica(part: str, service: str) -> bool:
    return part.startswith(f"{service}-") and part.removeprefix(f"{service}-").isdecimal()
