"""``make mutate``: mutate rules and generators one mutant at a time, and list what no test case kills."""

from __future__ import annotations

import asyncio
import contextlib
import difflib
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from rich.progress import Progress as Bars
from rich.table import Table

from tests.mutation.bench import Bench
from tests.mutation.case import Case, load
from tests.mutation.mutant import Mutant, of_generators, of_shipped
from tests.mutation.of_sources import MutatedSource
from tests.mutation.program import run_to_its_end
from tests.mutation.promtool import Promtool
from tests.mutation.renderings import Renderings
from tests.mutation.result_cache import ResultCache
from tests.mutation.rules import Rules
from tests.mutation.run import GENERATORS, RULES, MutationRun, Progress, Verdict
from tests.mutation.score import Score, score
from tests.mutation.tested import ENVIRONMENT, rules, rules_of_dialects
from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted
from vitals.errors import VitalsError
from vitals.local.tools import ensure, showing_progress
from vitals.local.tools.cache import root
from vitals.paths import ROOT

EXPORT = "tests.alert_rules.export"
"""The program of the tests that writes their scenarios into a folder."""
_RENDERED = "rendered generators"
"""The phase before those of the run itself."""
_LINES = 10
"""How often a log has a line about a phase."""


def mutate(
    *,
    kind: Annotated[
        str | None, typer.Option(metavar="ALERT", help="Mutate only rules behind this alert, and no generators.")
    ] = None,
    one_in: Annotated[
        int, typer.Option("--one-in", metavar="N", min=1, help="Mutate one place in N, always the same ones.")
    ] = 1,
    part: Annotated[
        int, typer.Option(metavar="K", min=0, help="Which of the N samples of --one-in; all of them are the whole.")
    ] = 0,
    jobs: Annotated[int, typer.Option(min=1, help="How many mutants are looked at at once.")] = os.cpu_count() or 1,
    out: Annotated[Path | None, typer.Option("--json", metavar="FILE", help="Write the outcome as JSON.")] = None,
) -> None:
    """Mutate rules and their generators one mistake at a time, and list the mutants that no test case kills.

    Exits 1 where fewer than 95 % of all mutants are killed, or fewer than 80 % of those behind one kind of alert; with
    --one-in, where the share of all is below 95 % beyond the chance of the sample. It runs in the checkout, for the
    scenarios are those of tests/.
    """
    if out is not None and not out.absolute().parent.is_dir():
        raise VitalsError(f"{out.absolute().parent} is not a folder, so the outcome could not be written. Create it.")
    if part >= one_in:
        fix = (
            f"Those of --one-in {one_in} are 0 to {one_in - 1}."
            if one_in > 1
            else "Say with --one-in how many there are."
        )
        raise VitalsError(f"--part {part} names no sample. {fix}")
    begun = time.monotonic()
    whole = rules()
    mutated, sources = ([one for one in found if one.is_one_in(one_in, part)] for found in _mutants(whole, kind))
    with showing_progress() as report:
        promtool = ensure(["promtool"], report)["promtool"]
    groups = {one.shipped.group for one in mutated if one.shipped} if kind else set()
    judged_by = whole if kind else (*whole, *rules_of_dialects())
    with ResultCache(root() / "mutate" / "found.sqlite") as cache, _progress() as progress:

        async def verdicts() -> list[Verdict]:
            # One process writes the scenarios for a minute; the other processors render meanwhile.
            renderings = Renderings(cache)
            cases, _ = await asyncio.gather(_cases(groups), _render(renderings, sources, jobs, progress))
            run = MutationRun(Bench(cases, judged_by), Promtool(promtool, cache), renderings, jobs, progress)
            return [*await run.of_rules(mutated), *await run.of_generators(sources)]

        found = score(run_until_interrupted(verdicts()))
    if out is not None:
        write_atomic(out, json.dumps(found.as_json(), indent=2, ensure_ascii=False) + "\n")
    too_low = found.too_low(kind) if one_in == 1 else found.too_low_in_sample()
    _show(found, too_low, time.monotonic() - begun)
    if one_in > 1:
        low, high = found.whole.interval
        typer.echo(f"one place in {one_in} was mutated: of all mutants {low:.1%} to {high:.1%} would be killed")
    if too_low:
        raise typer.Exit(1)


