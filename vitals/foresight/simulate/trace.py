"""A recorded load: requests by the minute, as a file has them."""

from __future__ import annotations

import csv
import io
import itertools
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from vitals.errors import VitalsError
from vitals.foresight.series import LARGEST, MOST_MINUTES, separator_of

Floats = npt.NDArray[np.float64]
COLUMNS = ("minute", "requests")
FEWEST = 10
"""Minutes that a simulation needs: a scale-down alone looks back over five."""
MOST = 366 * 24 * 60
"""A year: more is a file in another unit, such as seconds, and would be simulated for hours."""


@dataclass(frozen=True)
class Trace:
    """Requests per minute, without gaps.

    Attributes:
        name: Of the file.
        requests: By minute, at least ``FEWEST``.
        filled: Minutes that the file did not have; each has the requests of the one before.
    """

    name: str
    requests: Floats
    filled: int = 0


def read_trace(file: Path) -> Trace:
    """Read ``minute,requests``: minutes count from any number on, in any order, and may be missing.

    Raises:
        VitalsError: The file cannot be read, or holds no trace; the message names the line.
    """
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8 text"
        raise VitalsError(f"{file} cannot be read ({reason}). Nothing was simulated. Give a CSV file.") from error
    rows: dict[int, float] = {}
    for line, minute, counted in _rows(file, text):
        if minute in rows:
            raise _refused(file, line, f"minute {minute} is there twice, so which count is right is unknown")
        rows[minute] = counted
    if not rows:
        raise VitalsError(f"{file} holds no minute, so there is nothing to simulate. {_SHAPE}")
    first, last = min(rows), max(rows)
    if last - first + 1 > MOST:
        raise VitalsError(
            f"{file} spans {last - first + 1:,} minutes, more than a year. Nothing was simulated. Count minutes, not "
            "seconds, in the first column."
        )
    if last - first + 1 < FEWEST:
        raise VitalsError(
            f"{file} spans {last - first + 1} minutes; a simulation needs {FEWEST}, because a scaler looks back over "
            "five before it removes a pod. Give a longer trace."
        )
    requests = np.full(last - first + 1, np.nan)
    for at, count in rows.items():
        requests[at - first] = count
    known = np.maximum.accumulate(np.where(np.isnan(requests), 0, np.arange(len(requests))))
    return Trace(file.name, requests[known], filled=int(np.isnan(requests).sum()))


_SHAPE = "Its first line must be `minute,requests`, each other one a whole minute and a count."


def _rows(file: Path, text: str) -> Iterator[tuple[int, int, float]]:
    rows = _cells(file, text)
    head = [cell.strip().lower() for _, cells in itertools.islice(rows, 1) for cell in cells]
    if not set(COLUMNS) <= set(head):
        raise VitalsError(f"{file} has no columns {' and '.join(COLUMNS)}. Nothing was simulated. {_SHAPE}")
    minute_at, requests_at = (head.index(name) for name in COLUMNS)
    for line, cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        try:
            minute, requests = float(cells[minute_at]), float(cells[requests_at] or "nan")
        except (ValueError, IndexError):
            raise _refused(file, line, f"{','.join(cells)!r} is not a minute and a count") from None
        if not minute.is_integer():
            raise _refused(file, line, f"{cells[minute_at]!r} is not a whole minute")
        if abs(minute) >= MOST_MINUTES:
            raise _refused(
                file,
                line,
                f"{cells[minute_at]!r} is a time in seconds or less, not a number of minutes; divide seconds by 60",
            )
        if math.isnan(requests):
            continue  # a minute that nothing was counted in is a gap
        if not 0 <= requests < LARGEST:
            raise _refused(file, line, f"{cells[requests_at]!r} is not a number of requests")
        yield line, int(minute), requests


def _cells(file: Path, text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text), delimiter=separator_of(text))
    try:
        yield from ((reader.line_num, cells) for cells in reader)
    except csv.Error as error:
        raise _refused(file, reader.line_num, f"this is not CSV ({error})") from None


def _refused(file: Path, line: int, what: str) -> VitalsError:
    return VitalsError(f"{file}:{line}: {what}. Nothing was simulated. {_SHAPE}")
