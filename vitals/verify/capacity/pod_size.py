"""What a replica should be given: memory from its own highest use, CPU from the load that it is scaled by."""

from __future__ import annotations

import ast
import difflib
import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from vitals.errors import VitalsError
from vitals.rendered import ServiceLoad
from vitals.verify.capacity.estimate import CapacityEstimate
from vitals.verify.load.knee import StepResult, steps_of
from vitals.verify.load.recorded_run import LoadRun

MEMORY_MARGIN = 1.25
"""Of the 99th percentile: a replica that is ended for memory takes its requests along, and a quarter is what a day's
growth of caches came to."""
LIMIT_OF_REQUEST = 2
"""The limit is for what was never seen; the request is for what was."""
_MEMORY_STEP, _CPU_STEP = 32, 50
"""MiB and millicores: finer figures would claim what no run knows."""
_FEWEST_SAMPLES = 5


@dataclass(frozen=True)
class PodSize:
    """What one replica is given.

    Attributes:
        cpu: Processor time that is kept free for it, such as ``200m``.
        memory: Memory that is kept free for it.
        memory_limit: Memory beyond which it is ended.
    """

    cpu: str
    memory: str
    memory_limit: str

    @property
    def source(self) -> str:
        """As the catalogue says it."""
        return f'Pod(cpu="{self.cpu}", memory="{self.memory}", memory_limit="{self.memory_limit}")'


def pod_size(runs: Sequence[LoadRun], load: ServiceLoad, found: CapacityEstimate, service: str) -> PodSize:
    """Propose what a replica is given.

    Args:
        runs: The stress tests.
        load: The marks; CPU counts where they were kept.
        found: The capacity; CPU is read off at its lower end, which is what the service is scaled by.
        service: Whose replicas.

    Raises:
        VitalsError: Too few samples of replicas were taken.
    """
    samples = [one for run in runs for one in run.replicas if one.service == service]
    points = [
        (step.found.throughput / step.replicas, cpu)
        for run in runs
        for step in steps_of(run, load)
        if step.replicas and not step.missed and (cpu := _cpu(run, step, service)) is not None
    ]
    if len(samples) < _FEWEST_SAMPLES or len(points) < 2:  # noqa: PLR2004 - a line takes two points
        raise VitalsError(
            f"{len(samples)} samples of replicas of {service} were taken, too few to say what one needs. Run "
            "`vitals load stress` for longer, with --metrics URL where the host is named."
        )
    memory = float(np.quantile([one.memory_bytes for one in samples], 0.99)) * MEMORY_MARGIN / 2**20
    throughput, cpu = np.array(points).T
    slope, idle = np.polyfit(throughput, cpu, 1)
    cores = max(float(idle + slope * found.requests.low), float(cpu.max()))
    mebibytes = _up(memory, _MEMORY_STEP)
    return PodSize(f"{_up(cores * 1000, _CPU_STEP)}m", f"{mebibytes}Mi", f"{LIMIT_OF_REQUEST * mebibytes}Mi")


def _cpu(run: LoadRun, step: StepResult, service: str) -> float | None:
    """Mean CPU of a replica in a step; another run has other rates in the same seconds."""
    inside = [one.cpu for one in run.replicas if one.service == service and step.since_s <= one.at_s < step.until_s]
    return sum(inside) / len(inside) if inside else None


def _up(value: float, step: int) -> int:
    return step * max(1, math.ceil(round(value / step, 6)))


def catalogue_diff(text: str, file: str, service: str, proposed: PodSize) -> str:
    """The change of a catalogue file that a proposal comes to, as a unified diff; empty if it says so already.

    Args:
        text: The file.
        file: Its path, for the diff.
        service: The service that it declares.
        proposed: What it should say.

    Raises:
        VitalsError: The file does not declare the service.
    """
    call = _declaration(text, service)
    if call is None:
        raise VitalsError(f"{file} does not declare Service(name={service!r}), so there is nothing to change in it.")
    lines = text.splitlines(keepends=True)
    given = next((keyword for keyword in call.keywords if keyword.arg == "pod"), None)
    if given is not None:
        begin, end = given.value.lineno - 1, given.value.end_lineno or given.value.lineno
        before = lines[begin].encode()[: given.value.col_offset].decode()
        after = lines[end - 1].encode()[given.value.end_col_offset :].decode()
        changed = [*lines[:begin], f"{before}{proposed.source}{after}", *lines[end:]]
    else:
        last = (call.end_lineno or call.lineno) - 1
        changed = [*lines[:last], f"    pod={proposed.source},\n", *lines[last:]]
    return "".join(difflib.unified_diff(lines, changed, f"a/{file}", f"b/{file}"))


def _declaration(text: str, service: str) -> ast.Call | None:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "Service":
            named = next((keyword.value for keyword in node.keywords if keyword.arg == "name"), None)
            if isinstance(named, ast.Constant) and named.value == service:
                return node
    return None
