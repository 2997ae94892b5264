"""The labelled series and the request traces of a folder.

Series stand in folders below one with a ``windows.json``: file names with lists of begin and end. Traces are files with
the columns ``minute,requests``. What thresholds were tuned on is named here, so that nothing else was.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError

from vitals.errors import VitalsError
from vitals.foresight.series import FloatArray, read_series, seconds_of

TUNED_ON = ("artificialNoAnomaly", "artificialWithAnomaly", "realAdExchange", "realTraffic", "realTweets")
"""Groups that thresholds, ours and the peers', were chosen on; every other group is scored and was not looked at."""
_WINDOWS = TypeAdapter(dict[str, list[tuple[str, str]]])


@dataclass(frozen=True, slots=True)
class LabelledSeries:
    """A series with its events.

    Attributes:
        group: The folder, such as ``realAWSCloudwatch``.
        name: The file.
        times: Unix seconds, shape (n,).
        values: Shape (n,).
        windows: Begin and end of each event, Unix seconds.
    """

    group: str
    name: str
    times: FloatArray
    values: FloatArray
    windows: tuple[tuple[float, float], ...]

    @property
    def tuned_on(self) -> bool:
        """Whether thresholds were chosen on it."""
        return self.group in TUNED_ON


def labelled_series(folder: Path) -> list[LabelledSeries]:
    """Read every series that a ``windows.json`` below the folder names.

    Raises:
        VitalsError: A ``windows.json`` is not what it should be, or names a file that is not there.
    """
    found: list[LabelledSeries] = []
    for index in sorted(folder.rglob("windows.json")):
        try:
            windows = _WINDOWS.validate_json(index.read_bytes())
        except ValidationError as error:
            raise VitalsError(f"{index} must map file names to lists of [begin, end]: {error}") from None
        for name, spans in sorted(windows.items()):
            series = read_series(index.parent / name)
            events = tuple((seconds_of(begin), seconds_of(end)) for begin, end in spans)
            found.append(LabelledSeries(Path(name).parent.name, Path(name).stem, series.times, series.values, events))
    return found


def request_traces(folder: Path) -> dict[str, FloatArray]:
    """Read the requests per minute of every trace below the folder, by file name."""
    found = {}
    for file in sorted(folder.rglob("*.csv")):
        with file.open(encoding="utf-8-sig") as lines:
            if lines.readline().strip().lower() == "minute,requests":
                found[file.stem] = np.array(read_series(file).values)
    return found
