"""A series as a CSV file has it: which rows count, in which order, and what the file's writer meant by a time.

Files come from exports, spreadsheets and shells, so a byte-order mark, CRLF, a missing header, other column names and
blank values are read; what cannot be a series is refused with the line that is wrong. Rows are judged in the order of
their times, wherever they stand in the file, and a time that is there twice counts once, with the first value:
local times that repeat an hour in autumn do not make a file unusable.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vitals.errors import VitalsError

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]

TIME_NAMES = ("timestamp", "time", "ts", "datetime", "date", "minute")
VALUE_NAMES = ("value", "values", "y", "requests")
_MISSING = {"", "nan", "na", "n/a", "null", "none", "-", "inf", "+inf", "-inf", "infinity", "+infinity", "-infinity"}
_FIRST_MILLISECOND = 1e11
"""As seconds this is the year 5138; such a number is meant as milliseconds."""
LATEST = 253402300799.0
"""The last second of the year 9999, beyond which no calendar here can write a time."""
_EARLIEST = -62135596800.0
"""The first second of the year 1, likewise."""
MINUTE_NAME = "minute"
MOST_MINUTES = 1e8
"""Numbers below this in a column called minute count minutes, as in request traces; Unix seconds are larger."""
LARGEST = 1e150
"""A magnitude beyond which squares overflow; such a value counts as missing, like infinity."""


@dataclass(frozen=True, slots=True)
class SeriesFile:
    """The rows of a file and the series that they make.

    Attributes:
        stamps: Each row's time, as the file writes it.
        texts: Each row's value, as the file writes it.
        row_times: Unix seconds of each row, in the file's order.
        times: Unix seconds of the series, strictly increasing; only rows that have a value.
        values: Its values, finite.
        latest: For each row of the file, the last index of ``times`` that is not after it; -1 where there is none.
        counts: For each row of the file, whether it is the one that gave the series its value.
        unit: Seconds that one of the file's numbers of time stands for: 60 in a file of minutes.
    """

    stamps: tuple[str, ...]
    texts: tuple[str, ...]
    row_times: FloatArray
    times: FloatArray
    values: FloatArray
    latest: IndexArray
    counts: NDArray[np.bool_]
    unit: float = 1.0


def read_series(path: Path) -> SeriesFile:
    """Read ``timestamp,value`` rows.

    Raises:
        VitalsError: The file is missing, empty, not text, or has a row that is not a time and a number.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")  # which reads the line ends of every system
    except OSError as error:
        raise VitalsError(
            f"{path} cannot be read ({error.strerror}). Name a CSV file with the columns timestamp,value."
        ) from None
    except UnicodeDecodeError:
        raise VitalsError(f"{path} is not UTF-8 text. Export it as CSV with the columns timestamp,value.") from None
    rows = _rows(path, text)
    first = next(rows, None)
    if first is None:
        raise VitalsError(f"{path} is empty. It needs the columns timestamp,value and at least one row.")
    time_column, value_column, has_header = _columns(path, first[1])
    stamps, texts, times, values = [], [], [], []
    for line, fields in rows if has_header else _with(first, rows):
        if len(fields) <= max(time_column, value_column):
            raise VitalsError(f"{path}, line {line}: there are {len(fields)} fields; a row needs a time and a value.")
        stamp, value = fields[time_column].strip(), fields[value_column].strip()
        stamps.append(stamp)
        texts.append(value)
        times.append(_seconds(path, line, stamp))
        values.append(_number(path, line, value))
    if not stamps:
        raise VitalsError(f"{path} has a header and no rows. It needs at least one row of timestamp,value.")
    unit = _unit(first[1][time_column] if has_header else "", stamps, times)
    return _series(tuple(stamps), tuple(texts), unit * np.array(times), np.array(values), unit)


