"""``vitals drill``: inject faults into a running stack and prove who is notified of them, and how soon."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.output_file import require_output
from vitals.cli.stack_display import Display
from vitals.cli.up import prepared, run_folder, with_past
from vitals.errors import VitalsError
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.history.span import parse_span
from vitals.local.stack.run import RunOptions, run_stack
from vitals.local.stack.state import load_state
from vitals.verify.drills.drill import Drill, Outcome
from vitals.verify.drills.habits import PAST, compares_with_past
from vitals.verify.drills.perform import perform
from vitals.verify.drills.registry import DRILLS, choose, side_by_side
from vitals.verify.drills.stack_client import attached

_WARM_UP_S = 60.0
_PHASES_S = 5.0
TABLE_WIDTH = 100
"""Columns that the table of drills needs; where there are fewer, the terminal wraps."""


def drill(
    *,
    names: Annotated[list[str] | None, typer.Argument(metavar="[NAME]...", help="Drills to perform.")] = None,
    all_of_them: Annotated[bool, typer.Option("--all", help="Perform every drill.")] = False,
    show: Annotated[bool, typer.Option("--list", help="List the drills and exit.")] = False,
    repeat: Annotated[int, typer.Option(min=1, help="How often to perform each, at random phases.")] = 1,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the outcomes (or the list) to this file.")
    ] = None,
    state: Annotated[Path, typer.Option("--state", help="Run folder of the stack.")] = DEFAULT_FOLDER,
) -> None:
    """Inject faults and prove that the right receivers are notified, and no others.

    Drills that touch nothing in common run in parallel. Uses the running stack, or one of its own that it stops
    afterwards. Exits 1 if a drill fails.
    """
    require_output(json_file)
    if show:
        if json_file is not None:
            write_atomic(json_file, json.dumps([_listed(drill) for drill in DRILLS], indent=2) + "\n")
            return
        Console(width=max(Console().width, TABLE_WIDTH)).print(drill_table())
        return
    if all_of_them and names:
        raise VitalsError(
            f"--all performs every drill, and {', '.join(names)} names some of them, so nothing was done. Give "
            f"names or --all."
        )
    wanted = list(DRILLS) if all_of_them else choose(names or [])
    if not wanted:
        raise VitalsError("No drill was named, so nothing was done. Give names, or --all; --list shows what there is.")
    chosen = RunFolder(state.absolute())
    with Display(Console(stderr=True)) as display, _stack(chosen, wanted, display) as (folder, own):
        outcomes = run_until_interrupted(_drill(wanted, repeat, folder, own, display))
    if json_file is not None:
        write_atomic(json_file, json.dumps([asdict(outcome) for outcome in outcomes], indent=2) + "\n")
    Console(width=max(Console().width, TABLE_WIDTH)).print(outcome_table(outcomes))
    if any(outcome.problem for outcome in outcomes):
        raise typer.Exit(1)


@contextmanager
def _stack(
    folder: RunFolder, wanted: Sequence[Drill], display: Display
) -> Iterator[tuple[RunFolder, RunOptions | None]]:
    """Give the folder of the running stack, or a fresh one and what to run in it: with a past if a drill needs it."""
    state = load_state(folder.state)
    if state is not None and state.supervisor.alive():
        yield folder, None
        return
    with run_folder(folder.root, fresh=True) as fresh:
        own = prepared(fresh)
        yield fresh, with_past(own, parse_span(PAST), display) if any(map(compares_with_past, wanted)) else own


async def _drill(
    wanted: Sequence[Drill], repeat: int, folder: RunFolder, own: RunOptions | None, display: Display
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    async with AsyncExitStack() as cleanup:
        if own is not None:
            display.say("no running stack, so one is started for the drill")
            await cleanup.enter_async_context(run_stack(own, display.announce))
            display.say(f"warming up under traffic for {_WARM_UP_S:.0f} s")
            await asyncio.sleep(_WARM_UP_S)
        stack = await cleanup.enter_async_context(attached(folder))
        for group in side_by_side(wanted):
            for turn in range(repeat):
                if repeat > 1:
                    display.say(f"run {turn + 1} of {repeat}")
                    await asyncio.sleep(random.SystemRandom().uniform(0, _PHASES_S))
                outcomes += await asyncio.gather(*(perform(drill, stack, display.say, group) for drill in group))
    return outcomes


def _listed(drill: Drill) -> dict[str, object]:
    return {
        "name": drill.name,
        "family": drill.family,
        "service": drill.service,
        "description": drill.description,
        "alert": drill.alert,
        "severity": drill.severity,
        "expected": drill.expected,
    }


def outcome_table(outcomes: Sequence[Outcome]) -> Table:
    """Draw what came of the drills, one line each: seconds that it took, of the seconds that it may take."""
    table = Table(box=None, pad_edge=False)
    for heading in ("drill", "alert", "notified after", "resolved after", "outcome"):
        table.add_column(heading, no_wrap=heading != "outcome")
    for one in outcomes:
        notified = [after for after in one.notified_after_s.values() if after is not None]
        outcome = one.problem or (f"skipped: {one.skipped}" if one.skipped else "as expected")
        table.add_row(
            one.drill,
            one.alert or one.expected,
            _of(max(notified, default=None), one.within_s if one.alert else None),
            _of(one.resolved_after_s, one.resolved_within_s),
            outcome,
        )
    return table


def _of(seconds: float | None, budget: float | None) -> str:
    return f"{seconds:.0f} of {budget:.0f} s" if seconds is not None and budget is not None else ""


def drill_table() -> Table:
    """Draw the drills, one line each."""
    table = Table(box=None, pad_edge=False)
    for heading in ("drill", "what is injected", "alert", "expected"):
        table.add_column(heading, no_wrap=True)
    for drill in DRILLS:
        table.add_row(drill.name, drill.description, drill.alert or "", drill.expected)
    return table
