"""One load test from the side that watches: start the generator, keep what it reports, sample the replicas.

What was measured is never lost: an interrupted run, a host that died and a generator that crashed all give the record
of what there was until then, and say why there is no more.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from vitals.local.processes import parent_watch
from vitals.verify.load.profiles import Profile
from vitals.verify.load.recorded_run import (
    Ending,
    EndpointRecord,
    GeneratorInterval,
    LoadRun,
    Provenance,
    ReplicaSample,
    RequestInterval,
)
from vitals.verify.load.replica_metrics import ReplicaWatch
from vitals.verify.load.tally import IntervalReport

SAMPLE_EVERY_S = 5.0
"""How often replicas are asked: reading a page costs them milliseconds, and a step of a stress test lasts fifteen
seconds."""
_PATIENCE_S = 5.0
"""Seconds that a generator gets to send its last report."""
_LINE_BYTES = 2**22
"""The longest report: a hundred endpoints with some hundred bounds each fit ten times over."""


@dataclass
class GrowingRun:
    """A run as it grows.

    Attributes:
        provenance: Where the numbers come from.
        profile: What is run.
    """

    provenance: Provenance
    profile: Profile
    endpoints: dict[str, list[RequestInterval]] = field(default_factory=dict)
    generator: list[GeneratorInterval] = field(default_factory=list)
    replicas: list[ReplicaSample] = field(default_factory=list)
    problems: dict[str, None] = field(default_factory=dict)

    def add(self, report: IntervalReport) -> None:
        """Keep one interval."""
        self.generator.append(report.generator)
        for name, interval in report.endpoints.items():
            self.endpoints.setdefault(name, []).append(interval)
        self.problems |= dict.fromkeys(report.problems)

    @property
    def measured_s(self) -> float:
        """Seconds that have been measured."""
        return len(self.generator) * self.profile.plan.interval_s

    def run(self, ended: Ending, versions: tuple[str, ...] = ()) -> LoadRun:
        """The run as far as it went."""
        return LoadRun(
            provenance=self.provenance.model_copy(update={"versions": versions}),
            interval_s=self.profile.plan.interval_s,
            measured_s=min(self.measured_s, self.profile.plan.duration_s),
            warm_up_s=self.profile.warm_up_s,
            ended=ended,
            latency_from="intended start" if self.profile.plan.steps else "sending",
            endpoints=tuple(
                EndpointRecord(method=name.split(" ", 1)[0], path=name.split(" ", 1)[1], intervals=tuple(intervals))
                for name, intervals in sorted(self.endpoints.items())
            ),
            generator=tuple(self.generator),
            replicas=tuple(self.replicas),
            problem=" ".join(f"{one.rstrip('.')}." for one in self.problems) or None,
        )


async def measure(
    profile: Profile,
    provenance: Provenance,
    watch: ReplicaWatch,
    *,
    progress: Callable[[GrowingRun], None],
    enough: Callable[[LoadRun], tuple[Ending, str] | None],
) -> LoadRun:
    """Run a load test.

    Args:
        profile: What to run.
        provenance: Where the numbers come from; the versions and the start are filled in here.
        watch: The replicas.
        progress: Called with each interval.
        enough: Asked after each interval whether to end before the plan does, how, and why.

    Returns:
        What was measured, however it ended.
    """
    begun = time.monotonic()
    record = GrowingRun(provenance.model_copy(update={"started_at": datetime.now(UTC)}), profile)
    ended: Ending = "planned"
    sampling = asyncio.create_task(_sample(watch, record, begun))
    with tempfile.TemporaryDirectory(prefix="vitals-load-", ignore_cleanup_errors=True) as folder:
        errors = Path(folder, "stderr")
        async with _generating(profile, Path(folder, "plan.json"), errors) as process:
            try:
                async for report in _reports(process):
                    record.add(report)
                    progress(record)
                    if decided := enough(record.run("planned")):
                        ended, why = decided
                        record.problems[why] = None
                        break
                else:
                    if await process.wait():
                        ended = "failed"
                        record.problems[f"the generator ended: {_last_line(errors)}"] = None
            except asyncio.CancelledError:
                if task := asyncio.current_task():
                    task.uncancel()
                ended = "interrupted"
                await _last_reports(process, record)
    sampling.cancel()
    await asyncio.wait([sampling])
    return record.run(ended, tuple(sorted(watch.versions)))


@contextlib.asynccontextmanager
async def _generating(profile: Profile, plan: Path, errors: Path) -> AsyncIterator[Process]:
    plan.write_text(profile.plan.model_dump_json())
    with errors.open("wb") as log:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", parent_watch.__file__, str(os.getpid())),
            *(sys.executable, "-m", "vitals.verify.load.generator", str(plan)),
            stdin=DEVNULL, stdout=PIPE, stderr=log, limit=_LINE_BYTES,
            start_new_session=True,  # Ctrl-C is ours to handle: the generator still sends its last report
        )  # fmt: skip
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(signal.SIGTERM)
        try:
            async with asyncio.timeout(_PATIENCE_S):
                await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()


async def _reports(process: Process) -> AsyncIterator[IntervalReport]:
    if process.stdout is None:
        raise RuntimeError("the generator was started without a pipe")
    async for line in process.stdout:
        yield IntervalReport.model_validate_json(line)


async def _last_reports(process: Process, record: GrowingRun) -> None:
    """Keep the interval in which the run was interrupted."""
    with contextlib.suppress(ProcessLookupError):
        process.send_signal(signal.SIGTERM)
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(_PATIENCE_S):
            async for report in _reports(process):
                record.add(report)


async def _sample(watch: ReplicaWatch, record: GrowingRun, begun: float) -> None:
    while True:
        record.replicas += await watch.sample(time.monotonic() - begun)
        await asyncio.sleep(SAMPLE_EVERY_S)


def _last_line(errors: Path) -> str:
    lines = errors.read_text(encoding="utf-8", errors="replace").strip().splitlines()
    return lines[-1][:300] if lines else "it said nothing"
