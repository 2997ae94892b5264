"""``vitals foresight``: what files it reads, what it refuses, and what it writes."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.foresight.made import daily
from vitals.cli.foresight_detect import detect
from vitals.cli.foresight_forecast import forecast
from vitals.cli.foresight_serve import serve
from vitals.errors import VitalsError
from vitals.foresight.kinds import SignalKind

HEADER = "timestamp,value\n"
DETECTED = ["timestamp", "value", "expected", "lower", "upper", "score", "anomaly"]


def rows_of(count: int = 30) -> list[str]:
    """Rows a minute apart."""
    return [f"{1_700_000_000 + 60 * row},{10 + row % 3}" for row in range(count)]


def detected(tmp_path: Path, content: str | bytes, kind: SignalKind = SignalKind.GAUGE) -> list[list[str]]:
    """Run ``detect`` on a file of this content and read what it wrote, header included."""
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_bytes(content.encode() if isinstance(content, str) else content)
    detect(file, out, kind)
    return list(csv.reader(out.read_text(encoding="utf-8").splitlines()))


def body(rows: list[str]) -> str:
    """A file's text."""
    return HEADER + "\n".join(rows) + "\n"


def test_there_is_a_row_per_row_with_its_own_time_and_value(tmp_path: Path) -> None:
    """As the input writes them."""
    header, *found = detected(tmp_path, body(rows_of()))

    assert header == DETECTED
    assert [",".join(row[:2]) for row in found] == rows_of()
    assert all(0 <= float(row[5]) <= 1 and row[6] in "01" for row in found)
    assert all(float(row[3]) <= float(row[2]) <= float(row[4]) for row in found)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param("\ufeff" + body(rows_of()), id="byte-order mark"),
        pytest.param(body(rows_of()).replace("\n", "\r\n"), id="CRLF"),
        pytest.param(body(rows_of()).replace("\n", "\r"), id="CR alone"),
        pytest.param("\n".join(rows_of()) + "\n", id="no header"),
        pytest.param(body(rows_of()).replace("timestamp,value", "Time,requests per second"), id="other names"),
        pytest.param(body(rows_of()).replace(",", ";"), id="semicolons"),
        pytest.param(body(rows_of()).replace(",", "\t"), id="tabs"),
        pytest.param(body(rows_of()).replace("timestamp,value", '"timestamp","value"'), id="quotes"),
        pytest.param(body(rows_of()).replace("\n", "\n\n").rstrip(), id="blank lines, no last newline"),
        pytest.param(
            "value,host,timestamp\n" + "\n".join(f"{v},a,{t}" for t, v in (row.split(",") for row in rows_of())),
            id="more columns, other order",
        ),
    ],
)
def test_the_same_series_is_read_however_it_is_written(tmp_path: Path, content: str) -> None:
    """Same judgement, same rows."""
    assert detected(tmp_path, content) == detected(tmp_path, body(rows_of()))


@pytest.mark.parametrize("missing", ["", "NaN", "nan", "Inf", "-inf", "null", "1e300", " "])
def test_a_row_without_a_number_is_kept_and_not_judged(tmp_path: Path, missing: str) -> None:
    """The others are judged as if it were not there."""
    rows = rows_of()
    rows[20] = f"{rows[20].split(',')[0]},{missing}"
    found = detected(tmp_path, body(rows))[1:]
    without = detected(tmp_path, body(rows[:20] + rows[21:]))[1:]

    assert found[20][0] == rows[20].split(",")[0]
    assert found[20][5:] == ["0", "0"]
    assert found[:20] + found[21:] == without


@pytest.mark.parametrize("rows", [["1700000000,"], ["1700000000,nan", "1700000060,"]])
def test_a_file_of_gaps_alone_is_written_back(tmp_path: Path, rows: list[str]) -> None:
    """Nothing is judged, nothing fails."""
    found = detected(tmp_path, body(rows))[1:]

    assert [row[2:] for row in found] == [["", "", "", "0", "0"]] * len(rows)


