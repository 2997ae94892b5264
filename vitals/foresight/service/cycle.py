"""One cycle: ask Prometheus for the minutes that are new, add them to the histories, and judge the newest of each.

A question that is not answered keeps its place: the next cycle asks from there on, so an outage of Prometheus leaves
no hole that Prometheus itself does not have. One series that cannot be judged costs the others nothing. A clock that
was ahead must not leave the service waiting for it, and series that end must not fill the memory.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Protocol

from vitals.foresight.deploys import KnownPast, MovedPast
from vitals.foresight.kinds import SignalKind
from vitals.foresight.service.builds import BuildLog, DeployFolder
from vitals.foresight.service.clock import JumpedClock
from vitals.foresight.service.exposition import Health, Said, Snapshot
from vitals.foresight.service.history import KEPT_S, STEP_S, SeriesHistory
from vitals.foresight.service.key import SeriesKey
from vitals.foresight.service.prometheus import CHUNK_S, MOST_SERIES, Answered, AskingError, TooLargeError
from vitals.foresight.service.state import StateFolder
from vitals.foresight.service.verdict import SeriesVerdict, verdict
from vitals.rendered import WatchedEntry

SETTLE_S = 10.0
"""A minute is asked for when it is over by so much: rules of that moment are evaluated and stored by then, so who asks
later gets the same answer."""
BUILDS = "builds"
"""How the question is called which builds of a service run."""
MOST_KNOWN = 4 * MOST_SERIES
"""Series of one question whose past is kept, ended ones included: those of yesterday's pods and of a seldom queue."""
SAVE_EVERY_S = 600.0
"""Prometheus still has the minutes since, so a crash loses nothing; the files of a hundred series are 100 MB."""


class RangeSource(Protocol):
    """Where values come from."""

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """A row per minute."""


