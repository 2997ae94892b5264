"""Clocks that were ahead, series without bounds, files that were cut: what the service then keeps, and asks for."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from tests.foresight.service.recorded_source import DAY_ROWS, RecordedSource, day_after_day, entry, minutes
from vitals.foresight.series import FloatArray
from vitals.foresight.service import loop
from vitals.foresight.service.clock import BEHIND_CYCLES
from vitals.foresight.service.cycle import MOST_KNOWN, SETTLE_S, Watcher
from vitals.foresight.service.exposition import Exposition, Snapshot
from vitals.foresight.service.history import KEPT_S, STEP_S
from vitals.foresight.service.prometheus import MOST_SERIES, Answered, TooLargeError
from vitals.foresight.service.serve import Alive

NAME = "api.latency.p95"
NOW = DAY_ROWS
TIMES, VALUES = minutes(NOW + 60), day_after_day(NOW + 60)
YEAR = 365 * 86400.0
Rows = tuple[FloatArray, FloatArray]


def until(row: int, since: int = 0) -> Rows:
    """The series as it is known at a row."""
    return TIMES[since : row + 1], VALUES[since : row + 1]


def source(**series: Rows) -> RecordedSource:
    """The series of the one question, by their queues."""
    return RecordedSource({NAME: series})


def watch(folder: Path, asked: RecordedSource, lines: list[str] | None = None) -> Watcher:
    """A service with its state in a folder."""
    return Watcher([entry()], asked, folder / "state", (lines if lines is not None else []).append)


def at(row: int) -> float:
    """A moment at which that row is the newest that has settled."""
    return float(TIMES[row]) + SETTLE_S + 1.0


def state_of(folder: Path) -> Path:
    """The one file of the state."""
    (state,) = folder.glob("state/*.csv")
    return state


def test_a_clock_that_was_ahead_for_a_minute_is_waited_for_some_minutes_and_no_year(tmp_path: Path) -> None:
    """Then the minutes since are asked for, and what is said is what was said without the jump."""
    lines: list[str] = []
    asked = source(**{"": until(NOW)})
    running, other = watch(tmp_path, asked, lines), watch(tmp_path / "other", source(**{"": until(NOW + 10)}))
    running.cycle(at(NOW))
    running.cycle(at(NOW) + YEAR)
    for row in range(NOW + 1, NOW + 11):
        asked.series = {NAME: {"": until(row)}}
        snapshot = running.cycle(at(row))

    assert lines == [
        f"The clock was ahead by {YEAR - 6 * STEP_S:.0f} s; what it left is forgotten, and all is asked anew."
    ]
    assert BEHIND_CYCLES == 5
    assert [one[2] for one in snapshot.said] == [one[2] for one in other.cycle(at(NOW + 10)).said]
    assert snapshot.fresh()
    running.save()
    assert state_of(tmp_path).read_text().splitlines()[-1].startswith(f"{TIMES[NOW + 10]:.0f},")


def test_rows_of_the_future_in_the_state_are_forgotten(tmp_path: Path) -> None:
    """They would be the newest for a year, and what was said of them would look fresh."""
    first = watch(tmp_path, source(**{"": until(NOW)}))
    first.cycle(at(NOW))
    first.save()
    with state_of(tmp_path).open("a") as file:
        file.write(f"{TIMES[NOW] + YEAR:.0f},5.0\n")
    snapshot = watch(tmp_path, source(**{"": until(NOW + 1)})).cycle(at(NOW + 1))

    assert [one[2].at for one in snapshot.said] == [TIMES[NOW + 1]]


@pytest.mark.parametrize("characters", [1, 5, 14])
def test_a_file_that_ends_within_a_number_loses_that_row_alone(tmp_path: Path, characters: int) -> None:
    """The rest of it would be another number."""
    first = watch(tmp_path, source(**{"": until(NOW)}))
    first.cycle(at(NOW))
    first.save()
    state = state_of(tmp_path)
    state.write_text(state.read_text()[:-characters])
    forgetful = source(**{"": until(NOW + 1)})
    forgetful.keeps_from = float(TIMES[NOW + 1])
    again = watch(tmp_path, forgetful)
    again.cycle(at(NOW + 1))
    again.save()
    found = np.genfromtxt(state, delimiter=",", skip_header=1)

    np.testing.assert_array_equal(found[:, 0], np.delete(TIMES[: NOW + 2], NOW))
    np.testing.assert_array_equal(found[:, 1], np.delete(VALUES[: NOW + 2], NOW))


def test_a_state_that_cannot_be_written_is_counted_and_tried_again(tmp_path: Path) -> None:
    """What is said does not change, and nothing is lost once there is room; here a folder is in the way."""
    lines: list[str] = []
    running = watch(tmp_path, source(**{"": until(NOW + 20)}), lines)
    first = running.cycle(at(NOW))
    state = state_of(tmp_path)
    state.unlink()
    state.mkdir()
    (state / "full").touch()
    failed = [running.cycle(at(row)) for row in range(NOW + 1, NOW + 12)]
    (state / "full").unlink()
    state.rmdir()

    assert first.health.state_failures == 0
    assert [one.health.state_failures for one in failed] == [0] * 9 + [1] * 2
    assert all(one.fresh() for one in failed)
    assert [line for line in lines if "could not be written" in line] == lines != []
    assert running.save()
    assert state_of(tmp_path).read_text().splitlines()[-1].startswith(f"{TIMES[NOW + 11]:.0f},")


def test_series_that_come_and_go_do_not_fill_memory_and_disk(tmp_path: Path) -> None:
    """Those seen last are kept, and those that are there now always."""
    asked = source()
    running = watch(tmp_path, asked)
    for row in range(NOW, NOW + 10):
        asked.series = {NAME: {f"{row}-{one}": until(row, row) for one in range(40)}}
        snapshot = running.cycle(at(row))
        running.save()

    assert len(snapshot.said) == len(list(tmp_path.glob("state/*.csv"))) == MOST_KNOWN
    assert {one[1].series for one in snapshot.said} >= {f"queue={NOW + 9}-{one}" for one in range(40)}


def test_of_too_many_series_those_that_go_on_are_taken(tmp_path: Path) -> None:
    """A week of replaced pods comes before them in the order of names."""
    ended = {f"a{one}": until(NOW - 600) for one in range(MOST_SERIES)}
    lasting = {f"z{one}": until(NOW) for one in range(10)}
    snapshot = watch(tmp_path, source(**ended, **lasting)).cycle(at(NOW))

    assert {one[1].series for one in snapshot.fresh()} == {f"queue={name}" for name in lasting}
    assert snapshot.health.dropped == 10


class Narrow(RecordedSource):
    """It gives at most so many minutes at once."""

    most = 100

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """Refuse what is longer."""
        if end - start > self.most * STEP_S:
            self.asked.append((query, start, end))
            raise TooLargeError("its answer is larger than 32 MiB")
        return super().ask(query, start, end)


def test_a_past_that_is_too_large_is_asked_for_in_its_newer_half_and_so_on(tmp_path: Path) -> None:
    """Some twenty questions once, and one a minute from then on."""
    asked = Narrow({NAME: {"": until(NOW + 1)}})
    running = watch(tmp_path, asked)
    first = running.cycle(at(NOW))
    attempts = len(asked.asked)
    second = running.cycle(at(NOW + 1))

    assert (first.health.query_failures, second.health.query_failures) == (0, 0)
    assert [one[2].at for one in second.said] == [TIMES[NOW + 1]]
    assert attempts <= np.log2(KEPT_S / STEP_S) + 2
    assert len(asked.asked) == attempts + 1


def test_a_minute_that_is_too_large_is_a_question_without_an_answer(tmp_path: Path) -> None:
    """The next cycle asks for what is new, and not for weeks again."""
    asked = Narrow({NAME: {"": until(NOW + 1)}})
    asked.most = -1
    running = watch(tmp_path, asked)
    first = running.cycle(at(NOW))
    attempts = len(asked.asked)
    running.cycle(at(NOW + 1))

    assert first.health.query_failures == 1
    assert len(asked.asked) <= attempts + 2


def test_no_forecast_is_said_before_one_has_fallen_due(tmp_path: Path) -> None:
    """How far off it would be is unknown, so its quantiles would be one number."""
    hourly = entry().model_copy(update={"horizons": {"1h": 3600}})
    said = [
        Watcher([hourly], source(**{"": until(row)}), tmp_path / str(row), print).cycle(at(row)).said[0][2].forecasts
        for row in (30, 60, 90)
    ]

    assert [list(one) for one in said] == [[], ["1h"], ["1h"]]
    assert said[2]["1h"].quantiles[0.1] < said[2]["1h"].quantiles[0.9]


def test_who_is_stopped_asks_no_further_question_and_says_nothing_of_half_a_cycle(tmp_path: Path) -> None:
    """Twenty questions to a Prometheus that hangs would outlast the time that a pod has to end; the state is kept."""
    stop = threading.Event()

    class Stopping(RecordedSource):
        def ask(self, query: str, start: float, end: float) -> list[Answered]:
            stop.set()
            return super().ask(query, start, end)

    asked = Stopping({NAME: {"": until(NOW)}, "other": {"": until(NOW)}})
    exposition, before = Exposition(), Snapshot()
    exposition.snapshot = before
    entries = [entry(), entry("other")]
    loop.run(Watcher(entries, asked, tmp_path / "state", print), exposition, Alive(), stop)

    assert {query for query, _, _ in asked.asked} == {NAME}
    assert exposition.snapshot is before
