"""A stress test as steps: which rate was the last that kept every mark, and what was full beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from vitals.rendered import LatencyEntry, ServiceLoad
from vitals.verify.load.bound_by import generator_bound, host_bound
from vitals.verify.load.judge import ALPHA, LoadVerdict, MarkResult, defects_of, judge_mark, notes_on
from vitals.verify.load.recorded_run import Ending, LoadRun, ReplicaSample
from vitals.verify.load.totals import Totals, totals

SETTLING = 0.2
"""The share of a step that is left out: queues of the step before are still being worked off."""
FULL = 0.8
"""From here on something counts as saturated: a queue at 80 % use is five times as long as one at 50 %."""
GENERATOR, HOST = "generator CPU (one core)", "CPU of the machine"
_FAR_BEYOND = 4
"""Times the latency objective at the 99th percentile: users have left by then."""
_ERRORS_BEYOND = 0.1
"""A share of failed requests that no objective allows."""
_STEPS_BEYOND = 2
"""Steps beyond the limit that are measured: one may be bad by chance."""
_DEAD_S, _DEAD_REQUESTS = 10.0, 10
"""A host of which every request has failed for so long, and so many of them, is down."""


@dataclass(frozen=True)
class StepResult:
    """What one rate of arrivals came to.

    Attributes:
        rate: Arrivals per second that were planned.
        since_s: First second that counts.
        until_s: The end.
        found: The requests.
        unsent: Arrivals that could not be sent.
        stuck: Whether requests were in flight and not one of them ended.
        marks: The marks over all requests.
        replicas: Replicas of the service that answered for their metrics; 0 where none was asked.
        saturation: How full everything was that can be full, as a share; the fullest replica counts.
    """

    rate: float
    since_s: float
    until_s: float
    found: Totals
    unsent: int
    stuck: bool
    marks: tuple[MarkResult, ...]
    replicas: int
    saturation: dict[str, float]

    @property
    def missed(self) -> bool:
        """Whether a mark was missed, arrivals could not be sent, or all of them hang, of which no mark knows yet."""
        return self.unsent > 0 or self.stuck or any(one.outcome == "missed" for one in self.marks)

    @property
    def fullest(self) -> tuple[str, float]:
        """What was the fullest, and how full."""
        return max(self.saturation.items(), key=lambda one: one[1], default=("nothing", 0.0))


@dataclass(frozen=True)
class Knee:
    """Where the service stops keeping its marks.

    Attributes:
        last_kept: The last step that kept every mark; None if not even the first did.
        first_missed: The step after it; None if the limit was not reached.
        saturated: What was full in it, the fullest first; empty if nothing that is measured was.
    """

    last_kept: StepResult | None
    first_missed: StepResult | None
    saturated: tuple[str, ...]


def steps_of(run: LoadRun, load: ServiceLoad) -> tuple[StepResult, ...]:
    """The steps of a stress test; the last one may have been cut short."""
    return tuple(_step(run, load, rate, since, until) for rate, since, until in _spans(run))


def _spans(run: LoadRun) -> Iterator[tuple[float, float, float]]:
    for rate, group in groupby(run.generator, key=lambda one: one.offered):
        intervals = list(group)
        begin, end = intervals[0].at_s, intervals[-1].at_s + run.interval_s
        since = begin + SETTLING * (end - begin)
        if rate is not None and end - since >= run.interval_s:
            yield rate, max(since, min(run.warm_up_s, end - run.interval_s)), end


def _step(run: LoadRun, load: ServiceLoad, rate: float, since: float, until: float) -> StepResult:
    found = totals(run, since_s=since, until_s=until)
    marks = [mark for mark in load.marks if mark.endpoint is None]
    generator = [one for one in run.generator if since <= one.at_s < until]
    samples = [one for one in run.replicas if since <= one.at_s < until]
    saturation = _fullest(samples) | {
        GENERATOR: sum(one.cpu for one in generator) / max(len(generator), 1),
        HOST: sum(one.host_cpu for one in generator) / max(len(generator), 1),
    }
    return StepResult(
        rate=rate,
        since_s=since,
        until_s=until,
        found=found,
        unsent=sum(one.unsent for one in generator),
        stuck=not found.count and any(one.in_flight for one in generator),
        marks=tuple(judge_mark(mark, found, ALPHA / len(marks)) for mark in marks),
        replicas=len({one.replica for one in samples if one.service == load.service}),
        saturation=dict(sorted(saturation.items())),
    )


def _fullest(samples: Sequence[ReplicaSample]) -> dict[str, float]:
    """The mean of the fullest replica of each service, for everything that can be full."""
    by_replica: dict[tuple[str, str, str], list[float]] = {}
    for one in samples:
        for what, share in one.saturation.items():
            by_replica.setdefault((one.service, what, one.replica), []).append(share)
    fullest: dict[str, float] = {}
    for (service, what, _), shares in by_replica.items():
        name = f"{what} of {service}"
        fullest[name] = max(fullest.get(name, 0.0), sum(shares) / len(shares))
    return fullest


def knee_of(steps: Sequence[StepResult]) -> Knee:
    """Find the knee: after it every step misses a mark, so one step that is bad by chance is none."""
    kept = [number for number, step in enumerate(steps) if not step.missed]
    last = kept[-1] if kept else -1
    beyond = steps[last + 1] if last + 1 < len(steps) else None
    saturation = beyond.saturation.items() if beyond else ()
    full = sorted(((share, what) for what, share in saturation if share >= FULL), reverse=True)
    return Knee(steps[last] if kept else None, beyond, tuple(what for _, what in full))


def judge_stress(run: LoadRun, load: ServiceLoad) -> LoadVerdict:
    """Judge a stress test: it passes when the knee was found.

    Args:
        run: The run.
        load: The marks.
    """
    steps = steps_of(run, load)
    knee = knee_of(steps)
    marks = knee.last_kept.marks if knee.last_kept else steps[0].marks if steps else ()
    notes = tuple(notes_on(run))
    if defects := tuple(defects_of(run, load)):
        return LoadVerdict("failed", defects, marks, notes)
    if doubt := _doubt(run, knee, steps, load):
        return LoadVerdict("cannot judge", (doubt,), marks, notes)
    if knee.last_kept is None:
        return LoadVerdict("failed", (_too_much_at_once(steps[0], load),), marks, notes)
    return LoadVerdict("passed", (), marks, notes)


def _doubt(run: LoadRun, knee: Knee, steps: Sequence[StepResult], load: ServiceLoad) -> str | None:
    """Why the knee is not known; None if it is, or if it lies before the first step."""
    until_s = knee.last_kept.until_s if knee.last_kept else None
    if not steps:
        interrupted = run.ended == "interrupted"
        return "The run was interrupted within its first step." if interrupted else "No step was measured. Run longer."
    if generator := generator_bound(run, run.warm_up_s, until_s):
        return (
            f"Latencies contain the generator's own delays: {generator}. Run it on a machine that does nothing else, "
            "or on a faster one."
        )
    if knee.last_kept is None and (machine := host_bound(run, run.warm_up_s)):
        return f"{_too_much_at_once(steps[0], load)} It may be the machine and not the service: {machine}."
    if run.ended == "interrupted":
        return "The run was interrupted before the limit was known."
    if knee.first_missed is None:
        return "The limit was not reached: every step kept every mark. Raise stress_from, or run it for longer."
    return None


def _too_much_at_once(first: StepResult, load: ServiceLoad) -> str:
    return (
        f"Already the first step, {first.rate:.4g} arrivals per second, misses a mark. Lower stress_from of "
        f"{load.service}, or mend the service first."
    )


def enough(run: LoadRun, load: ServiceLoad) -> tuple[Ending, str] | None:
    """Whether a run may end before its plan does: the host is down, or the limit lies behind."""
    recent = totals(run, since_s=max(0.0, run.measured_s - _DEAD_S))
    stress = run.latency_from == "intended start"
    if run.measured_s >= _DEAD_S and recent.count >= _DEAD_REQUESTS and recent.failed == recent.count:
        worst = max(recent.errors.items(), key=lambda one: one[1])[0]
        if not (stress and any(not step.missed for step in steps_of(run, load))):
            return "failed", f"every request of the last {_DEAD_S:.0f} s failed ({worst}), so the run was ended"
        return "past the limit", f"every request of the last {_DEAD_S:.0f} s failed ({worst})"
    if not stress or not run.generator or run.measured_s < run.warm_up_s:
        return None
    spans = list(_spans(run))[:-1][-_STEPS_BEYOND:]  # the newest one still grows
    last = [_step(run, load, *span) for span in spans]
    if len(last) == _STEPS_BEYOND and all(_far_beyond(step, load) for step in last):
        why = f"two steps lie far beyond the limit, the last at {last[-1].rate:.4g} arrivals per second"
        return "past the limit", why
    return None


def _far_beyond(step: StepResult, load: ServiceLoad) -> bool:
    slos = [mark.slo for mark in load.marks if mark.endpoint is None]
    bounds = [slo.bound_s for slo in slos if isinstance(slo, LatencyEntry)]
    p99 = step.found.answered.quantile(0.99) or 0.0
    failed = step.found.failed > _ERRORS_BEYOND * step.found.count
    return step.unsent > 0 or failed or any(p99 > _FAR_BEYOND * bound for bound in bounds)
