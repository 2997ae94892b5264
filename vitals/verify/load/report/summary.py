"""A run in Markdown: the verdict first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from vitals.rendered import ServiceLoad
from vitals.verify.load.judge import LoadVerdict
from vitals.verify.load.knee import StepResult, knee_of, steps_of
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.totals import Totals, totals

_WORDS = {"passed": "passed", "failed": "failed", "cannot judge": "cannot be judged"}


def summary(
    run: LoadRun,
    verdict: LoadVerdict,
    load: ServiceLoad,
    last: LoadRun | None = None,
    compared: Sequence[str] = (),
) -> str:
    """Write a run as Markdown.

    Args:
        run: The run.
        verdict: What came of it.
        load: The marks.
        last: An earlier run to show beside it; None for none.
        compared: The section that compares it with an earlier one, line by line; empty for none.
    """
    return "\n".join(_lines(run, verdict, load, last, compared)) + "\n"


def _lines(
    run: LoadRun, verdict: LoadVerdict, load: ServiceLoad, last: LoadRun | None, compared: Sequence[str]
) -> Iterator[str]:
    came_from = run.provenance
    yield f"# Load test {came_from.profile} of {came_from.service}: {_WORDS[verdict.outcome]}"
    yield ""
    for reason in verdict.reasons:
        yield f"- {escaped(reason)}"
    for note in verdict.notes:
        yield f"- Note: {escaped(note)}."
    if run.problem and not any(run.problem in reason for reason in verdict.reasons):
        yield f"- Note: {escaped(run.problem)}"
    if verdict.reasons or verdict.notes or run.problem:
        yield ""
    yield from compared
    if compared:
        yield "## This run"
        yield ""
    if run.latency_from == "intended start":
        yield from _knee(steps_of(run, load))
    if verdict.marks:
        yield from _marks(verdict)
    yield from _endpoints(run, last)
    yield from _about(run)


def _knee(steps: tuple[StepResult, ...]) -> Iterator[str]:
    knee = knee_of(steps)
    if knee.last_kept and knee.first_missed:
        kept, missed = knee.last_kept, knee.first_missed
        yield (
            f"The service keeps its objectives up to {kept.rate:.4g} arrivals per second "
            f"({kept.found.throughput:.1f} requests per second) and misses one at {missed.rate:.4g}."
        )
        if knee.saturated:
            yield f"Saturated there: {', '.join(knee.saturated)}."
        else:
            what, share = missed.fullest
            yield f"Nothing that is measured was full there; the fullest was {what} at {share:.0%}."
        yield ""
    yield "| arrivals/s | answered req/s | in flight | p50 | p95 | p99 | failed | not sent | fullest | objectives |"
    yield "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | --- | --- |"
    for step in steps:
        what, share = step.fullest
        found = step.found
        yield (
            f"| {step.rate:.4g} | {found.throughput:.1f} | {found.concurrency:.1f} | {_latencies(found)} | "
            f"{found.failed} | {step.unsent} | {what} {share:.0%} | {'missed' if step.missed else 'kept'} |"
        )
    yield ""


def _marks(verdict: LoadVerdict) -> Iterator[str]:
    yield "| mark | requests | broke it | outcome |"
    yield "| --- | ---: | ---: | --- |"
    for one in verdict.marks:
        share = f" ({one.bad / one.count:.2%})" if one.count else ""
        outcome = f"{one.outcome}, needs {one.needs} requests" if one.needs else one.outcome
        yield f"| {escaped(one.what)} | {one.count} | {one.bad}{share} | {outcome} |"
    yield ""


def _endpoints(run: LoadRun, last: LoadRun | None) -> Iterator[str]:
    beside = " last p95 | last answered req/s |" if last else ""
    yield f"| endpoint | requests | answered req/s | p50 | p95 | p99 | failed |{beside}"
    yield "| --- | ---: | ---: | ---: | ---: | ---: | ---: |" + (" ---: | ---: |" if last else "")
    for name in (None, *(record.name for record in run.endpoints)):
        found = totals(run, endpoint=name, since_s=run.warm_up_s)
        errors = ", ".join(f"{count} {kind}" for kind, count in found.errors.items()) or "0"
        row = f"| {escaped(name or 'all')} | {found.count} | {found.throughput:.2f} | {_latencies(found)} | {errors} |"
        if last:
            before = totals(last, endpoint=name, since_s=last.warm_up_s)
            row += f" {_ms(before, 0.95)} | {before.throughput:.2f} |"
        yield row
    yield ""


def _about(run: LoadRun) -> Iterator[str]:
    one = run.provenance
    unsent = sum(interval.unsent for interval in run.generator)
    busiest = max((interval.cpu for interval in run.generator), default=0.0)
    latest = max((interval.lag_s for interval in run.generator), default=0.0)
    yield (
        f"{run.measured_s:.0f} of {one.planned_s:.0f} s measured, {run.warm_up_s:.0f} s of them warm-up; "
        f"ended: {run.ended}. Latency counts from {run.latency_from}. Arrivals not sent: {unsent}. "
        f"The generator used at most {busiest:.0%} of a core and was at most {latest * 1000:.0f} ms late."
    )
    yield ""
    versions = ", ".join(one.versions) or "unknown version (no metrics were read)"
    users = ", ".join(one.user_classes) or "of all classes"
    yield escaped(
        f"Host {one.host}, {versions}; marks of {one.environment}; users {users} "
        f"of locustfile {one.locustfile[:12]}, seed {one.seed}; {one.machine} with {one.cores} cores; {one.tool}, "
        f"commit {one.commit or 'unknown'}; {one.started_at:%Y-%m-%d %H:%M} UTC."
    )


def _latencies(found: Totals) -> str:
    return " | ".join(_ms(found, share) for share in (0.5, 0.95, 0.99))


def _ms(found: Totals, share: float) -> str:
    value = found.good.quantile(share)
    return "-" if value is None else f"{value * 1000:.0f} ms"


def escaped(text: str) -> str:
    """Text that cannot end a cell, begin a tag or code, or mention a person; it is read on a terminal, too."""
    for mark, safe in (("&", "&amp;"), ("<", "&lt;"), ("|", "&#124;"), ("@", "&#64;"), ("`", "'")):
        text = text.replace(mark, safe)
    return text