def _unit(column: str, stamps: list[str], times: list[float]) -> float:
    """Seconds per number of time: a column called minute counts minutes, unless it has dates or Unix seconds."""
    counts = column.strip().strip("\"'").lower() == MINUTE_NAME and max(times) < MOST_MINUTES
    return 60.0 if counts and all(_is_number(stamp) for stamp in stamps) else 1.0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _rows(path: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    """Line numbers and fields, without blank lines."""
    reader = csv.reader(io.StringIO(text.replace("\x00", "")), delimiter=separator_of(text))
    try:
        yield from ((reader.line_num, fields) for fields in reader if any(field.strip() for field in fields))
    except csv.Error as error:
        raise VitalsError(
            f"{path}, line {reader.line_num}: this is not CSV ({error}). Write a row of timestamp,value a line."
        ) from None


def separator_of(text: str) -> str:
    """What separates the fields of a file: a comma, unless its first line has none but a semicolon or a tab."""
    return next((mark for mark in (",", ";", "\t") if mark in text.partition("\n")[0]), ",")


def _with(first: tuple[int, list[str]], rest: Iterable[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
    yield first
    yield from rest


def _columns(path: Path, fields: list[str]) -> tuple[int, int, bool]:
    """Where time and value stand, and whether the first line is a header."""
    names = [field.strip().strip("\"'").lower() for field in fields]
    if len(names) > 1 and _parsed(names[0]) is not None:
        return 0, 1, False
    time_column = next((names.index(name) for name in TIME_NAMES if name in names), None)
    value_column = next((names.index(name) for name in VALUE_NAMES if name in names), None)
    if len(names) == 2:  # noqa: PLR2004 - a time and a value, whatever they are called
        if time_column is None:
            time_column = 0 if value_column is None else 1 - value_column
        return time_column, 1 - time_column, True
    if time_column is None or value_column is None:
        raise VitalsError(
            f"{path}: the columns are {', '.join(names)}. Two columns are read as time and value whatever their names; "
            f"of {len(names)}, call one of them timestamp and one value."
        )
    return time_column, value_column, True


def seconds_of(stamp: str) -> float:
    """Unix seconds of a time as a file writes it.

    Raises:
        VitalsError: It is not a time.
    """
    found = _parsed(stamp)
    if found is None:
        raise VitalsError(f"{stamp!r} is not a time. Write Unix seconds or ISO 8601.")
    return found


def _parsed(stamp: str) -> float | None:
    """Unix seconds of a time, or None."""
    try:
        number = float(stamp)
    except ValueError:
        try:
            moment = datetime.fromisoformat(stamp)
        except ValueError:
            return None
        number = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    else:
        number = number / 1000.0 if number >= _FIRST_MILLISECOND else number
    return number if _EARLIEST <= number <= LATEST else None  # NaN compares false


def _seconds(path: Path, line: int, stamp: str) -> float:
    found = _parsed(stamp)
    if found is None:
        raise VitalsError(
            f"{path}, line {line}: {stamp!r} is not a time. Write Unix seconds or ISO 8601 (UTC if it names no zone)."
        )
    return found


def _number(path: Path, line: int, text: str) -> float:
    if text.lower() in _MISSING:
        return math.nan
    try:
        number = float(text)
    except ValueError:
        raise VitalsError(
            f"{path}, line {line}: {text!r} is not a number. Leave the value empty where there is none."
        ) from None
    return number if abs(number) < LARGEST else math.nan


def _series(
    stamps: tuple[str, ...], texts: tuple[str, ...], row_times: FloatArray, values: FloatArray, unit: float
) -> SeriesFile:
    order = np.argsort(row_times, kind="stable")
    order = order[np.isfinite(values[order])]
    times = row_times[order]
    order = order[np.diff(times, prepend=-math.inf) > 0]
    counts = np.zeros(len(row_times), dtype=np.bool_)
    counts[order] = True
    latest = np.searchsorted(row_times[order], row_times, side="right") - 1
    return SeriesFile(stamps, texts, row_times, row_times[order], values[order], latest, counts, unit)


def stamp_like(example: str, seconds: float, unit: float = 1.0) -> str:
    """Write a time as a file's rows do: seconds, milliseconds, minutes, or ISO 8601 with its separator and zone."""
    try:
        number = float(example)
    except ValueError:
        zone = datetime.fromisoformat(example).tzinfo
        text = datetime.fromtimestamp(seconds, zone or UTC).isoformat(sep="T" if "T" in example else " ")
        text = text if zone else text.removesuffix("+00:00")
        return text.removesuffix("+00:00") + "Z" if example.endswith("Z") else text
    if number >= _FIRST_MILLISECOND:
        return f"{seconds * 1000:.0f}"
    seconds /= unit
    return f"{seconds:.0f}" if seconds == round(seconds) else f"{seconds:.3f}"
