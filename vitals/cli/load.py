"""``vitals load``: put a service under load, judge it by the marks of its objectives, and draw what happened."""

from __future__ import annotations

import math
import sys
import tempfile
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import httpx
import typer
from rich.console import Console
from rich.markup import escape

from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.output_file import require_output, require_output_folder
from vitals.errors import VitalsError
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import load_state
from vitals.paths import RENDERED
from vitals.rendered import Rendered, ServiceLoad, read
from vitals.verify.compare.last_run import LastRun, compare_with_last, last_like, section
from vitals.verify.compare.verdict import ComparisonVerdict
from vitals.verify.load.judge import LoadVerdict, judge
from vitals.verify.load.kept import kept_files
from vitals.verify.load.knee import enough, judge_stress
from vitals.verify.load.measure import GrowingRun, measure
from vitals.verify.load.profiles import SHORTEST_S, Profile, profile
from vitals.verify.load.progress import line_of
from vitals.verify.load.provenance import demo_locustfile, provenance, require_locustfile
from vitals.verify.load.recorded_run import LoadRun, read_run
from vitals.verify.load.replica_metrics import ReplicaWatch
from vitals.verify.load.report.summary import summary
from vitals.verify.load.report.write import write_report
from vitals.verify.load.target import LoadTarget, named, own_demo, require_answer, running_stack

CANNOT_JUDGE, WORSE, NOT_COMPARED, INTERRUPTED = 3, 4, 5, 130
_KEEP_EVERY_S = 30.0
"""How often a long run is written while it goes on, so that a machine that dies takes half a minute of it."""
_SAY_EVERY_S = 10.0


class LoadProfile(StrEnum):
    """The load tests."""

    NORMAL = "normal"
    PEAK = "peak"
    STRESS = "stress"
    SOAK = "soak"


