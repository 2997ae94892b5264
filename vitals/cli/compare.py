"""``vitals compare``: whether B is better or worse than A, as two load tests or two versions in Prometheus."""

from __future__ import annotations

import json
import math
import time
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vitals.atomic import write_atomic
from vitals.cli.http_option import require_http_address
from vitals.cli.output_file import require_output
from vitals.errors import VitalsError
from vitals.verify.compare import recorded, versions
from vitals.verify.compare.judge import judge
from vitals.verify.compare.minutes import Side
from vitals.verify.compare.page import page
from vitals.verify.compare.robustness import robustness
from vitals.verify.compare.shown import HEADINGS, WORDS, cells
from vitals.verify.compare.simulation import simulate
from vitals.verify.compare.verdict import ComparisonResult, ComparisonVerdict, Effects
from vitals.verify.load.recorded_run import read_run

EXIT_CODES = {
    ComparisonVerdict.BETTER: 0,
    ComparisonVerdict.NO_EVIDENCE: 0,
    ComparisonVerdict.WORSE: 3,
    ComparisonVerdict.CANNOT_JUDGE: 4,
}
"""1 and 2 say that the command could not run or was misused, so that a pipeline can tell a bad version from that."""
_COLOURS = {
    ComparisonVerdict.WORSE: "red",
    ComparisonVerdict.BETTER: "green",
    ComparisonVerdict.NO_EVIDENCE: "",
    ComparisonVerdict.CANNOT_JUDGE: "yellow",
}
_TABLE_WIDTH = 140
"""A log has no width of its own, and a table that is cut to eighty columns there loses its numbers."""
_WEEK_MIN = 7 * 24 * 60


def compare(
    a: Annotated[str | None, typer.Argument(help="What stands: a file of `vitals load --json`, or a version.")] = None,
    b: Annotated[str | None, typer.Argument(help="What is judged: another one.")] = None,
    *,
    prometheus: Annotated[
        str | None, typer.Option(metavar="URL", help="Compare versions that this Prometheus has, not files.")
    ] = None,
    service: Annotated[str | None, typer.Option(help="Whose versions, with --prometheus.")] = None,
    minutes: Annotated[int, typer.Option(min=1, max=_WEEK_MIN, help="How far back, with --prometheus.")] = 60,
    effect: Annotated[
        float, typer.Option(min=0.001, help="Change of p95 that matters, as a share: says how long a run must be.")
    ] = 0.10,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
    simulated: Annotated[
        Path | None,
        typer.Option("--simulate", metavar="PAGE", help="Write the page on false verdicts and power, and stop."),
    ] = None,
    runs: Annotated[int, typer.Option(min=20, help="Simulated runs of each kind, with --simulate.")] = 2000,
) -> None:
    """Say whether B is worse than A (exit code 3), better, not shown to differ, or cannot be judged (exit code 4).

    Of versions the answer may be asked for again and again while B runs: looking does not make it wrong. Load tests
    that ended as planned are looked at once, which finds more.
    """
    if simulated is not None:
        require_output(simulated)
        console = Console(stderr=True)
        found = simulate(runs, lambda text: console.print(text, highlight=False))
        console.print("data of other kinds", highlight=False)
        write_atomic(simulated, page(found, robustness(runs)))
        return
    if a is None or b is None:
        raise typer.BadParameter("name A and B: two files of `vitals load --json`, or two versions")
    if not math.isfinite(effect):
        raise typer.BadParameter("it is not a share; 0.1 is 10 %", param_hint="--effect")
    judgement = judge(*_sides(a, b, prometheus, service, minutes), Effects(latency=effect))
    if as_json:
        typer.echo(json.dumps(asdict(judgement), indent=2))
    else:
        _show(judgement, Console(emoji=False, width=max(Console().width, _TABLE_WIDTH)))
    raise typer.Exit(EXIT_CODES[judgement.verdict])


def _sides(a: str, b: str, prometheus: str | None, service: str | None, minutes: int) -> tuple[Side, Side]:
    if a == b:
        raise VitalsError(f"A and B are both {a}, so there is nothing to compare. Name two.")
    if prometheus is None:
        if service is not None:
            raise typer.BadParameter(
                "a service is looked up in Prometheus; give --prometheus URL", param_hint="--service"
            )
        return recorded.sides(read_run(Path(a)), read_run(Path(b)), (a, b))
    if service is None:
        raise typer.BadParameter("say whose versions they are with --service", param_hint="--prometheus")
    require_http_address("--prometheus", prometheus)
    return versions.sides(versions.VersionQuery(prometheus, service, int(time.time()), minutes), a, b)


def _show(judgement: ComparisonResult, console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for number, heading in enumerate(HEADINGS):
        table.add_column(heading, justify="left" if number < WORDS else "right", no_wrap=True)
    for one in judgement.endpoints:
        table.add_row(*(escape(cell) for cell in cells(one)), style=_COLOURS[one.verdict])
    if judgement.endpoints:
        console.print(table)
    for one in judgement.endpoints:
        if one.why:
            console.print(f"{one.endpoint} {one.measure}: {one.why}", highlight=False, markup=False, soft_wrap=True)
    for remark in judgement.remarks:
        console.print(f"note: {remark}", highlight=False, markup=False, soft_wrap=True)
    console.print(f"{judgement.verdict}: {judgement.why}", highlight=False, markup=False, soft_wrap=True)
