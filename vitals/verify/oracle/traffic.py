"""Made-up lives of a service's replicas, turned into the samples that a scrape would have brought home.

A life is a list of spans ("serving 20 requests a second for an hour, then 10 % of them failing"). Counters are the
integral of the traffic at the moment of each scrape, so any phase between fault, scrape and evaluation can be tested,
and a restart, a missed scrape and a replica that left discovery differ as they do for a real Prometheus.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cache

CALLS, RESPONSE_TIME = "api_calls_total", "api_response_time_seconds"
FAST_REQUEST = 0.02
"""How long a request takes that meets every target, in seconds."""
BUCKETS = (0.025, 0.25, 0.5, 1, 5)
"""The buckets that differ in these scenarios; the others would only repeat a neighbour's count."""
MISSING, STALE = "_", "stale"


class ScrapeOutcome(StrEnum):
    """What becomes of a scrape in a span."""

    WORKS = "works"
    FAILS = "fails"
    IS_NOT_TRIED = "is not tried"
    HAS_NO_TARGET = "has no target"
    FINDS_NO_METRICS = "finds no metrics of the API"


_UP = {
    ScrapeOutcome.WORKS: "1",
    ScrapeOutcome.FAILS: "0",
    ScrapeOutcome.IS_NOT_TRIED: MISSING,
    ScrapeOutcome.HAS_NO_TARGET: STALE,
    ScrapeOutcome.FINDS_NO_METRICS: "1",
}


@dataclass(frozen=True, slots=True)
class TrafficPhase:
    """A stretch of one replica's life in which nothing changes.

    Attributes:
        seconds: How long it lasts.
        per_second: Requests answered per second.
        failing: The share of them answered with 503.
        left: The share of them whose client went away before the answer, counted as 499.
        slow: The share of them that takes ``takes`` seconds.
        takes: How long a slow request takes, in seconds.
        scrape: What becomes of a scrape.
        alive: Whether the process runs; one that does not counts from zero when it is back.
    """

    seconds: float
    per_second: float = 0.0
    failing: float = 0.0
    slow: float = 0.0
    takes: float = 0.8
    scrape: ScrapeOutcome = ScrapeOutcome.WORKS
    alive: bool = True
    left: float = 0.0


def serving(
    seconds: float,
    per_second: float,
    *,
    failing: float = 0.0,
    slow: float = 0.0,
    takes: float = 0.8,
    left: float = 0.0,
) -> TrafficPhase:
    """The replica answers people and the scrape."""
    return TrafficPhase(seconds, per_second, failing, slow, takes, left=left)


def unanswered(seconds: float, per_second: float) -> TrafficPhase:
    """The scrape times out (``up`` is 0) while the process lives on and counts."""
    return TrafficPhase(seconds, per_second, scrape=ScrapeOutcome.FAILS)


def untried(seconds: float, per_second: float) -> TrafficPhase:
    """Prometheus misses its turn: no sample at all, the process lives on and counts."""
    return TrafficPhase(seconds, per_second, scrape=ScrapeOutcome.IS_NOT_TRIED)


def dead(seconds: float) -> TrafficPhase:
    """The process is gone and still a target (``up`` is 0)."""
    return TrafficPhase(seconds, scrape=ScrapeOutcome.FAILS, alive=False)


def unknown(seconds: float) -> TrafficPhase:
    """The replica is not a target: not started yet, or deleted."""
    return TrafficPhase(seconds, scrape=ScrapeOutcome.HAS_NO_TARGET, alive=False)


def forgetful(seconds: float, per_second: float) -> TrafficPhase:
    """The process answers people and the scrape, and no longer exposes the metrics of the API."""
    return TrafficPhase(seconds, per_second, scrape=ScrapeOutcome.FINDS_NO_METRICS)


