"""What came of a predictive drill: two runs beside each other, what each cost, and the verdict."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from vitals.verify.scaling_loop.outcome import LoopOutcome, LoopVerdict


class PredictiveOutcome(BaseModel):
    """Two runs of the same step of load.

    Attributes:
        reactive: Without forecasts.
        predictive: With them.
        forecast: ``[t, requests per second]`` of what the forecast trigger asked for in the second run; zero where the
            forecast did not count.
        seen_before_s: Seconds before the step from which on both runs count.
    """

    model_config = ConfigDict(frozen=True)

    reactive: LoopOutcome
    predictive: LoopOutcome
    forecast: Sequence[tuple[float, float]]
    seen_before_s: float

    @property
    def trusted_before(self) -> bool:
        """Whether the forecast counted before the load stepped up."""
        return any(rate > 0 for t, rate in self.forecast if t < 0)

    def problems(self) -> list[str]:
        """What was not as it must be."""
        found = []
        for name, run in (("reactive", self.reactive), ("predictive", self.predictive)):
            if run.first_scale_up_s is None:
                found.append(f"{name}: no replica was added")
            if run.failed_requests:
                found.append(f"{name}: {run.failed_requests} requests failed: {run.problem}")
        if not self.trusted_before:
            found.append("the forecast did not count before the load stepped up")
        early, late = self.predictive.first_scale_up_s, self.reactive.first_scale_up_s
        if early is not None and late is not None and early >= late:
            found.append(f"the first replica was asked for at {early:.0f} s, reactively at {late:.0f} s")
        if self.predictive.slow_s >= self.reactive.slow_s:
            found.append(f"{self.predictive.slow_s:.0f} s above the objective, reactively {self.reactive.slow_s:.0f} s")
        return found

    def verdict(self) -> LoopVerdict:
        """What the drill says; one whose machine was too busy in either run says nothing else."""
        if self.reactive.host_bound or self.predictive.host_bound:
            return LoopVerdict.HOST_BOUND
        return LoopVerdict.FAILED if self.problems() else LoopVerdict.AS_EXPECTED