def test_how_many_rows_were_not_judged_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Times that were rounded to six digits are a few times over and over, which no reader of the result would see."""
    rounded = [f"{float(row.split(',')[0]):g},1" for row in rows_of()]
    detected(tmp_path, body(rounded))
    detected(tmp_path, body([*rows_of(), "1700002000,"]))
    detected(tmp_path, body(rows_of()))
    first, second, third = capsys.readouterr().err.splitlines()

    assert first.startswith("30 rows, 0 anomalous, 29 not judged (no number, or a time that is there before): ")
    assert second.startswith("31 rows, 0 anomalous, 1 not judged (")
    assert third == f"30 rows, 0 anomalous: {tmp_path / 'out.csv'}"


def test_a_forecast_goes_on_from_the_last_number(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Empty rows at the end are a gap, as rows that are not there; what it went on from is said."""
    rows = rows_of()
    gap = [*rows[:-5], *(f"{row.split(',')[0]}," for row in rows[-5:])]
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(body(gap))
    forecast(file, out, 120.0)
    times = [row.split(",")[0] for row in rows]

    assert [row[0] for row in csv.reader(out.read_text().splitlines())][1:] == times[-5:-3]
    assert f"2 steps from {times[-6]}: " in capsys.readouterr().err


def test_unsorted_rows_are_judged_in_the_order_of_their_times(tmp_path: Path) -> None:
    """And stay where they were."""
    rows = rows_of()
    turned = rows[15:] + rows[:15]
    found, sorted_found = detected(tmp_path, body(turned))[1:], detected(tmp_path, body(rows))[1:]

    assert found == sorted_found[15:] + sorted_found[:15]


def test_a_time_that_is_there_twice_counts_once(tmp_path: Path) -> None:
    """The first value counts; the second is not judged, however odd."""
    rows = rows_of()
    twice = [*rows[:20], rows[19].split(",")[0] + ",99999", *rows[20:]]
    found = detected(tmp_path, body(twice))[1:]

    assert found[20][1] == "99999"
    assert found[20][5:] == ["0", "0"]
    assert found[:20] + found[21:] == detected(tmp_path, body(rows))[1:]


@pytest.mark.parametrize("jump", [-3600, 86400, 10 * 365 * 86400])
def test_a_clock_that_jumps_raises_no_storm(tmp_path: Path, jump: int) -> None:
    """Two days of a season, then the clock is elsewhere."""
    times, values = daily(4)
    times[600:] += jump
    content = body([f"{moment:.0f},{value:.3f}" for moment, value in zip(times, values, strict=True)])
    found = detected(tmp_path, content)[1:]

    assert len(found) == len(times)
    assert sum(int(row[6]) for row in found) <= 12


@pytest.mark.parametrize(
    ("stamp", "following"),
    [
        ("2024-01-01 00:{:02}:00", "2024-01-01 00:20:00"),
        ("2024-01-01T00:{:02}:00Z", "2024-01-01T00:20:00Z"),
        ("2024-01-01T00:{:02}:00.000+01:00", "2024-01-01T00:20:00+01:00"),
        ("17040672{:02}", "1704067220"),
        ("17040672{:02}000", "1704067220000"),
        ("17040672{:02}.5", "1704067220.500"),
    ],
)
def test_a_forecast_writes_times_as_the_input_does(tmp_path: Path, stamp: str, following: str) -> None:
    """ISO with its separator and zone, seconds or milliseconds."""
    file, out = tmp_path / "in.csv", tmp_path / "out.csv"
    file.write_text(body([f"{stamp.format(row)},5" for row in range(20)]))
    forecast(file, out, 1.0)
    header, first = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))[:2]

    assert header == ["timestamp", "expected", "lower", "upper"]
    assert first[0] == following
    assert float(first[1]) == pytest.approx(5.0, abs=0.01)


MINUTES = 1_704_067_200 // 60


