"""A load test compared with the one before it: which one that is, and what came of it.

The last run is the newest one that asked the same service with the same users and showed the service alone. One that
was interrupted, failed, or was bound by its machine is passed over and named, or a week without a usable run would make
the next one incomparable, too.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from vitals.errors import VitalsError
from vitals.verify.compare import recorded
from vitals.verify.compare.judge import judge
from vitals.verify.compare.shown import HEADINGS, WORDS, cells
from vitals.verify.compare.verdict import ComparisonResult, ComparisonVerdict, Effects
from vitals.verify.load.recorded_run import LoadRun, read_run
from vitals.verify.load.report.summary import escaped

THIS_RUN, LAST_RUN = "this run", "the last run"


@dataclass(frozen=True)
class LastRun:
    """The run before.

    Attributes:
        run: The run; None if there is none to compare with.
        name: Of its file.
        passed_over: Newer ones that could not be compared with, each with the reason.
    """

    run: LoadRun | None = None
    name: str = ""
    passed_over: tuple[str, ...] = ()


@dataclass(frozen=True)
class ComparedRun:
    """A run beside the one before.

    Attributes:
        last: The one before.
        verdict: About the new one; None for the first run of all.
        why: The verdict's reason in a sentence.
        result: The comparison; None if there is none.
    """

    last: LastRun
    verdict: ComparisonVerdict | None
    why: str
    result: ComparisonResult | None = None


def last_like(run: LoadRun, folder: Path, own: Path) -> LastRun:
    """Find the newest run in a folder that a new one can be compared with.

    Args:
        run: The new one.
        folder: Where runs are kept (``vitals load --keep``).
        own: The new one's own file, which is there, too.
    """
    passed_over = []
    for file in sorted(folder.glob(f"{run.provenance.profile}-*.json"), reverse=True):
        if file == own:
            continue
        try:
            earlier = read_run(file)
        except VitalsError:
            passed_over.append(f"{file.name} is not the record of a load test")
            continue
        if (why := _unlike(earlier, run)) is None:
            return LastRun(earlier, file.name, tuple(passed_over))
        passed_over.append(f"{file.name} {why}")
    return LastRun(passed_over=tuple(passed_over))


def _unlike(earlier: LoadRun, run: LoadRun) -> str | None:
    if earlier.ended != run.ended and earlier.ended in ("interrupted", "failed"):
        return f"ended before its time ({earlier.ended})"
    if not any(record.intervals for record in earlier.endpoints):
        return "holds no request"
    for what, before, now in recorded.differing(earlier, run):
        return f"had another {what} ({before}, now {now})"
    if why := recorded.unfit(earlier, "it"):
        return f"cannot be compared with: {why}"
    return None


def compare_with_last(run: LoadRun, last: LastRun) -> ComparedRun:
    """Compare a run with the one before."""
    if last.run is None:
        if not last.passed_over:
            return ComparedRun(last, None, "This is the first run that is kept.")
        why = "no run that is kept can be compared with this one"
        return ComparedRun(last, ComparisonVerdict.CANNOT_JUDGE, why)
    try:
        result = judge(*recorded.sides(last.run, run, (LAST_RUN, THIS_RUN)), Effects())
    except VitalsError as error:
        return ComparedRun(last, ComparisonVerdict.CANNOT_JUDGE, str(error))
    return ComparedRun(last, result.verdict, result.why, result)


def section(compared: ComparedRun) -> Iterator[str]:
    """What came of it, as lines of Markdown."""
    yield f"## Compared with the last run: {compared.verdict or 'nothing to compare with'}"
    yield ""
    yield escaped(compared.why[:1].upper() + compared.why[1:].rstrip(".") + ".")
    if compared.last.run is not None:
        one = compared.last.run.provenance
        versions = ", ".join(one.versions) or "unknown version"
        yield escaped(
            f"The last run is {compared.last.name}, of {one.started_at:%Y-%m-%d %H:%M} UTC, {versions}. Everything "
            "that changed since then counts, not the version alone."
        )
    yield ""
    for one_passed in compared.last.passed_over:
        yield f"- Passed over: {escaped(one_passed)}."
    if compared.last.passed_over:
        yield ""
    if compared.result is None:
        return
    for remark in compared.result.remarks:
        yield f"- Note: {escaped(remark)}."
    for endpoint in compared.result.endpoints:
        if endpoint.why:
            yield f"- {escaped(f'{endpoint.endpoint} {endpoint.measure}: {endpoint.why}')}."
    yield ""
    if compared.result.endpoints:
        yield f"| {' | '.join(HEADINGS)} |"
        yield f"| {' | '.join(['---'] * WORDS + ['---:'] * (len(HEADINGS) - WORDS))} |"
        for endpoint in compared.result.endpoints:
            yield f"| {' | '.join(escaped(cell) for cell in cells(endpoint))} |"
        yield ""
