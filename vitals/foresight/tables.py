"""What the commands write: CSV, a row per row of the input, or per step of a forecast."""

from __future__ import annotations

import csv
import io

import numpy as np

from vitals.foresight.detect import Detection
from vitals.foresight.series import FloatArray, SeriesFile, stamp_like

DETECTED = ("timestamp", "value", "expected", "lower", "upper", "score", "anomaly")
FORECAST = ("timestamp", "expected", "lower", "upper")


def detected_csv(series: SeriesFile, found: Detection | None) -> str:
    """Write a detection; rows without a value, and a time's second value, are there and are never anomalies.

    Args:
        series: The file.
        found: The detection of its series; None where no row has a value.
    """
    rows: list[tuple[str, ...]] = [DETECTED]
    for number, (stamp, text) in enumerate(zip(series.stamps, series.texts, strict=True)):
        at = int(series.latest[number])
        if found is None or at < 0:
            rows.append((stamp, text, "", "", "", "0", "0"))
            continue
        counts = bool(series.counts[number])
        numbers = (found.expected[at], found.lower[at], found.upper[at], found.score[at] if counts else 0.0)
        rows.append((stamp, text, *map(_text, numbers), "1" if counts and found.anomaly[at] else "0"))
    return _csv(rows)


def detected_words(series: SeriesFile, found: Detection | None) -> str:
    """How many rows there were, were anomalous and could not be judged, as a line for the terminal."""
    anomalous = int(found.anomaly.sum()) if found else 0
    left_out = int(np.count_nonzero(~series.counts))
    words = f", {left_out} not judged (no number, or a time that is there before)" if left_out else ""
    return f"{len(series.stamps)} rows, {anomalous} anomalous{words}"


def forecast_csv(example: str, times: FloatArray, quantiles: FloatArray, unit: float = 1.0) -> str:
    """Write a forecast.

    Args:
        example: A time as the input writes it.
        times: Unix seconds, shape (steps,).
        quantiles: Lower, expected and upper, shape (steps, 3).
        unit: Seconds that one of the input's numbers of time stands for.
    """
    rows: list[tuple[str, ...]] = [FORECAST]
    for moment, (lower, middle, upper) in zip(times, quantiles, strict=True):
        rows.append((stamp_like(example, float(moment), unit), _text(middle), _text(lower), _text(upper)))
    return _csv(rows)


def _text(number: float | np.floating) -> str:
    return f"{number:.9g}"


def _csv(rows: list[tuple[str, ...]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()
