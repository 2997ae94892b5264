"""Anomalies of the week, where a detector exports ``anomaly_score``: which series were odd, how much and how long."""

from __future__ import annotations

from dataclasses import dataclass

from vitals.verify.weekly.week import MINUTE_S, WeekServer

METRIC = "anomaly_score"
"""As detectors of anomalies name it: the higher, the odder."""
ODD = 0.5
"""From this score on a series is listed: half of the scale from 0 to 1, eight times the usual deviation with
`vitals foresight`; detectors that call everything above 1 an anomaly are beyond it, too."""
OF_SCRAPE = ("job", "instance", "namespace", "pod", "container", "endpoint")
"""Labels that say where a detector ran: one that was started again elsewhere goes on with the same series."""
MOST_LISTED = 20
"""So many are read in a meeting; the JSON has no more, either, because a detector scores every series."""


@dataclass(frozen=True, slots=True)
class OddSeries:
    """A series that was odd.

    Attributes:
        name: Which, in words.
        score: Its highest score of the week.
        minutes: For how long it was at least odd.
    """

    name: str
    score: float
    minutes: float


async def anomalies(asked: WeekServer) -> tuple[OddSeries, ...] | None:
    """The oddest series of the week; None where no detector exports scores.

    Raises:
        VitalsError: Prometheus does not answer, or refuses a query.
    """
    window = asked.week.window
    of_series = f"max without ({', '.join(OF_SCRAPE)})"
    scores = await asked.now(f"{of_series} (max_over_time({METRIC}[{window}]))")
    if not scores:
        return None
    minutes = await asked.now(f"count_over_time(({of_series} ({METRIC}) >= {ODD})[{window}:{MINUTE_S}s])")
    found = [
        OddSeries(" ".join(value for _, value in labels), score, minutes.get(labels, 0.0))
        for labels, score in scores.items()
        if score >= ODD
    ]
    return tuple(sorted(found, key=lambda one: (-one.score, -one.minutes, one.name))[:MOST_LISTED])
