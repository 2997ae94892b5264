"""``vitals scale drill``: the closed loop of autoscaling on this machine, with what was computed beside what came."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vitals.atomic import write_atomic
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.output_file import require_output
from vitals.errors import VitalsError
from vitals.local.tools import showing_progress
from vitals.paths import RENDERED, STATE
from vitals.rendered import read_several
from vitals.verify.cluster.run import check
from vitals.verify.scaling_loop.charts import write_picture
from vitals.verify.scaling_loop.drill import ALL_FAULTS, UP_ONLY, LoopDrill, bound_of, drill, objective_s, step_of
from vitals.verify.scaling_loop.loop import LoopOptions, cluster_folder, loop_folder
from vitals.verify.scaling_loop.objects import shipped
from vitals.verify.scaling_loop.outcome import LoopOutcome, LoopVerdict
from vitals.verify.scaling_loop.picture import spec
from vitals.verify.scaling_loop.predictive import predictive_drill
from vitals.verify.scaling_loop.predictive_outcome import PredictiveOutcome
from vitals.verify.scaling_loop.predictive_picture import predictive_spec
from vitals.verify.scaling_loop.processor import full_above, host_bound_above
from vitals.verify.scaling_loop.programs import find_programs

DEFAULT_STATE = STATE / "scale-drill"
SERVICE = "wellness-api"
"""What the demo runs."""
HOST_BOUND_CODE = 3
"""Exit code of a drill that can say nothing, because the machine was too small or too busy."""


def scale_drill(
    *,
    faults: Annotated[bool, typer.Option("--faults", help="Also inject faults while the load is high.")] = False,
    up_only: Annotated[
        bool, typer.Option("--up-only", help="End with the first replica that is added; about two minutes.")
    ] = False,
    predictive: Annotated[
        bool, typer.Option("--predictive", help="Meet the step twice, without and with the forecast; half an hour.")
    ] = False,
    environment: Annotated[str, typer.Option(help="Whose scaler is drilled.")] = "prod",
    json_file: Annotated[
        Path | None, typer.Option("--json", metavar="FILE", help="Write what came of it to this file.")
    ] = None,
    picture_file: Annotated[
        Path | None, typer.Option("--picture", help="Draw load, replicas and latency into this file (.png or .svg).")
    ] = None,
    state: Annotated[Path | None, typer.Option("--state", help="Run folder.", show_default=str(DEFAULT_STATE))] = None,
) -> None:
    """Put load on the demo and see the shipped scaler add replicas until latency is back, and take them away again.

    Runs etcd, API server, controller manager, scheduler, metrics-server, KEDA and Prometheus, and each pod of the demo
    as a process. Takes a quarter of an hour, with --faults ten minutes more. Exits 1 if something was not as it must
    be, and 3 if the machine was too busy to tell.

    With --predictive, Prometheus is given eight days before, in which the load rises at this minute of each hour, and
    the shipped forecast trigger is seen beside the reactive ones.
    """
    require_output(json_file)
    require_output(picture_file)
    if picture_file is not None and picture_file.suffix not in (".png", ".svg"):
        raise VitalsError(f"A picture is .png or .svg, and {picture_file} is neither. Nothing was started.")
    if faults and up_only:
        raise VitalsError("--faults need the load to stay, and --up-only ends it. Nothing was started. Give one.")
    if predictive and (faults or up_only):
        raise VitalsError("--predictive is a drill of its own, without --faults and --up-only. Nothing was started.")
    (rendered,) = read_several(RENDERED, [environment]).values()
    one = shipped(rendered, SERVICE)
    objective_s(rendered, SERVICE)
    root = (state or DEFAULT_STATE).absolute()
    check(cluster_folder(root))
    check(loop_folder(root))
    with showing_progress() as report:
        programs = find_programs(report)
    options = LoopOptions(
        programs=programs, root=root, rendered=rendered, shipped=one, bound=bound_of(step_of(one, up_only=up_only))
    )
    wanted = UP_ONLY if up_only else ALL_FAULTS if faults else LoopDrill()
    console, begun = Console(stderr=True), time.monotonic()

    def say(line: str) -> None:
        passed = time.monotonic() - begun
        console.print(f"[dim]{passed:6.1f} s[/]  {escape(line)}", highlight=False, soft_wrap=True)

    outcome: LoopOutcome | PredictiveOutcome
    if predictive:
        outcome = run_until_interrupted(predictive_drill(options, say))
        drawn, table = predictive_spec(outcome), predictive_table(outcome)
    else:
        outcome = run_until_interrupted(drill(wanted, options, say))
        drawn, table = spec(outcome), outcome_table(outcome)
    if json_file is not None:
        write_atomic(json_file, outcome.model_dump_json(indent=1) + "\n")
    if picture_file is not None:
        write_picture(drawn, picture_file)
    Console().print(table)
    verdict = outcome.verdict()
    for problem in outcome.problems():
        typer.echo(f"not as it must be: {problem}")
    typer.echo(f"verdict: {verdict}")
    if verdict is not LoopVerdict.AS_EXPECTED:
        raise typer.Exit(HOST_BOUND_CODE if verdict is LoopVerdict.HOST_BOUND else 1)


def outcome_table(outcome: LoopOutcome) -> Table:
    """Draw what came of a drill, what was measured beside what was computed or promised."""
    table = Table(box=None, pad_edge=False)
    for heading in ("", "measured", "at most"):
        table.add_column(heading, no_wrap=True)
    table.add_row("first scale-up", _s(outcome.first_scale_up_s), f"{_s(outcome.first_scale_up_computed_s)} (computed)")
    table.add_row(f"p95 under {outcome.slo_s * 1000:.0f} ms again", _s(outcome.slo_recovered_s), "")
    table.add_row("most replicas", str(outcome.max_replicas), "")
    if outcome.back_to_min_computed_s is not None:
        computed = f"{_s(outcome.back_to_min_computed_s)} (computed)"
        table.add_row(f"back to {outcome.lowest} replicas", _s(outcome.back_to_min_s), computed)
    table.add_row("failed requests", str(outcome.failed_requests), "0")
    for fault in outcome.faults:
        asked = f"at least {fault.asked_for}, {fault.failed_requests} requests failed"
        table.add_row(f"fewest replicas, {fault.name}", str(fault.fewest), asked)
    table.add_row("processor, this drill", f"{outcome.drill_cpu:.0f} %", f"{host_bound_above():.0f} %")
    table.add_row("processor, machine", f"{outcome.machine_cpu:.0f} %", f"{full_above():.0f} %")
    return table


def predictive_table(outcome: PredictiveOutcome) -> Table:
    """Draw both runs of a predictive drill beside each other."""
    runs = (outcome.reactive, outcome.predictive)
    table = Table(box=None, pad_edge=False)
    for heading in ("", "reactive", "predictive"):
        table.add_column(heading, no_wrap=True)
    first = (None if one.first_scale_up_s is None else f"{one.first_scale_up_s:+.0f} s" for one in runs)
    table.add_row("first scale-up, from the step of load", *(at or "never" for at in first))
    table.add_row(f"p95 above {outcome.reactive.slo_s * 1000:.0f} ms", *(f"{one.slow_s:.0f} s" for one in runs))
    table.add_row("most replicas", *(str(one.max_replicas) for one in runs))
    table.add_row("replica-minutes", *(f"{one.replica_s(-outcome.seen_before_s) / 60:.1f}" for one in runs))
    table.add_row("failed requests", *(str(one.failed_requests) for one in runs))
    table.add_row("processor, this drill", *(f"{one.drill_cpu:.0f} %" for one in runs))
    table.add_row("processor, machine", *(f"{one.machine_cpu:.0f} %" for one in runs))
    return table


def _s(seconds: float | None) -> str:
    return "never" if seconds is None else f"{seconds:.0f} s"
