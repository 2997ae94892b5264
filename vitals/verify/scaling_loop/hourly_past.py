"""Eight days of requests before a predictive drill, at their own time stamps, with the drill's step in each hour.

A forecast earns trust over a day at least, and a drill has minutes. So what Prometheus would have recorded is put into
its storage beforehand, as it is for a stack that is started with a history: only the recorded rate of requests, a
sample per minute. The service that forecasts asks for it as for any other past and knows nothing of the drill.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from vitals.errors import VitalsError
from vitals.model.promql import Expr, names_in
from vitals.verify.scaling_loop.expected import LoadStep

DAY_S = 86400
DAYS = 8
"""A week and a day: the same hour of last week is known, and all days between."""
STEP_S = 60
RATE_WINDOW_S = 60.0
"""The recorded rate is over a minute, so a step takes a minute to fill it."""
EVERY_S = 3600
"""The load rises once an hour, as when others call on a schedule. Of a rise that comes once a day, twenty minutes long,
the forecast believes a third: the other twenty-three hours tell it that the load stays as it is."""
PEAK_S = 1200.0
"""How long the load stays high each time."""
EARLY_OR_LATE_S = 20.0
"""Deviation of the moment at which the load rises: schedules are not exact."""
SCATTER = 0.02
"""Deviation of a minute's rate, as a share: of three thousand requests chance alone makes 0.018."""


@dataclass(frozen=True)
class HourlyPast:
    """What was before a drill.

    Attributes:
        record: The recorded series that the autoscaler reads.
        service: Whose it is.
        step: The load before and after.
        steps_at: Unix seconds at which the load of the drill will step up.
        until: Unix seconds of the last sample, before Prometheus starts.
    """

    record: str
    service: str
    step: LoadStep
    steps_at: int
    until: int

    @property
    def span_s(self) -> int:
        """Seconds from the first sample to the last."""
        return DAYS * DAY_S

    def lines(self) -> Iterator[str]:
        """The samples as OpenMetrics text, the same for the same moments."""
        random = np.random.default_rng(0)
        count = self.span_s // EVERY_S + 1
        begun = self.steps_at - np.arange(count, 0, -1) * EVERY_S + random.normal(0.0, EARLY_OR_LATE_S, count)
        moments = np.arange(self.until - self.span_s, self.until + 1, STEP_S)
        scatter = 1.0 + SCATTER * random.standard_normal(len(moments))
        share = np.zeros(len(moments))
        for start in begun:
            rising, falling = ((moments - at) / RATE_WINDOW_S for at in (start, start + PEAK_S))
            share += np.clip(rising, 0.0, 1.0) - np.clip(falling, 0.0, 1.0)
        rates = (self.step.before + (self.step.after - self.step.before) * share) * scatter
        yield f"# TYPE {self.record} gauge\n"
        for moment, rate in zip(moments.tolist(), rates.tolist(), strict=True):
            yield f'{self.record}{{service="{self.service}"}} {rate:.6g} {moment}\n'
        yield "# EOF\n"


def record_of(query: str) -> str:
    """The recorded rate that a trigger's query reads: the one of its names that is no ``up``.

    Raises:
        VitalsError: It reads none, or several.
    """
    names = [name for name in names_in(Expr(query)) if ":up:" not in name]
    if len(names) != 1:
        raise VitalsError(
            f"The trigger of requests asks {query!r}, which reads {len(names)} recorded series; a past can be made for "
            "one. Nothing was started. Drill without --predictive."
        )
    return names[0]
