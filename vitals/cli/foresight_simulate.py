"""``vitals foresight simulate``: a recorded load, scaled by one policy after another."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vitals.atomic import write_atomic
from vitals.cli.output_file import require_output
from vitals.errors import VitalsError
from vitals.foresight.simulate.demand import rates
from vitals.foresight.simulate.outcome import PolicyOutcome, column, gap_closed, simulate
from vitals.foresight.simulate.page import write_page
from vitals.foresight.simulate.policies import ORACLE, OURS, POLICIES, REACTIVE
from vitals.foresight.simulate.trace import Trace, read_trace


def simulate_trace(
    traces: Annotated[
        list[Path], typer.Argument(metavar="TRACE", help="CSV file with minute,requests; several with --page.")
    ],
    *,
    policy: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help=f"One of {', '.join(POLICIES)}; repeat, all if not given.")
    ] = None,
    seeds: Annotated[int, typer.Option(min=1, max=100, help="Runs with other luck whose mean is taken.")] = 3,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the numbers to this file.")
    ] = None,
    page: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write the page on all traces, with pictures beside it, instead."),
    ] = None,
) -> None:
    """Simulate a service under a recorded load, and compare what scaling policies make of it."""
    require_output(json_file)
    require_output(page)
    names = _known(policy or list(POLICIES))
    read = [read_trace(file) for file in traces]
    console = Console(stderr=True)

    def say(text: str) -> None:
        console.print(text, highlight=False, markup=False)

    if page is not None:
        write_page(page, read, seeds, say)
        return
    if len(read) != 1:
        raise typer.BadParameter("several traces make a page; give --page FILE, or one trace", param_hint="TRACE")
    (trace,) = read
    rate = rates(trace)
    wanted = [name for name in POLICIES if name in {*names, *((REACTIVE, ORACLE) if OURS in names else ())}]
    columns = {}
    for name in wanted:
        say(f"{name}: what it asks for")
        columns[name] = column(name, rate)
    found = simulate(rate, columns, seeds, say=say)
    document = _document(trace, seeds, {name: found[name] for name in wanted})
    if json_file is not None:
        write_atomic(json_file, json.dumps(document, indent=2) + "\n")
    _show(trace, found, Console(emoji=False))


def _known(names: list[str]) -> list[str]:
    for name in names:
        if name not in POLICIES:
            raise VitalsError(f"There is no policy {name!r}; there are {', '.join(POLICIES)}. Nothing was simulated.")
    return names


def _document(trace: Trace, seeds: int, found: Mapping[str, PolicyOutcome]) -> dict[str, object]:
    policies: dict[str, dict[str, object]] = {
        name: {**asdict(outcome), "policy": POLICIES[name].says} for name, outcome in found.items()
    }
    if OURS in policies:
        policies[OURS]["gap_closed"] = gap_closed(found)
    return {
        "trace": trace.name,
        "minutes": len(trace.requests),
        "filled_minutes": trace.filled,
        "seeds": seeds,
        "policies": policies,
    }


def _show(trace: Trace, found: Mapping[str, PolicyOutcome], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    table.add_column("policy", no_wrap=True)
    for heading in ("slow", "violating min", "pod hours", "actions/day", "worst 10 min"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, one in found.items():
        table.add_row(
            name,
            f"{one.slow_share:.2%}",
            f"{one.violating_minutes:,.0f}",
            f"{one.pod_hours:,.0f}",
            f"{one.scale_actions_per_day:,.0f}",
            f"{one.worst_10min:.0%}",
        )
    console.print(table)
    if trace.filled:
        console.print(f"note: {trace.filled:,} minutes were missing and repeat the one before", highlight=False)
    if OURS in found:
        gap = gap_closed(found)
        console.print("gap closed: " + ("there is none" if gap is None else f"{gap:.0%}"), highlight=False)