def load(
    *,
    name: Annotated[LoadProfile, typer.Argument(help="Which load.")],
    host: Annotated[
        str | None, typer.Option(help="Base URL; default: the stack that is up, or a demo of its own.")
    ] = None,
    allow_remote: Annotated[bool, typer.Option("--allow-remote", help="The host may be on another machine.")] = False,
    duration: Annotated[
        float | None, typer.Option(min=SHORTEST_S, help="Seconds.", show_default="300; soak 3600")
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write the recorded run to this file.")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="Write report.html and summary.md to this folder.")] = None,
    keep: Annotated[
        Path | None, typer.Option(help="Keep run and report in this folder, and compare with the run before.")
    ] = None,
    environment: Annotated[str, typer.Option("--env", help="Whose marks judge the run.")] = "local",
    service: Annotated[str | None, typer.Option(help="The service that is asked; default: the only one.")] = None,
    locustfile: Annotated[Path | None, typer.Option(help="The users; default: those of the demo platform.")] = None,
    user_class: Annotated[
        list[str] | None, typer.Option("--class", help="Only users of this class; repeatable.")
    ] = None,
    metrics: Annotated[list[str] | None, typer.Option(help="Metrics page of a replica; repeatable.")] = None,
    replicas: Annotated[int, typer.Option(min=1, max=8, help="Replicas of a demo of its own.")] = 1,
    seed: Annotated[int, typer.Option(help="Seed of arrivals and tasks.")] = 1,
    last: Annotated[Path | None, typer.Option(help="A recorded run to compare this one with.")] = None,
) -> None:
    """Put a service under load and judge it by its objectives.

    Exits 0 if every mark is kept (stress: if the limit was found), 1 if one is missed or the run failed, 3 if it cannot
    be judged, and 130 if it was interrupted; what was measured is kept in any case. With an earlier run to compare with
    it exits 4 if it is worse than that one, and 5 if nothing can be said about it.
    """
    if keep is not None:
        if json_file or report or last:
            raise VitalsError("--keep names files of its own, so --json, --report and --last would have no effect.")
        json_file, report = kept_files(keep, name.value)
    if duration is not None and not math.isfinite(duration):
        raise VitalsError(f"--duration {duration} is not a number of seconds. Nothing was asked.")
    require_output(json_file)
    require_output_folder(report)
    rendered = read(RENDERED / environment)
    marks = rendered.load_of(service)
    users = require_locustfile(locustfile or demo_locustfile())
    named_last = LastRun(read_run(last), last.name) if last else None
    console = Console(stderr=True)
    where = (
        named(host, allow_remote=allow_remote, service=marks.service, metrics=tuple(metrics or ())) if host else None
    )
    if where is None and (metrics or allow_remote):
        raise VitalsError("--metrics and --allow-remote belong to a host, and none is named. Give --host.")

    async def work() -> LoadRun:
        async with _target(where, replicas, console) as target:
            await require_answer(target)
            chosen = profile(
                name.value, marks, host=target.host, locustfile=users, classes=tuple(user_class or ()),
                duration_s=duration, seed=seed,
            )  # fmt: skip
            console.print(
                f"{name.value} against {escape(target.shown)}, {chosen.plan.duration_s:.0f} s", highlight=False
            )
            return await _measured(chosen, target, rendered, marks, _progress(console, json_file))

    run = run_until_interrupted(work())
    verdict = judge_stress(run, marks) if run.provenance.profile == "stress" else judge(run, marks)
    earlier = last_like(run, keep, json_file) if keep is not None and json_file is not None else named_last
    compared = compare_with_last(run, earlier) if earlier is not None else None
    beside = tuple(section(compared)) if compared is not None else ()
    text = summary(run, verdict, marks, earlier.run if earlier else None, beside)
    unwritten = written(run, json_file, lambda: write_report(report, text, run, marks) if report else None)
    sys.stdout.write(text)
    if unwritten:
        raise VitalsError(unwritten)
    raise typer.Exit(exit_code(run, verdict, compared.verdict if compared else None))


@asynccontextmanager
async def _target(where: LoadTarget | None, replicas: int, console: Console) -> AsyncIterator[LoadTarget]:
    found = where or running_stack(load_state(RunFolder(DEFAULT_FOLDER).state))
    if found is not None:
        yield found
        return
    console.print("no stack is up, so a demo platform is started for the run", highlight=False)
    async with own_demo(replicas) as target:
        yield target


async def _measured(
    chosen: Profile, target: LoadTarget, rendered: Rendered, marks: ServiceLoad, progress: Callable[[GrowingRun], None]
) -> LoadRun:
    async with httpx.AsyncClient(timeout=2.0, trust_env=not target.loopback) as client:
        return await measure(
            chosen,
            provenance(chosen, target, environment=rendered.name, service=marks.service),
            ReplicaWatch(target.pages, rendered.model.services, client),
            progress=progress,
            enough=lambda run: enough(run, marks),
        )


def _progress(console: Console, json_file: Path | None) -> Callable[[GrowingRun], None]:
    said = kept = 0.0

    def progress(record: GrowingRun) -> None:
        nonlocal said, kept
        if record.measured_s >= said + _SAY_EVERY_S:
            said = record.measured_s
            console.print(line_of(record), highlight=False)
        if json_file is not None and record.measured_s >= kept + _KEEP_EVERY_S:
            kept = record.measured_s
            try:
                write_atomic(json_file, record.run("interrupted").model_dump_json() + "\n")
            except OSError as error:
                console.print(f"{escape(str(json_file))} could not be written ({error.strerror}); the run goes on")

    return progress


def written(run: LoadRun, json_file: Path | None, report: Callable[[], None]) -> str:
    """Write what was asked for; says what could not be written and where the run is instead, empty if all is there."""
    try:
        if json_file is not None:
            write_atomic(json_file, run.model_dump_json() + "\n")
        report()
    except OSError as error:
        # Minutes of load are not to be had again, so the run is kept wherever there is room.
        try:
            spare = Path(tempfile.mkdtemp(prefix="vitals-load-"), "run.json")
            write_atomic(spare, run.model_dump_json() + "\n")
        except OSError:
            return f"The run was not written ({error}), and there is no room for it elsewhere; its summary is above."
        return f"Not all was written ({error}). The run is in {spare}, and its summary is above."
    return ""


def exit_code(run: LoadRun, verdict: LoadVerdict, compared: ComparisonVerdict | None) -> int:
    """The first reason that holds; what is known to be bad or worse comes before what is not known."""
    reasons = (
        (run.ended == "interrupted", INTERRUPTED),
        (verdict.outcome == "failed", 1),
        (compared is ComparisonVerdict.WORSE, WORSE),
        (verdict.outcome == "cannot judge", CANNOT_JUDGE),
        (compared is ComparisonVerdict.CANNOT_JUDGE, NOT_COMPARED),
    )
    return next((code for holds, code in reasons if holds), 0)
