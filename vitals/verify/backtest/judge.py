"""Judges alerts over a range: what the server has, which records are written out, when each side fired."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from vitals.local.stack.rendered_rules import readings
from vitals.model.promql import PromqlError
from vitals.verify.backtest.alerts import AlertPair, BacktestAlert, Differs, RuleSet, is_changed
from vitals.verify.backtest.expand import NotExpandableError, RecordedExpressions, read_selectors
from vitals.verify.backtest.range_server import BacktestRange, QueryRefusedError, RangeServer
from vitals.verify.backtest.replay import AlertReplay, FiringInterval

MOST_EVALUATIONS = 200_000
"""Of one alert: a month at every 15 s is 172,800, in 16 pieces. A longer range takes a multiple of the interval."""
SHORT_S = 300
"""A firing that is over before on-call has opened the page: what a review of alerts counts as noise."""
_COVERAGE_STEP_S = 60
"""Prometheus looks back five minutes for a sample, so a gap that matters is seen at every minute."""
_LEAST_GAP_S = 600
"""A gap that is reported: the five minutes of looking back hide half of it."""
_MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the range has data of anything that an alert reads.

    Attributes:
        first: Unix seconds of the first data.
        last: Unix seconds of the last data.
        gaps: Start and end of each time without any, between the two.
    """

    first: int
    last: int
    gaps: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class SideOutcome:
    """What one version of an alert would have done.

    Attributes:
        alert: The version.
        why_not: Why it cannot be judged; empty where it is.
        step_s: Seconds between two evaluations.
        firings: When it fired.
        coverage: Where the range has data; None for an alert that reads none.
        notes: What a reader should know of the answer.
    """

    alert: BacktestAlert
    why_not: str = ""
    step_s: int = 0
    firings: tuple[FiringInterval, ...] = ()
    coverage: Coverage | None = None
    notes: tuple[str, ...] = ()

    @property
    def judged(self) -> bool:
        """Whether the data suffice."""
        return not self.why_not

    @property
    def short(self) -> int:
        """How many firings were over within five minutes."""
        return sum(1 for one in self.firings if one.duration_s < SHORT_S and not (one.ongoing or one.began_before))


@dataclass(frozen=True, slots=True)
class PairOutcome:
    """What both versions of an alert would have done; ``before`` is None where nothing is compared or it is new."""

    pair: AlertPair
    now: SideOutcome | None
    before: SideOutcome | None
    changed: bool


class Backtester:
    """Judges alerts of one environment.

    Args:
        server: Where the data are.
        start: Unix seconds from which firings count.
        end: Unix seconds up to which.
        now: The rules that are judged.
        before: Those that they are compared with; None for none.
    """

    def __init__(self, server: RangeServer, start: float, end: float, *, now: RuleSet, before: RuleSet | None) -> None:
        self._server = server
        self._start, self._end = int(start), int(end)
        self._now, self._before = now, before
        self._differs = now.against(before)

    async def judge(self, pairs: Sequence[AlertPair], say: Callable[[str], None]) -> list[PairOutcome]:
        """Judge alerts, one after another.

        Raises:
            ServerGoneError: The server does not answer.
        """
        found = []
        for number, pair in enumerate(pairs, start=1):
            say(f"{number}/{len(pairs)} {' '.join(pair.any.identity)}")
            changed = self._differs is not None and is_changed(pair, self._differs)
            now = await self._side(pair.now, self._now.records, self._differs) if pair.now else None
            before = now if self._before is not None else None
            if changed and self._before is not None:
                before = await self._side(pair.before, self._before.records, None) if pair.before else None
            found.append(PairOutcome(pair, now, before, changed))
        return found

    async def _side(self, alert: BacktestAlert, records: RecordedExpressions, differs: Differs | None) -> SideOutcome:
        try:
            return await self._judged(alert, records, differs)
        except (NotExpandableError, QueryRefusedError) as error:
            return SideOutcome(alert, why_not=str(error))
        except PromqlError as error:
            return SideOutcome(alert, why_not=f"its expression is not PromQL: {error}")

    async def _judged(self, alert: BacktestAlert, records: RecordedExpressions, differs: Differs | None) -> SideOutcome:
        replaced: dict[str, None] = {}

        async def missing(selector: str) -> bool:
            name = selector.partition("{")[0]
            answer = (differs is not None and differs(selector)) or not await self._server.has_data(
                selector, self._start, self._end
            )
            if answer:
                replaced[name] = None
            return answer

        text = await records.expand(alert.expr, missing)
        selectors = read_selectors(text)
        begin = self._start - int(max((one.reach_s for one in readings(text)), default=0.0))
        present = [one for one in selectors if await self._server.has_data(one, begin, self._end)]
        absent = await self._absent_metrics([one for one in selectors if one not in present], begin)
        if selectors and not present:
            return SideOutcome(alert, why_not=f"the range has no data of {_named(absent or selectors)}")
        step = evaluation_step(alert.interval_s, self._end - self._start + alert.for_s + alert.keep_s)
        coverage = await self._coverage(present, step) if present else None
        # Earlier evaluations bring pending and kept alerts to the state that they have when the range begins.
        asked = BacktestRange.of(self._start - alert.for_s - alert.keep_s, self._end, step)
        replay = AlertReplay(for_s=alert.for_s, keep_s=alert.keep_s, step_s=step, start=self._start)
        try:
            async for piece in self._server.moments(text, asked):
                for labels, moments in piece.items():
                    replay.feed(labels, moments)
        except QueryRefusedError as error:
            if not replaced:
                raise
            raise QueryRefusedError(
                f"the server has no data of {_named(list(replaced))}, and what these record is {error}"
            ) from None
        notes = []
        if replaced:
            reason = "changed or without data on the server" if differs else "without data on the server"
            notes.append(f"computed from their rules, because {reason}: {_named(list(replaced))}")
        if absent:
            notes.append(f"no data of {_named(absent)}")
        if step != alert.interval_s:
            notes.append(f"evaluated every {step} s instead of {alert.interval_s:g} s: shorter firings may be missed")
        if any("$value" in value for _, value in alert.labels):
            notes.append("a label of the rule holds the value, so Prometheus would count more firings")
        return SideOutcome(alert, "", step, tuple(replay.finish(asked.end)), coverage, tuple(notes))

    async def _absent_metrics(self, selectors: Sequence[str], begin: int) -> list[str]:
        """Metrics that the range does not have at all; one without errors, say, has none of some labels only."""
        found = dict.fromkeys(one.partition("{")[0] or one for one in selectors)
        return [one for one in found if not await self._server.has_data(one, begin, self._end)]

    async def _coverage(self, selectors: Sequence[str], step: int) -> Coverage | None:
        asked = BacktestRange.of(self._start, self._end, max(step, _COVERAGE_STEP_S))
        query = " or ".join(f"group({one})" for one in selectors)
        first, last, gaps = None, 0, []
        async for piece in self._server.moments(query, asked):
            for at in piece.get((), ()):
                if first is None:
                    first = at
                elif at - last > max(_LEAST_GAP_S, asked.step_s):
                    gaps.append((last, at))
                last = at
        return None if first is None else Coverage(first, last, tuple(gaps))


def evaluation_step(interval_s: float, range_s: float) -> int:
    """Seconds between two evaluations: the interval of the group, or the multiple of it that a long range takes."""
    interval = max(1, round(interval_s))
    return interval * max(1, -int(-range_s // (interval * MOST_EVALUATIONS)))


def _named(names: Sequence[str]) -> str:
    more = f" and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else ""
    return ", ".join(names[:_MOST_NAMED]) + more
