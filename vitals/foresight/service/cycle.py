"""One cycle: ask Prometheus for the minutes that are new, add them to the histories, and judge the newest of each.

A question that is not answered keeps its place: the next cycle asks from there on, so an outage of Prometheus leaves
no hole that Prometheus itself does not have. One series that cannot be judged costs the others nothing.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Protocol

from vitals.foresight.service.exposition import Health, Said, Snapshot
from vitals.foresight.service.history import KEPT_S, STEP_S, SeriesHistory
from vitals.foresight.service.key import SeriesKey
from vitals.foresight.service.prometheus import CHUNK_S, MOST_SERIES, Answered, AskingError
from vitals.foresight.service.state import StateFolder
from vitals.foresight.service.verdict import SeriesVerdict, verdict
from vitals.rendered import WatchedEntry

SETTLE_S = 10.0
"""A minute is asked for when it is over by so much: rules of that moment are evaluated and stored by then, so who asks
later gets the same answer."""
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
        self._histories: dict[SeriesKey, SeriesHistory] = {}
        self._verdicts: dict[SeriesKey, SeriesVerdict] = {}
        self._asked_until: dict[tuple[str, str], float] = {}
        self._unsaved: set[SeriesKey] = set()
        self._saved_at = 0.0
        self._failing: set[str] = set()
        self._health = Health(started=time.time())

    def cycle(self, now: float) -> Snapshot:
        """Ask and judge.

        Args:
            now: Unix seconds; the minute that is over by ``SETTLE_S`` is the newest that is asked for.
        """
        began = time.monotonic()
        minute = (now - SETTLE_S) // STEP_S * STEP_S
        failures, dropped = 0, 0
        said: list[Said] = []
        for entry in self._entries:
            try:
                dropped += self._fill(entry, minute)
                self._works(entry, "Prometheus answers again")
            except AskingError as error:
                failures += 1
                self._fails(entry, f"Prometheus did not answer. {error}")
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
        except OSError as error:
            self._report(f"The state in {self._state.folder} could not be written: {error.strerror}.")
            return False
        self._unsaved.clear()
        return True

    def _fill(self, entry: WatchedEntry, minute: float) -> int:
        """Ask for what is new of one question; how many series were left out."""
        question = (entry.service, entry.name)
        until = self._asked_until.get(question)
        start = minute - KEPT_S if until is None else until + STEP_S
        dropped = 0
        while start <= minute:
            end = min(start + CHUNK_S - STEP_S, minute)
            answered = self._source.ask(entry.query, start, end)
            for one in answered[:MOST_SERIES]:
                self._add(SeriesKey.of(entry, one.labels), one)
            dropped = max(dropped, len(answered) - MOST_SERIES)
            self._asked_until[question] = end
            start = end + STEP_S
        return dropped

    def _add(self, key: SeriesKey, one: Answered) -> None:
        if key not in self._histories:
            self._histories[key] = self._state.load(key, self._report)
        history = self._histories[key]
        before = history.newest
        history.add(one.times, one.values)
        if history.newest > before:
            self._unsaved.add(key)

    def _judged(self, entry: WatchedEntry) -> list[Said]:
        found: list[Said] = []
        question = (entry.service, entry.name)
        for key in sorted(key for key in self._histories if (key.service, key.name) == question):
            history = self._histories[key]
            if not len(history.times):
                continue
            known = self._verdicts.get(key)
            if known is not None and known.at == history.newest:  # nothing new, so nothing new to say
                found.append((entry, key, known))
                continue
            try:
                self._verdicts[key] = verdict(entry, history)
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

    def _fails(self, entry: WatchedEntry, why: str) -> None:
        """One line when a question begins to fail, not one a minute."""
        if entry.query not in self._failing:
            self._failing.add(entry.query)
            self._report(f"{entry.service} {entry.name}: {why}")

    def _works(self, entry: WatchedEntry, how: str) -> None:
        if entry.query in self._failing:
            self._failing.remove(entry.query)
            self._report(f"{entry.service} {entry.name}: {how}.")