@pytest.mark.parametrize(
    ("column", "counted", "following", "rows"),
    [
        pytest.param("minute", (0, 1), "2881", 2, id="counted from the begin"),
        pytest.param("Minute", (MINUTES, 1), str(MINUTES + 2881), 2, id="counted from 1970"),
        pytest.param(
            "minute", (MINUTES * 60, 60), str((MINUTES + 2881) * 60), 2, id="Unix seconds, though it is called so"
        ),
        pytest.param("time", (0, 1), "2881", 120, id="another column is in seconds"),
    ],
)
def test_a_request_trace_counts_minutes(
    tmp_path: Path, column: str, counted: tuple[int, int], following: str, rows: int
) -> None:
    """Two minutes ahead are two rows, in the file's own minutes; a day's season is found at 1440 rows."""
    file, out = tmp_path / "trace.csv", tmp_path / "out.csv"
    first, step = counted
    values = daily(2 + 1 / 1440, 60)[1]
    counts = "".join(f"{first + step * row},{value:.0f}\n" for row, value in enumerate(values))
    file.write_text(f"{column},requests\n{counts}")
    forecast(file, out, 120.0)
    found = list(csv.reader(out.read_text(encoding="utf-8").splitlines()))[1:]

    assert len(found) == rows
    assert found[0][0] == following


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("", "is empty"),
        ("\n\n", "is empty"),
        (HEADER, "no rows"),
        (body(["1700000000,1", "soon,2"]), "line 3.*'soon' is not a time"),
        (body(["1700000000,1", "1700000060,many"]), "line 3.*'many' is not a number"),
        (body(["1700000000,1", "1700000060"]), "line 3.*1 fields"),
        ("a,b,c\n1,2,3\n", "columns are a, b, c"),
        (b"\xff\xfe\x00\x01", "not UTF-8"),
        (body(["nan,1"]), "not a time"),
        (body(["99999999999999999,1"]), "not a time"),
        (body(["9999-12-31T23:59:59-12:00,1"]), "line 2.*not a time"),
        (body(["0001-01-01T00:00:00+14:00,1"]), "line 2.*not a time"),
        (body(["1700000000," + "9" * 200_000]), "line 2.*not CSV"),
    ],
)
def test_what_cannot_be_a_series_is_refused_with_the_place(tmp_path: Path, content: str | bytes, said: str) -> None:
    """And nothing is written."""
    with pytest.raises(VitalsError, match=said):
        detected(tmp_path, content)
    assert not (tmp_path / "out.csv").exists()


@pytest.mark.parametrize(
    "url", ["localhost:9090", "http://", "http://host:port", "http://[::1", "ftp://host", "http://:1"]
)
def test_a_prometheus_that_cannot_be_is_refused_before_anything_is_served(tmp_path: Path, url: str) -> None:
    """Asked every minute, it would look like one that is down."""
    with pytest.raises(VitalsError, match="is not an http address"):
        serve(prometheus=url, state=tmp_path / "state")
    assert not (tmp_path / "state").exists()


def test_paths_and_horizons_are_checked_first(tmp_path: Path) -> None:
    """A missing input, an output in no folder or that is one, a horizon that is none, a series without numbers."""
    file = tmp_path / "in.csv"
    with pytest.raises(VitalsError, match="cannot be read"):
        detect(file, tmp_path / "out.csv")
    file.write_text(body(["1700000000,"]))
    with pytest.raises(VitalsError, match="cannot be written"):
        detect(file, tmp_path / "none" / "out.csv")
    with pytest.raises(VitalsError, match="cannot be written"):
        detect(file, tmp_path)
    for horizon in (0.0, -5.0, float("nan"), float("inf")):
        with pytest.raises(VitalsError, match="not a length of time"):
            forecast(file, tmp_path / "out.csv", horizon)
    with pytest.raises(VitalsError, match="no row with a number"):
        forecast(file, tmp_path / "out.csv", 60.0)
    file.write_text(body([f"9999-12-31T23:{row}:00Z,5" for row in range(40, 60)]))
    with pytest.raises(VitalsError, match="after the year 9999"):
        forecast(file, tmp_path / "out.csv", 60.0)
