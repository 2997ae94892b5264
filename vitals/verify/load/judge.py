"""Pass or fail: the marks of a service, held against a run.

A mark is missed when chance does not explain the bad requests, and kept when there are no more of them than the
objective allows, of so many requests that one more would not decide. Between the two, and with fewer requests, nothing
can be said, and the verdict says how many requests it takes.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from scipy.special import bdtrc

from vitals.rendered import LatencyEntry, LoadMark, ServiceLoad
from vitals.verify.load.bound_by import generator_bound, host_bound
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.totals import Totals, totals

ALPHA = 0.05
"""Chance that a service that keeps every mark fails: shared out among the marks (Bonferroni)."""
MarkOutcome = Literal["kept", "missed", "cannot judge"]
RunOutcome = Literal["passed", "failed", "cannot judge"]


@dataclass(frozen=True)
class MarkResult:
    """What came of a mark.

    Attributes:
        mark: The mark.
        count: Requests.
        bad: Those of them that break the objective.
        outcome: See the module.
        needs: Requests that it takes to judge; 0 if it was judged.
    """

    mark: LoadMark
    count: int
    bad: int
    outcome: MarkOutcome
    needs: int = 0

    @property
    def what(self) -> str:
        """``GET /api/dashboard: 99% within 250ms``."""
        slo = self.mark.slo
        objective = f"{slo.objective} within {slo.within}" if isinstance(slo, LatencyEntry) else f"{slo.objective} good"
        return f"{self.mark.endpoint or 'all requests'}: {objective}"


@dataclass(frozen=True)
class LoadVerdict:
    """What came of a run.

    Attributes:
        outcome: The whole.
        reasons: Why, in sentences; empty for a run that passed.
        marks: Each mark.
        notes: What a reader must know beside it, such as a machine that was full.
    """

    outcome: RunOutcome
    reasons: tuple[str, ...]
    marks: tuple[MarkResult, ...]
    notes: tuple[str, ...] = ()


def judge_mark(mark: LoadMark, found: Totals, alpha: float) -> MarkResult:
    """Hold a mark against requests.

    Args:
        mark: The mark.
        found: The requests.
        alpha: Chance of a false alarm.
    """
    bad, count, budget = found.bad(mark.slo), found.count, mark.slo.budget
    least = math.ceil(1 / budget - 1e-9)
    if count and bad / count > budget:
        if bdtrc(bad - 1, count, budget) < alpha:  # so many or more; scipy.stats would take three seconds to load
            return MarkResult(mark, count, bad, "missed")
        return MarkResult(mark, count, bad, "cannot judge", 2 * max(count, least))
    if count < least:
        return MarkResult(mark, count, bad, "cannot judge", least)
    return MarkResult(mark, count, bad, "kept")


def judge(run: LoadRun, load: ServiceLoad) -> LoadVerdict:
    """Judge a run of closed users: normal, peak or soak.

    Args:
        run: The run.
        load: The marks.
    """
    alpha = ALPHA / len(load.marks)
    marks = tuple(
        judge_mark(mark, totals(run, endpoint=mark.endpoint, since_s=run.warm_up_s), alpha) for mark in load.marks
    )
    notes = tuple(notes_on(run))
    if defects := tuple(defects_of(run, load)):
        return LoadVerdict("failed", defects, marks, notes)
    doubts = tuple(_doubts(run, marks))
    missed = tuple(_missed(one) for one in marks if one.outcome == "missed")
    if doubts:
        return LoadVerdict("cannot judge", (*doubts, *missed), marks, notes)
    return LoadVerdict("failed" if missed else "passed", missed, marks, notes)


def notes_on(run: LoadRun) -> Iterator[str]:
    """What a reader of any verdict must know: who else may have been the limit."""
    yield from filter(None, (host_bound(run, run.warm_up_s), generator_bound(run, run.warm_up_s)))
    if unsent := sum(one.unsent for one in run.generator):
        yield f"{unsent} arrivals could not be sent, because every worker waited for an answer"


def defects_of(run: LoadRun, load: ServiceLoad) -> Iterator[str]:
    """Why a run fails whatever its numbers are: it broke off, or asked for something that has no objective."""
    if run.ended == "failed":
        yield run.problem or "The run failed."
    if unknown := sorted({one.name for one in run.endpoints} - load.endpoints):
        yield (
            f"There is no objective for {', '.join(unknown)}: name it in `load` of {load.service} in catalog/services "
            "and run `vitals render`, or give its requests the name= of an endpoint that has one."
        )


def _doubts(run: LoadRun, marks: tuple[MarkResult, ...]) -> Iterator[str]:
    since_s = run.warm_up_s
    whole = totals(run, since_s=since_s)
    unplanned = f"{run.problem} So the load was not the planned one, and the figures lack what failed."
    if not whole.count:
        early = f"The run was interrupted within its warm-up of {since_s:.0f} s, before anything counted."
        none = f"No request was answered after the warm-up of {since_s:.0f} s. Run it for longer."
        yield early if run.ended == "interrupted" else unplanned if run.problem else none
        return
    if any(one.outcome == "missed" for one in marks):
        if other := host_bound(run, since_s) or generator_bound(run, since_s):
            yield (
                f"Marks were missed, and {other}: it may be the machine and not the service. Run it on a machine that "
                "does nothing else."
            )
        return
    if run.ended == "interrupted":
        yield "The run was interrupted; no mark was missed until then."
    if run.problem:
        yield unplanned
    yield from _never_served(run, marks)
    for one in marks:
        if one.mark.endpoint is None and one.outcome == "cannot judge":
            longer = whole.lasts_s * one.needs / one.count + since_s if one.count else math.inf
            yield (
                f"{one.what}: {one.bad} of {one.count} requests broke it, too few to judge; it takes about "
                f"{one.needs} requests (--duration {math.ceil(longer)})."
            )


def _never_served(run: LoadRun, marks: tuple[MarkResult, ...]) -> Iterator[str]:
    """Endpoints that only ever refused: no objective counts their users' mistakes, and nothing was measured there."""
    for name in sorted({one.mark.endpoint for one in marks if one.mark.endpoint}):
        found = totals(run, endpoint=name, since_s=run.warm_up_s)
        if found.count and found.refused == found.count:
            yield f"Every request to {name} failed ({', '.join(found.errors)}). Correct --host, or what the users ask."


def _missed(one: MarkResult) -> str:
    share = f"{one.bad / one.count:.2%} > {one.mark.slo.budget:.2%}"
    return f"{one.what}: {one.bad} of {one.count} requests broke it ({share})."
