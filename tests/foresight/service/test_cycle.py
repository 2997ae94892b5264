"""The service minute by minute: what it says is what the command says, whatever happened in between."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.foresight.service.recorded_source import (
    DAY_ROWS,
    RecordedSource,
    day_after_day,
    entry,
    minutes,
)
from vitals.cli.foresight_detect import detect
from vitals.cli.foresight_forecast import forecast
from vitals.errors import VitalsError
from vitals.foresight.kinds import SignalKind
from vitals.foresight.service.cycle import SETTLE_S, Watcher
from vitals.foresight.service.exposition import Snapshot
from vitals.foresight.service.history import HEADER, KEPT_S, STEP_S, TRIMMED_AT_S, SeriesHistory
from vitals.foresight.service.key import SeriesKey, Shard
from vitals.foresight.service.prometheus import MOST_SERIES
from vitals.rendered import WatchedEntry

ROWS = DAY_ROWS
"""A day: a series is judged from a quarter of one on."""
LAST = 30
"""Minutes that are looked at one by one."""
ODD = ROWS - 20
"""The row at which an incident begins."""
TIMES = minutes(ROWS)
VALUES = day_after_day(ROWS)
VALUES[ODD:] += 60.0


def source(**others: tuple[np.ndarray, np.ndarray]) -> RecordedSource:
    """The series of the one question."""
    return RecordedSource({"api.latency.p95": {"": (TIMES, VALUES), **others}})


def watch(
    folder: Path, asked: RecordedSource, *, entries: Sequence[WatchedEntry] = (), said: Sequence[str] = ()
) -> Watcher:
    """A service with its state in a folder."""
    return Watcher(entries or [entry()], asked, folder / "state", list(said).append)


def at(row: int) -> float:
    """A moment at which that row is the newest that has settled."""
    return float(TIMES[row]) + SETTLE_S + 1.0


def replayed(folder: Path) -> list[dict[str, str]]:
    """What the command makes of the one state file."""
    (state,) = folder.glob("state/*.csv")
    detect(state, folder / "out.csv", SignalKind.LATENCY)
    return list(csv.DictReader((folder / "out.csv").read_text(encoding="utf-8").splitlines()))


def said(snapshot: Snapshot) -> tuple[str, ...]:
    """What a snapshot says of its one series, as the command writes it."""
    ((_, _, verdict),) = snapshot.said
    assert verdict.anomaly is not None
    found = verdict.anomaly
    numbers = (verdict.value, found.expected, found.lower, found.upper, found.score)
    return (f"{verdict.at:.0f}", *(f"{number:.9g}" for number in numbers), str(int(found.active)))


def replay_says(row: dict[str, str]) -> tuple[str, ...]:
    """A row of the command."""
    value = f"{float(row['value']):.9g}"
    return (row["timestamp"], value, *(row[name] for name in ("expected", "lower", "upper", "score", "anomaly")))


def steady(running: Watcher, _: RecordedSource, rows: range) -> list[Snapshot]:
    """Every minute has its cycle."""
    return [running.cycle(at(row)) for row in rows]


def with_outage(running: Watcher, asked: RecordedSource, rows: range) -> list[Snapshot]:
    """Prometheus does not answer for ten minutes."""
    found = []
    for row in rows:
        asked.gone = rows.start + 10 <= row < rows.start + 20
        found += [running.cycle(at(row))] if not asked.gone else [running.cycle(at(row))][:0]
    return found


def with_clock_ahead(running: Watcher, _: RecordedSource, rows: range) -> list[Snapshot]:
    """For one cycle the clock is a month ahead; the minutes until all is asked anew have nothing new to say."""
    found = []
    for row in rows:
        if row == rows.start + 10:
            running.cycle(at(row) + 30 * 86400)
        found.append(running.cycle(at(row)))
    return [one for one in found if one.said[0][2].at == one.at]


def with_gaps(running: Watcher, asked: RecordedSource, rows: range) -> list[Snapshot]:
    """Some minutes are missing, some have NaN, in the past and now."""
    there = np.arange(ROWS) % 17 > 1
    values = np.where(np.arange(ROWS) % 13 == 0, np.nan, VALUES)
    asked.series = {"api.latency.p95": {"": (TIMES[there], values[there])}}
    return [one for one in steady(running, asked, rows) if one.said[0][2].at == one.at]


@pytest.mark.parametrize("run", [steady, with_outage, with_clock_ahead, with_gaps])
def test_the_service_and_a_replay_through_the_command_agree_on_every_minute(
    tmp_path: Path, run: Callable[[Watcher, RecordedSource, range], list[Snapshot]]
) -> None:
    """Value, expectation, bounds, score and anomaly, to the last digit; also after an outage, a jump, and in gaps."""
    asked = source()
    running = watch(tmp_path, asked)
    snapshots = run(running, asked, range(ROWS - LAST, ROWS))
    running.save()
    rows = {row["timestamp"]: row for row in replayed(tmp_path)}

    assert len(rows) == np.count_nonzero(np.isfinite(asked.series["api.latency.p95"][""][1]))
    assert len(snapshots) >= LAST - 10
    for snapshot in snapshots:
        assert said(snapshot) == replay_says(rows[f"{snapshot.at:.0f}"])
    assert (said(snapshots[0])[-1], said(snapshots[-1])[-1]) == ("0", "1")


def test_a_restart_forgets_nothing_that_prometheus_no_longer_keeps(tmp_path: Path) -> None:
    """Half an hour after a crash the next process says what the first would have said."""
    first = watch(tmp_path, source())
    first.cycle(at(ROWS - 31))
    first.save()
    short = source()
    short.keeps_from = float(TIMES[ROWS - 60])
    restarted = watch(tmp_path, short).cycle(at(ROWS - 1))
    never_stopped = watch(tmp_path / "other", source()).cycle(at(ROWS - 1))

    assert said(restarted) == said(never_stopped)


def test_a_state_that_is_broken_costs_only_itself(tmp_path: Path) -> None:
    """The series begins with what Prometheus has, and the log says why."""
    lines: list[str] = []
    first = watch(tmp_path, source())
    first.cycle(at(ROWS - 1))
    first.save()
    (state,) = tmp_path.glob("state/*.csv")
    state.write_bytes(b"\xff\xfe broken")
    again = Watcher([entry()], source(), tmp_path / "state", lines.append).cycle(at(ROWS - 1))

    assert len(again.said) == 1
    assert len(lines) == 1
    assert "begins anew" in lines[0]


def test_during_an_outage_nothing_is_said_after_some_minutes(tmp_path: Path) -> None:
    """An anomaly that no one can read is neither there nor gone, so no rule can fire on it."""
    lines: list[str] = []
    asked = source()
    running = Watcher([entry()], asked, tmp_path / "state", lines.append)
    running.cycle(at(ROWS - 30))
    asked.gone = True
    outage = [running.cycle(at(row)) for row in range(ROWS - 29, ROWS)]

    assert [len(list(one.fresh())) for one in outage] == [1] * 5 + [0] * 24
    assert outage[-1].health.query_failures == 29
    assert outage[-1].health.last_success == TIMES[ROWS - 30]
    assert len(lines) == 1
    asked.gone = False
    assert len(list(running.cycle(at(ROWS - 1)).fresh())) == 1
    assert lines[1].endswith("Prometheus answers again.")


def test_a_series_that_vanished_is_not_judged_any_more(tmp_path: Path) -> None:
    """Its last value is not news for ever."""
    asked = RecordedSource({"api.latency.p95": {"": (TIMES[:-30], VALUES[:-30])}})
    snapshot = watch(tmp_path, asked).cycle(at(ROWS - 1))

    assert len(snapshot.said) == 1
    assert list(snapshot.fresh()) == []


def test_what_is_not_a_number_is_left_out(tmp_path: Path) -> None:
    """A quantile over no requests is NaN, a quotient of zero infinite."""
    values = VALUES.copy()
    values[100], values[200], values[300] = np.nan, np.inf, -np.inf
    running = watch(tmp_path, RecordedSource({"api.latency.p95": {"": (TIMES, values)}}))
    running.cycle(at(ROWS - 1))
    running.save()

    assert len(replayed(tmp_path)) == ROWS - 3


def test_a_clock_that_goes_back_asks_for_nothing(tmp_path: Path) -> None:
    """The minutes are known already; the next one is asked for when it comes."""
    asked = source()
    running = watch(tmp_path, asked)
    running.cycle(at(ROWS - 10))
    before = len(asked.asked)
    running.cycle(at(ROWS - 100))

    assert len(asked.asked) == before
    assert said(running.cycle(at(ROWS - 9)))[0] == f"{TIMES[ROWS - 9]:.0f}"


def test_a_question_with_too_many_series_is_cut_and_says_so(tmp_path: Path) -> None:
    """A label without bounds must not fill the memory."""
    short = TIMES[-20:], VALUES[-20:]
    many = {f"queue-{number:03d}": short for number in range(MOST_SERIES + 5)}
    snapshot = watch(tmp_path, RecordedSource({"api.latency.p95": many})).cycle(at(ROWS - 1))

    assert len(snapshot.said) == MOST_SERIES
    assert snapshot.health.dropped == 5
    assert snapshot.said[0][1].anomaly_name == "api.latency.p95/queue=queue-000"


def test_a_state_folder_that_cannot_be_written_is_said_before_anything_starts(tmp_path: Path) -> None:
    """A file is in its place."""
    (tmp_path / "state").write_text("")
    with pytest.raises(VitalsError, match=r"cannot be written.*Nothing was started.*--state"):
        watch(tmp_path, source())


def test_every_question_has_one_shard() -> None:
    """Two services that share the work ask each question once, also after a restart."""
    entries = [entry(f"signal.{number}") for number in range(100)]
    shards = [Shard.parse(f"{number}/3") for number in range(3)]
    owners = [[shard.number for shard in shards if shard.has(one)] for one in entries]

    assert all(len(one) == 1 for one in owners)
    assert {one[0] for one in owners} == {0, 1, 2}


@pytest.mark.parametrize("text", ["2/2", "1", "a/b", "-1/2", "0/0"])
def test_a_shard_that_is_none_is_refused(text: str) -> None:
    """With what to write."""
    with pytest.raises(VitalsError, match="NUMBER/OF"):
        Shard.parse(text)


def test_a_history_loses_its_first_week_and_nothing_else() -> None:
    """Only when five weeks are known, so the begin by which bounds are counted moves once a week."""
    history = SeriesHistory.empty()
    times = minutes(int(TRIMMED_AT_S / STEP_S) + 2)
    history.add(times[:-1], np.ones(len(times) - 1))
    full = len(history.times)
    history.add(times[-1:], np.ones(1))

    assert full == len(times) - 1
    assert history.newest - history.times[0] == KEPT_S
    assert history.text().splitlines()[0] == HEADER


def test_labels_that_a_question_does_not_fix_tell_its_series_apart() -> None:
    """As one readable text, in one order."""
    key = SeriesKey.of(entry(), {"__name__": "x", "service": "shop", "queue": "b", "kind": "a"})

    assert key.series == "kind=a,queue=b"


@pytest.mark.parametrize(("horizon", "seconds"), [("3m", 180), ("1h", 3600)])
def test_what_is_forecast_is_what_the_command_forecasts(tmp_path: Path, horizon: str, seconds: int) -> None:
    """Its last step is that horizon."""
    one = entry().model_copy(update={"horizons": {horizon: seconds}})
    running = watch(tmp_path, source(), entries=[one])
    ((_, _, verdict),) = running.cycle(at(ROWS - 1)).said
    running.save()
    (state,) = tmp_path.glob("state/*.csv")
    forecast(state, tmp_path / "out.csv", float(seconds))
    last = list(csv.DictReader((tmp_path / "out.csv").read_text(encoding="utf-8").splitlines()))[-1]

    assert last["timestamp"] == f"{TIMES[ROWS - 1] + seconds:.0f}"
    assert [f"{verdict.forecasts[horizon].quantiles[share]:.9g}" for share in (0.5, 0.1, 0.9)] == [
        last[name] for name in ("expected", "lower", "upper")
    ]