def _mutants(whole: Rules, kind: str | None) -> tuple[list[Mutant], list[Mutant]]:
    kinds = sorted({rule.name for rule in whole if rule.alerting})
    if kind is not None and kind not in kinds:
        close = difflib.get_close_matches(kind, kinds, n=1)
        raise VitalsError(f"No alert is called {kind!r}. {f'Did you mean {close[0]}?' if close else ', '.join(kinds)}")
    return of_shipped(whole, f"rendered/{ENVIRONMENT}", kind), [] if kind else of_generators()


async def _cases(groups: set[str]) -> tuple[Case, ...]:
    """The scenarios that load one of some rule groups; all of them if none is named."""
    with tempfile.TemporaryDirectory(prefix="vitals-scenarios-") as folder:
        status, said = await run_to_its_end(sys.executable, "-m", EXPORT, folder, *sorted(groups), cwd=ROOT)
        if status:
            raise VitalsError(
                f"The scenarios could not be written by `python -m {EXPORT}`, so there is nothing to judge by. Run it "
                "in the checkout, with the development packages installed (`make setup`). It said:\n"
                f"{said[-1500:]}"
            )
        return load(Path(folder))


async def _render(renderings: Renderings, mutants: list[Mutant], jobs: int, progress: Progress) -> None:
    mutated = [one.mutated for one in mutants if isinstance(one.mutated, MutatedSource)]
    await renderings.render(mutated, jobs, lambda done: progress(_RENDERED, done, len(mutated), 0))


@contextlib.contextmanager
def _progress() -> Iterator[Progress]:
    """A bar for each phase on a terminal, a line for each tenth of it in a log; on standard error."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Bars(*columns, TimeRemainingColumn(), console=console, disable=not console.is_terminal) as bars:
        known = {
            name: bars.add_task(name, total=None, start=False, visible=False) for name in (_RENDERED, RULES, GENERATORS)
        }

        def show_progress(phase: str, done: int, total: int, survived: int) -> None:
            bars.start_task(known[phase])  # a second time it changes nothing
            words = f"{phase} ({survived} survived)" if survived else phase
            bars.update(known[phase], description=words, total=total, completed=done, visible=True)
            if not console.is_terminal and _LINES * done // total > _LINES * (done - 1) // total:
                console.print(f"{words}: {done}/{total}", highlight=False)

        yield show_progress


def _show(found: Score, too_low: list[str], seconds: float) -> None:
    console = Console()
    for heading, tallies in (("kind of alert", found.kinds), ("operator", found.operators)):
        table = Table(box=None, pad_edge=False)
        table.add_column(heading, no_wrap=True)
        for number in ("mutants", "killed", "score"):
            table.add_column(number, justify="right", no_wrap=True)
        for name, count in tallies.items():
            table.add_row(name, str(count.total), str(count.killed), f"{count.score:.1%}")
        console.print(table)
    for one in found.survivors:
        where = f"{one.mutant.file}, {one.mutant.rule}, {one.mutant.operator}"
        console.print(f"[yellow]survived[/] {escape(where)}: {escape(one.mutant.before)} -> {escape(one.mutant.after)}")
    used = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    processor = sum(usage.ru_utime + usage.ru_stime for usage in used)
    console.print(
        f"{found.whole.killed} of {found.whole.total} mutants killed, {found.whole.score:.2%} "
        f"(in {seconds:.0f} s, {processor:.0f} s of processor time)",
        highlight=False,
    )
    if found.equivalent:
        console.print(
            f"{len(found.equivalent)} more are equivalent: mutated generators that make the shipped rules, "
            "which no case can kill",
            highlight=False,
        )
    for what in too_low:
        console.print(f"[red]too low[/] {escape(what)}", highlight=False)
