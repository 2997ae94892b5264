"""What a generator counts between two reports; plain data, so that it can be tested without Locust."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from vitals.verify.load.recorded_run import GeneratorInterval, RequestInterval

MOST_ENDPOINTS = 100
"""A locustfile that names no routes makes one endpoint of every id that it asks for;
a report of more than these is not read."""
OTHER = "other"


class IntervalReport(BaseModel):
    """One line of the generator: an interval of every endpoint that was asked in it, by ``GET /route``."""

    model_config = ConfigDict(extra="forbid")

    generator: GeneratorInterval
    endpoints: dict[str, RequestInterval]
    problems: tuple[str, ...] = ()


class RequestTally:
    """Counts requests by endpoint and knows how long each usually takes.

    Attributes:
        unsent: Arrivals given up in this interval.
        in_flight: Requests without an answer now.
    """

    def __init__(self) -> None:
        self.unsent = 0
        self.in_flight = 0
        self._known: set[str] = set()
        self._now: dict[str, RequestInterval] = {}
        self._usual: dict[str, RequestInterval] = {}
        self._learning = True
        self._problems: dict[str, None] = {}

    def request(self, endpoint: str, *, latency_s: float, busy_s: float, error: str | None, answered: bool) -> None:
        """Count one request.

        Args:
            endpoint: ``GET /route``.
            latency_s: Seconds, from the intended start where there is one.
            busy_s: Seconds from sending to the answer.
            error: What failed; None if nothing.
            answered: Whether there was an answer at all, if only an error.
        """
        if endpoint not in self._known and len(self._known) >= MOST_ENDPOINTS:
            self.problem(f"there are more than {MOST_ENDPOINTS} endpoints: give requests a name= in the locustfile")
            endpoint = f"{endpoint.split(' ', 1)[0]} {OTHER}"
        self._known.add(endpoint)
        for kept in (self._now, self._usual) if self._learning else (self._now,):
            interval = kept.setdefault(endpoint, RequestInterval(at_s=0, count=0, busy_s=0))
            interval.count += 1
            interval.busy_s += busy_s
            if error is not None:
                interval.errors[error] = interval.errors.get(error, 0) + 1
            if answered:
                (interval.latency if error is None else interval.failed_latency).add(latency_s)

    def expected(self, endpoint: str) -> float | None:
        """The usual answer time in seconds: the median while the load was low."""
        usual = self._usual.get(endpoint)
        return usual.latency.quantile(0.5) if usual else None

    def learned(self) -> None:
        """What is usual is known from here on."""
        self._learning = False

    def gave_up(self) -> None:
        """An arrival could not be sent in time."""
        self.unsent += 1

    def problem(self, text: str) -> None:
        """Note something that a person must know, once."""
        self._problems[text] = None

    def report(self, generator: GeneratorInterval) -> IntervalReport:
        """Give what was counted since the last report, and begin anew."""
        endpoints, self._now, self.unsent = self._now, {}, 0
        problems, self._problems = tuple(self._problems), {}
        for interval in endpoints.values():
            interval.at_s = generator.at_s
            interval.busy_s = round(interval.busy_s, 6)
        return IntervalReport(generator=generator, endpoints=dict(sorted(endpoints.items())), problems=problems)