@dataclass(slots=True)
class _Counted:
    calls: dict[str, float] = field(default_factory=lambda: {"200": 0.0, "503": 0.0, "499": 0.0})
    durations: dict[float, float] = field(default_factory=dict)

    def add(self, span: TrafficPhase, seconds: float) -> None:
        requests = span.per_second * seconds
        for status, share in (("200", 1 - span.failing - span.left), ("503", span.failing), ("499", span.left)):
            self.calls[status] += requests * share
        for duration, share in ((FAST_REQUEST, 1 - span.slow), (span.takes, span.slow)):
            self.durations[duration] = self.durations.get(duration, 0.0) + requests * share


@dataclass(frozen=True, slots=True)
class Replica:
    """One process of a service.

    Attributes:
        instance: Its ``instance`` label.
        spans: Its life, from the first second of the test on.
        offset: The second within the scrape interval at which it is scraped.
        errors_known: Whether the series of failed requests exists from the start, or only with the first failure.
        failed_before: How many failures the counter holds already when the test begins.
        buckets: The bounds of the histogram of response times.
    """

    instance: str
    spans: Iterable[TrafficPhase]
    offset: int = 0
    errors_known: bool = True
    failed_before: float = 0.0
    buckets: tuple[float, ...] = BUCKETS

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:
        """Its samples, a token of promtool's notation for each step.

        Args:
            service: Value of the labels ``service`` and ``job``.
            step: Seconds between two tokens.
            interval: Seconds between two scrapes, a multiple of ``step``.
        """
        target = {"service": service, "job": service, "instance": self.instance}

        @cache  # a life of a day has the same few series at each of its thousands of scrapes
        def of_target(name: str, **labels: str) -> str:
            return selector(name, target | labels)

        tokens: dict[str, list[str]] = {}
        for index, (span, counted) in enumerate(self._at_each(step)):
            samples: dict[str, str] = {}
            if (index * step - self.offset) % interval == 0:
                samples = dict(self._scraped(span, counted, of_target))
                samples[of_target("up")] = _UP[span.scrape]
            for series in samples:
                if series not in tokens:
                    tokens[series] = [MISSING] * index
            for series, values in tokens.items():
                values.append(samples.get(series, MISSING))
        return tokens

    def _at_each(self, step: int) -> Iterator[tuple[TrafficPhase, _Counted]]:
        counted = _Counted()
        counted.calls["503"] = self.failed_before
        clock, next_token = 0.0, 0.0
        for span in self.spans:
            end = clock + span.seconds
            if not span.alive:
                counted = _Counted()
            while next_token < end:
                counted.add(span, next_token - clock)
                clock, next_token = next_token, next_token + step
                yield span, counted
            counted.add(span, end - clock)
            clock = end

    def _scraped(
        self, span: TrafficPhase, counted: _Counted, of_target: Callable[..., str]
    ) -> Iterator[tuple[str, str]]:
        def token(value: float) -> str:
            if span.scrape is ScrapeOutcome.IS_NOT_TRIED:
                return MISSING
            return f"{value:.9g}" if span.scrape is ScrapeOutcome.WORKS else STALE

        def of_route(name: str, **labels: str) -> str:
            return of_target(name, endpoint="/api/dashboard", method="GET", **labels)

        for status, count in counted.calls.items():
            if status == "200" or count or (self.errors_known and status == "503"):
                yield of_route(CALLS, status=status), token(count)
        total = sum(counted.durations.values())
        for bound in self.buckets:
            within = sum(count for duration, count in counted.durations.items() if duration <= bound)
            yield of_route(f"{RESPONSE_TIME}_bucket", le=repr(float(bound))), token(within)
        yield of_route(f"{RESPONSE_TIME}_bucket", le="+Inf"), token(total)
        yield of_route(f"{RESPONSE_TIME}_count"), token(total)
        waited = sum(duration * count for duration, count in counted.durations.items())
        yield of_route(f"{RESPONSE_TIME}_sum"), token(waited)


def selector(name: str, labels: Mapping[str, str]) -> str:
    """A series as promtool and PromQL write it."""
    pairs = ", ".join(f'{label}="{value}"' for label, value in sorted(labels.items()))
    return f"{name}{{{pairs}}}"
