"""A week of a Prometheus, and the one before: the same question is asked at the end of each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from vitals.errors import VitalsError
from vitals.model.conventions import JOB, SERVICE
from vitals.rendered import RecordEntry, RenderedModel
from vitals.verify.backtest.range_server import BacktestRange, RangeServer
from vitals.verify.backtest.replay import LabelSet

HOUR_S = 3600
MINUTE_S = 60
_SHOWN_POINTS = 336
"""Points of a drawn line: one every half an hour of a week."""
_COUNTED_POINTS = 10_080
"""Moments at which data are looked for: each minute of a week, which Prometheus counts in a fraction of a second."""


@dataclass(frozen=True, slots=True)
class Week:
    """The time that is reviewed; as long as the user says, a week unless otherwise.

    Attributes:
        end: Unix seconds of its end, a whole minute.
        length_s: Its length in seconds, whole minutes.
    """

    end: int
    length_s: int

    @property
    def start(self) -> int:
        """Unix seconds of its beginning, which is the end of the one before."""
        return self.end - self.length_s

    @property
    def window(self) -> str:
        """The length as PromQL writes it."""
        return f"{self.length_s}s"

    @property
    def words(self) -> str:
        """Beginning and end in UTC."""
        first, last = (datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M") for at in (self.start, self.end))
        return f"{first} to {last} UTC"


@dataclass(frozen=True, slots=True)
class WeekCoverage:
    """How much of both weeks there are data of, as shares from 0 to 1."""

    now: float
    before: float


class WeekServer:
    """A Prometheus that is asked about a week.

    Args:
        server: The server.
        week: The week.
    """

    def __init__(self, server: RangeServer, week: Week) -> None:
        self.server = server
        self.week = week

    async def now(self, query: str) -> Mapping[LabelSet, float]:
        """A query at the end of the week."""
        return await self.server.values(query, self.week.end)

    async def both(self, query: str) -> tuple[Mapping[LabelSet, float], Mapping[LabelSet, float]]:
        """The same at the end of this week, and of the one before; at most these two are asked at the same time."""
        now, before = await asyncio.gather(self.now(query), self.server.values(query, self.week.start))
        return now, before

    async def course(self, query: str) -> dict[LabelSet, list[tuple[int, float]]]:
        """The week in as many points as a picture shows."""
        step = max(MINUTE_S, self.week.length_s // _SHOWN_POINTS // MINUTE_S * MINUTE_S)
        return await self.server.course(query, BacktestRange.of(self.week.start, self.week.end, step))

    async def coverage(self) -> WeekCoverage:
        """Of how much there are data, by the minute: a stack that began minutes ago has a week to review, too.

        Raises:
            VitalsError: There are none of this week, so there is nothing to review.
        """
        step = max(MINUTE_S, self.week.length_s // _COUNTED_POINTS)
        now, before = await self.both(f"count_over_time((count(up))[{self.week.window}:{step}s])")
        share = [min(1.0, sum(found.values()) * step / self.week.length_s) for found in (now, before)]
        if not share[0]:
            raise VitalsError(
                f"The Prometheus at {self.server.url} has no sample of `up` from {self.week.words}, so there is "
                "nothing to review. Look whether it scrapes anything, or name another week with --until and --last."
            )
        return WeekCoverage(*share)


def records_of(model: RenderedModel, service: str, signal: str) -> list[RecordEntry]:
    """The recorded series of a service that answer a question; mostly one, none where it does not apply."""
    return [record for record in model.records if record.signal == signal and record.labels.get(SERVICE) == service]


def shown_labels(labels: LabelSet) -> str:
    """The labels that distinguish a series, in words: ``GET /api/dashboard``, ``wellness members find``."""
    by_name = dict(labels)
    if "endpoint" in by_name:
        return f"{by_name.get('method', '')} {by_name['endpoint']}".strip()
    return " ".join(value for name, value in labels if name not in (SERVICE, JOB))