class Watcher:
    """Everything that the service knows.

    Args:
        entries: What is looked at.
        source: Who is asked.
        folder: Where the state is.
        report: Takes a line for the log.
    """

    def __init__(
        self, entries: Sequence[WatchedEntry], source: RangeSource, folder: Path, report: Callable[[str], None]
    ) -> None:
        self._entries = tuple(entries)
        self._source = source
        self._state = StateFolder(folder)
        self._report = report
        self._deploys = DeployFolder(folder)
        self._builds: dict[str, BuildLog] = {}
        self._histories: dict[SeriesKey, SeriesHistory] = {}
        self._pasts: dict[SeriesKey, MovedPast] = {}
        self._verdicts: dict[SeriesKey, SeriesVerdict] = {}
        self._asked_until: dict[tuple[str, str], float] = {}
        self._unsaved: set[SeriesKey] = set()
        self._deployed: set[str] = set()
        self._saved_at = 0.0
        self._failing: set[tuple[str, str]] = set()
        self._clock = JumpedClock()
        self._health = Health(started=time.time())

    def cycle(self, now: float, stopped: Callable[[], bool] = lambda: False) -> Snapshot:
        """Ask and judge.

        Args:
            now: Unix seconds; the minute that is over by ``SETTLE_S`` is the newest that is asked for.
            stopped: Whether the service is to end; then the questions that are left are not asked.
        """
        began = time.monotonic()
        minute = (now - SETTLE_S) // STEP_S * STEP_S
        if ahead := self._clock.was_ahead_by(minute):
            self._report(f"The clock was ahead by {ahead:.0f} s; what it left is forgotten, and all is asked anew.")
            self._begin_anew(minute)
        failures, dropped = 0, 0
        said: list[Said] = []
        for service, query in sorted({(one.service, one.builds) for one in self._entries if one.builds}):
            if stopped():
                break
            if service not in self._builds:  # what is known counts also while the question is not answered
                self._builds[service] = self._deploys.load(service, self._report)
            failures += self._learn(service, BUILDS, query, minute, partial(self._add_builds, service)) is None
        for entry in self._entries:
            if stopped():
                break
            left_out = self._learn(entry.service, entry.name, entry.query, minute, partial(self._add_series, entry))
            failures += left_out is None
            dropped += left_out or 0
            said += self._judged(entry)
        saved = self._save_if_due(now)
        health = self._health
        health.last_success = health.last_success if failures else minute
        health.cycle_s = time.monotonic() - began
        health.cycles += 1
        health.query_failures += failures
        health.state_failures += not saved
        health.dropped = dropped
        return Snapshot(minute, tuple(said), replace(health))

    def save(self) -> bool:
        """Write what is new; whether all of it was written."""
        try:
            self._state.save({key: self._histories[key] for key in sorted(self._unsaved)})
            for service in sorted(self._deployed):
                self._deploys.save(service, self._builds[service])
        except OSError as error:
            self._report(f"The state in {self._state.folder} could not be written: {error.strerror}.")
            return False
        self._unsaved.clear()
        self._deployed.clear()
        return True

    def _begin_anew(self, minute: float) -> None:
        """Forget rows later than a minute, and ask all questions as after a start."""
        for key, history in self._histories.items():
            if history.forget_after(minute):
                self._unsaved.add(key)
        self.save()
        for known in (self._asked_until, self._builds, self._pasts, self._verdicts):
            known.clear()
        self._deployed.clear()
        self._saved_at = 0.0

    def _learn(
        self, service: str, name: str, query: str, minute: float, add: Callable[[list[Answered]], int]
    ) -> int | None:
        """Ask one question for what is new of it, and add it; how many series were left out, None if not answered.

        One line is reported when a question begins to fail and one when it is answered again, not one a minute.
        """
        question = (service, name)
        until = self._asked_until.get(question)
        start = minute - KEPT_S if until is None else until + STEP_S
        left_out = 0
        try:
            while start <= minute:
                end = min(start + CHUNK_S - STEP_S, minute)
                try:
                    answered = self._source.ask(query, start, end)
                except TooLargeError:
                    if start == minute:
                        raise
                    start = minute - (minute - start) // 2 // STEP_S * STEP_S  # the older half is not asked again
                    self._asked_until[question] = start - STEP_S
                    continue
                left_out = max(left_out, add(answered))
                self._asked_until[question] = end
                start = end + STEP_S
        except AskingError as error:
            if question not in self._failing:
                self._failing.add(question)
                self._report(f"{service} {name}: Prometheus did not answer. {error}")
            return None
        if question in self._failing:
            self._failing.remove(question)
            self._report(f"{service} {name}: Prometheus answers again.")
        return left_out

    def _add_series(self, entry: WatchedEntry, answered: list[Answered]) -> int:
        """Add the series of an answer, those seen last before others; how many are left out because it has too many."""
        for one in sorted(answered, key=lambda one: -one.times[-1])[:MOST_SERIES]:
            key = SeriesKey.of(entry, one.labels)
            if key not in self._histories:
                self._histories[key] = self._state.load(key, self._report)
                self._histories[key].forget_after(self._clock.minute)
            history = self._histories[key]
            before = history.newest
            history.add(one.times, one.values)
            if history.newest > before:
                self._unsaved.add(key)
        for key in self._known(entry)[MOST_KNOWN:]:
            self._forget(key)
        return max(0, len(answered) - MOST_SERIES)

    def _known(self, entry: WatchedEntry) -> list[SeriesKey]:
        """The series of a question, those seen last before others."""
        question = (entry.service, entry.name)
        known = sorted(key for key in self._histories if (key.service, key.name) == question)
        return sorted(known, key=lambda key: -self._histories[key].newest)

    def _forget(self, key: SeriesKey) -> None:
        """Forget a series, also on disk."""
        for known in (self._histories, self._pasts, self._verdicts):
            known.pop(key, None)
        self._unsaved.discard(key)
        self._state.remove(key)

    def _add_builds(self, service: str, answered: list[Answered]) -> int:
        """Add the builds of an answer; all of them count."""
        if self._builds[service].add(answered):
            self._deployed.add(service)
        return 0

    def _past_of(self, entry: WatchedEntry, key: SeriesKey) -> KnownPast | None:
        """What the newest row is judged by where a deploy may have changed it."""
        log, history = self._builds.get(entry.service), self._histories[key]
        if log is None or not entry.judged or not log.deploys:
            return None
        past = self._pasts.setdefault(key, MovedPast(SignalKind(entry.kind)))
        return past.of(history.times, history.values, log.moments)

    def _judged(self, entry: WatchedEntry) -> list[Said]:
        found: list[Said] = []
        for key in sorted(self._known(entry)):
            history = self._histories[key]
            if not len(history.times):
                continue
            known = self._verdicts.get(key)
            if known is not None and known.at == history.newest:  # nothing new, so nothing new to say
                found.append((entry, key, known))
                continue
            try:
                self._verdicts[key] = verdict(entry, history, self._past_of(entry, key))
                found.append((entry, key, self._verdicts[key]))
            except (ArithmeticError, ValueError) as error:  # numpy's LinAlgError is a ValueError
                self._health.series_failures += 1
                self._report(f"{key.service} {key.name} {key.series}: could not be judged: {error}")
        return found

    def _save_if_due(self, now: float) -> bool:
        if now - self._saved_at < SAVE_EVERY_S:
            return True
        self._saved_at = now
        return self.save()
