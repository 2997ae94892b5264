"""The service and deploys: how it learns of them, what it keeps, and that a replay with them says the same."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from tests.foresight.service.recorded_source import DAY_ROWS, RecordedSource, day_after_day, entry, minutes
from vitals.cli.foresight_replay import replay
from vitals.errors import VitalsError
from vitals.foresight.deploys import SETTLES_S
from vitals.foresight.kinds import SignalKind
from vitals.foresight.series import FloatArray
from vitals.foresight.service.builds import BuildLog, read_deploys
from vitals.foresight.service.cycle import SETTLE_S, Watcher
from vitals.foresight.service.exposition import Snapshot
from vitals.foresight.service.history import STEP_S
from vitals.foresight.service.prometheus import Answered, AskingError

ROWS = DAY_ROWS
DEPLOYED = ROWS - 100
"""The row at which another build answers; it halves the latency."""
SETTLED = DEPLOYED + int(SETTLES_S / STEP_S)
TIMES = minutes(ROWS)
VALUES = day_after_day(ROWS)
VALUES[DEPLOYED:] *= 0.5
ENTRY = entry().model_copy(update={"builds": "count by (version, revision) (app_build_info)"})


def builds(deployed: int = DEPLOYED) -> dict[str, tuple[FloatArray, FloatArray]]:
    """Which build runs, minute by minute; for ten minutes both do."""
    old, new = slice(0, deployed + 10), slice(deployed, ROWS)
    return {"a1": (TIMES[old], np.ones(deployed + 10)), "b2": (TIMES[new], np.ones(ROWS - deployed))}


class BuildsBeside(RecordedSource):
    """The series, and the builds of their service with the label that tells them."""

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """Builds have a revision in place of a queue."""
        found = super().ask(query, start, end)
        if query != ENTRY.builds:
            return found
        return [Answered({"revision": one.labels["queue"]}, one.times, one.values) for one in found]


def source(deployed: int = DEPLOYED) -> BuildsBeside:
    """The series of the one question, and the builds."""
    return BuildsBeside({ENTRY.query: {"": (TIMES, VALUES)}, ENTRY.builds: builds(deployed)})


def watch(folder: Path, asked: RecordedSource) -> Watcher:
    """A service with its state in a folder."""
    return Watcher([ENTRY], asked, folder / "state", print)


def at(row: int) -> float:
    """A moment at which that row is the newest that has settled."""
    return float(TIMES[row]) + SETTLE_S + 1.0


def said(snapshot: Snapshot) -> tuple[str, ...]:
    """What a snapshot says of its one series, as the command writes it."""
    ((_, _, verdict),) = snapshot.said
    assert verdict.anomaly is not None
    found = verdict.anomaly
    numbers = (verdict.value, found.expected, found.lower, found.upper, found.score)
    return (f"{verdict.at:.0f}", *(f"{number:.9g}" for number in numbers), str(int(found.active)))


def test_the_service_and_a_replay_with_its_deploys_agree_on_every_minute(tmp_path: Path) -> None:
    """From before the deploy until half an hour after it settled, also over a restart with a short memory."""
    rows = [*range(DEPLOYED - 2, DEPLOYED + 3), *range(SETTLED - 3, SETTLED + 30)]
    first = watch(tmp_path, source())
    snapshots = [first.cycle(at(row)) for row in rows[:20]]
    first.save()
    forgetful = source()
    forgetful.keeps_from = float(TIMES[rows[19] - 5])
    second = watch(tmp_path, forgetful)
    snapshots += [second.cycle(at(row)) for row in rows[20:]]
    second.save()
    (state,), (log,) = tmp_path.glob("state/*.csv"), tmp_path.glob("state/deploys/*.csv")
    replay(state, tmp_path / "out.csv", log, SignalKind.LATENCY)
    replayed = {row["timestamp"]: row for row in csv.DictReader((tmp_path / "out.csv").read_text().splitlines())}

    assert log.read_text() == f"timestamp,build\n{TIMES[DEPLOYED]:.0f},b2\n"
    assert len(snapshots) == len(rows)
    for snapshot in snapshots:
        found = said(snapshot)
        row = replayed[found[0]]
        value = f"{float(row['value']):.9g}"
        assert found == (
            row["timestamp"],
            value,
            *(row[one] for one in ("expected", "lower", "upper", "score", "anomaly")),
        )
    assert float(said(snapshots[-1])[3]) < 0.75 * float(said(snapshots[0])[3]), "the upper bound came down"


def test_a_service_without_builds_is_judged_by_its_whole_past(tmp_path: Path) -> None:
    """As if it never were deployed."""
    silent = BuildsBeside({ENTRY.query: {"": (TIMES, VALUES)}, ENTRY.builds: {}})
    plain = Watcher([entry()], RecordedSource({ENTRY.query: {"": (TIMES, VALUES)}}), tmp_path / "plain", print)

    assert said(watch(tmp_path, silent).cycle(at(ROWS - 1))) == said(plain.cycle(at(ROWS - 1)))


class BuildsGone(BuildsBeside):
    """Prometheus refuses the question which builds run."""

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """Answer the other one."""
        if query == ENTRY.builds:
            raise AskingError("execution: many-to-many matching not allowed")
        return super().ask(query, start, end)


def test_deploys_that_are_known_count_while_the_question_for_builds_is_not_answered(tmp_path: Path) -> None:
    """After a restart, the first cycle as any other."""
    first = watch(tmp_path, source())
    expected = said(first.cycle(at(ROWS - 1)))
    first.save()
    without = watch(tmp_path / "other", BuildsGone(source().series))

    assert said(watch(tmp_path, BuildsGone(source().series)).cycle(at(ROWS - 1))) == expected
    assert said(without.cycle(at(ROWS - 1))) != expected


def _answers(**seen: list[int]) -> list[Answered]:
    """Minutes in which builds ran."""
    return [
        Answered({"version": "1", "revision": build}, 60.0 * np.array(rows, dtype=np.float64), np.ones(len(rows)))
        for build, rows in seen.items()
    ]


@pytest.mark.parametrize(
    ("seen", "deploys"),
    [
        pytest.param({"a": [*range(30)]}, {}, id="one build from the first minute on"),
        pytest.param({"a": [*range(20)], "b": [*range(15, 30)]}, {15: "1/b"}, id="a rolling deploy"),
        pytest.param({"a": [*range(5), *range(25, 30)]}, {}, id="an outage of everything"),
        pytest.param({"a": [*range(5)], "b": [*range(25, 30)]}, {25: "1/b"}, id="a deploy during an outage"),
        pytest.param({"a": [*range(10), *range(12, 30)], "b": [*range(30)]}, {}, id="a restart of one replica"),
        pytest.param(
            {"a": [*range(10), *range(20, 30)], "b": [*range(10, 20)]}, {10: "1/b", 20: "1/a"}, id="a rollback"
        ),
    ],
)
def test_a_build_that_answers_now_and_did_not_lately_is_a_deploy(
    seen: dict[str, list[int]], deploys: dict[int, str]
) -> None:
    """However the minutes are cut into answers."""
    expected = {60.0 * minute: build for minute, build in deploys.items()}
    at_once, by_minute = BuildLog(), BuildLog()
    at_once.add(_answers(**seen))
    for minute in range(30):
        by_minute.add(_answers(**{build: [minute] for build, rows in seen.items() if minute in rows}))

    assert at_once.deploys == by_minute.deploys == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"moment,build\n1,a\n", "line 1: there is no column timestamp"),
        (b"1704067200,a\n", "line 1: there is no column timestamp"),
        (b"", "line 1: there is no column timestamp"),
        (b"timestamp,build\n\x20,a\n", "line 2: ' ' is not a time"),
        (b"timestamp\n" + b"9" * 200_000, "cannot be read.*field larger"),
        (b"timestamp,build\nlater,a\n", "line 2: 'later' is not a time"),
        (b"\xff\xfe", "not UTF-8"),
    ],
)
def test_a_file_of_deploys_that_is_none_is_refused(tmp_path: Path, content: bytes, message: str) -> None:
    """With the line that is wrong."""
    (tmp_path / "deploys.csv").write_bytes(content)
    with pytest.raises(VitalsError, match=message):
        read_deploys(tmp_path / "deploys.csv")


def test_deploys_are_read_as_people_write_them(tmp_path: Path) -> None:
    """ISO times, one column, a byte-order mark."""
    (tmp_path / "deploys.csv").write_text("\ufefftimestamp\n2026-01-01T00:00:00Z\n", encoding="utf-8")

    assert read_deploys(tmp_path / "deploys.csv") == {1_767_225_600.0: ""}


@pytest.mark.parametrize("content", [b"\xff", b"", b"timestamp\n" + b"9" * 200_000])
def test_a_broken_file_of_deploys_costs_only_itself(tmp_path: Path, content: bytes) -> None:
    """Prometheus still knows the deploy."""
    lines: list[str] = []
    (tmp_path / "state" / "deploys").mkdir(parents=True)
    (tmp_path / "state" / "deploys" / "shop.csv").write_bytes(content)
    running = Watcher([ENTRY], source(), tmp_path / "state", lines.append)
    running.cycle(at(ROWS - 1))
    running.save()

    assert len(lines) == 1
    assert read_deploys(tmp_path / "state" / "deploys" / "shop.csv") == {float(TIMES[DEPLOYED]): "b2"}
