"""``vitals capacity``: what one replica bears, from stress tests, and what it should be given."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vitals.atomic import write_atomic
from vitals.cli.capacity_measured import measured
from vitals.errors import VitalsError
from vitals.model.catalog import measured_path, measured_text
from vitals.paths import CATALOG, RENDERED, ROOT
from vitals.rendered import ServiceLoad, read
from vitals.verify.capacity.estimate import CapacityEstimate, Interval, estimate
from vitals.verify.capacity.pod_size import catalogue_diff, pod_size
from vitals.verify.capacity.steps import latency_objective, usable_steps
from vitals.verify.load.bound_by import host_bound
from vitals.verify.load.recorded_run import LoadRun, read_run


def capacity(
    *,
    files: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Files of `vitals load stress --json`.")],
    replicas: Annotated[
        int | None, typer.Option(min=1, help="How many served; default: as many as answered for their metrics.")
    ] = None,
    write: Annotated[bool, typer.Option("--write", help="Write the capacity into catalog/measured/.")] = False,
) -> None:
    """Fit throughput against concurrency and say what one replica bears at its latency objective.

    Several runs must be of one service in one environment. Refuses, with exit code 1, where the runs do not carry a
    figure. Proposes CPU and memory of a replica as a diff of the catalogue.
    """
    runs = [read_run(file) for file in files]
    _require_alike(runs)
    first = runs[0].provenance
    load = read(RENDERED / first.environment).load_of(first.service, choose="Give runs of one of them")
    slo = latency_objective(load)
    found = estimate(usable_steps(runs, load, replicas), slo)
    text = measured_text(measured(found, slo, runs[0]))
    for line in _described(found, runs):
        sys.stdout.write(line + "\n")
    target = CATALOG / measured_path(first.environment, first.service)
    if write:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, text)
        sys.stdout.write(f"written: {target.relative_to(ROOT)}\n")
    else:
        sys.stdout.write(f"\n{text}\nNothing was written; --write puts this into {target.relative_to(ROOT)}.\n")
    _propose(runs, load, found)


def _require_alike(runs: list[LoadRun]) -> None:
    for run in runs:
        if run.latency_from != "intended start":
            raise VitalsError(
                f"The run {run.provenance.profile} has closed users, who wait for a slow service and so never show "
                "its limit. Give files of `vitals load stress --json`."
            )
    if any(one == other for number, one in enumerate(runs) for other in runs[:number]):
        raise VitalsError(
            "A run was given twice, so its steps would count twice and narrow the interval. Give each once."
        )
    seen = {(one.service, one.environment, one.machine, one.locustfile) for one in (run.provenance for run in runs)}
    if len(seen) > 1:
        raise VitalsError(
            "The runs differ in service, environment, machine or locustfile, so one figure cannot speak for all. Give "
            "runs that have these in common."
        )


def _described(found: CapacityEstimate, runs: list[LoadRun]) -> list[str]:
    one, law = runs[0].provenance, f"scalability law over {found.steps} steps: rate {_said(found.rate)}"
    bears = f"{one.service}: one replica bears {_said(found.requests)} requests per second at its latency objective"
    waits = f"contention {_said(found.contention)}, coherency {_said(found.coherency)}"
    lines = [
        f"{bears}, with {_said(found.concurrency)} in flight",
        f"{law}, {waits}; the steps lie {found.scatter:.0%} from it",
    ]
    lines += [f"note: {machine}" for run in runs if (machine := host_bound(run, run.warm_up_s))]
    if one.machine == "laptop":
        lines.append("note: generator and service shared one machine, so this is not the capacity on a cluster")
    return lines


def _said(found: Interval) -> str:
    return f"{found.value:.3g} ({found.low:.3g} to {found.high:.3g})"


def _propose(runs: list[LoadRun], load: ServiceLoad, found: CapacityEstimate) -> None:
    one = runs[0].provenance
    try:
        proposed = pod_size(runs, load, found, one.service)
    except VitalsError as error:
        sys.stdout.write(f"no proposal for CPU and memory: {error}\n")
        return
    for file in sorted((CATALOG / "services").glob("*.py")):
        text = file.read_text(encoding="utf-8")
        if f'"{one.service}"' in text:
            diff = catalogue_diff(text, file.relative_to(ROOT).as_posix(), one.service, proposed)
            sys.stdout.write(f"\n{diff}" if diff else "CPU and memory are as proposed\n")
            return
