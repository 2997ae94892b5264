"""Made-up processes that expose the metrics of any family, turned into the samples that a scrape would bring home.

A process lives through stretches in which nothing changes: counters that grow at a pace, gauges that stand or move.
What a stretch does not name is not exposed in it. For trends there is history as it is kept: a recorded series, at
its own pace, over days.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vitals.verify.oracle.traffic import MISSING, STALE, selector

Key = tuple[str, tuple[tuple[str, str], ...]]
"""A series as its process names it: metric and labels."""
Past = Sequence[tuple[float, float | None]]
"""How many seconds a recorded series had which value; ``None`` where nothing was recorded."""


def key(name: str, **labels: str) -> Key:
    """Name a series."""
    return name, tuple(sorted(labels.items()))


def histogram(
    name: str, bounds: Sequence[float], per_second: float, shares: Mapping[float, float], **labels: str
) -> dict[Key, float]:
    """The counters of a histogram and their pace.

    Args:
        name: Its name, without ``_bucket``.
        bounds: Upper bounds of its finite buckets.
        per_second: Events per second.
        shares: Which share of the events has which value; what is missing to one has the value zero.
        labels: Its labels.
    """
    of_value = {0.0: 1 - sum(shares.values()), **shares}
    paces = {
        key(f"{name}_bucket", le=repr(float(bound)), **labels): sum(
            per_second * share for value, share in of_value.items() if value <= bound
        )
        for bound in bounds
    }
    paces[key(f"{name}_bucket", le="+Inf", **labels)] = per_second
    paces[key(f"{name}_count", **labels)] = per_second
    paces[key(f"{name}_sum", **labels)] = sum(per_second * share * value for value, share in of_value.items())
    return paces


@dataclass(frozen=True, slots=True)
class Stretch:
    """A stretch of a process's life.

    Attributes:
        seconds: How long it lasts.
        paces: Growth of each counter per second.
        levels: Value of each gauge at the beginning, and its change per second.
    """

    seconds: float
    paces: Mapping[Key, float] = field(default_factory=dict)
    levels: Mapping[Key, tuple[float, float]] = field(default_factory=dict)


def silent(seconds: float) -> Stretch:
    """The process answers the scrape and exposes nothing of the family."""
    return Stretch(seconds)


@dataclass(frozen=True, slots=True)
class Process:
    """One process of a service whose scrapes always work.

    Attributes:
        instance: Its ``instance`` label.
        life: From the first second of the test on.
    """

    instance: str
    life: Iterable[Stretch]

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:
        """Its samples, a token of promtool's notation for each step.

        Args:
            service: Value of the labels ``service`` and ``job``.
            step: Seconds between two tokens.
            interval: Seconds between two scrapes, a multiple of ``step``.
        """
        target = {"service": service, "job": service, "instance": self.instance}
        tokens: dict[str, list[str]] = {}
        for index, samples in enumerate(self._at_each(step)):
            found: dict[str, str] = {}
            if index * step % interval == 0:
                found = {selector(name, target | dict(labels)): f"{v:.9g}" for (name, labels), v in samples.items()}
                found[selector("up", target)] = "1"
            for series in found.keys() - tokens.keys():
                tokens[series] = [MISSING] * index
            for series, values in tokens.items():
                values.append(found.get(series, STALE if found else MISSING))
        return tokens

    def _at_each(self, step: int) -> Iterator[dict[Key, float]]:
        counted: dict[Key, float] = {}
        clock, next_token = 0.0, 0.0
        for stretch in self.life:
            begin = clock
            end = begin + stretch.seconds
            while next_token < end:
                _count(counted, stretch, next_token - clock)
                clock, next_token = next_token, next_token + step
                levels = {name: at + slope * (clock - begin) for name, (at, slope) in stretch.levels.items()}
                yield {name: counted[name] for name in stretch.paces} | levels
            _count(counted, stretch, end - clock)
            clock = end


def _count(counted: dict[Key, float], stretch: Stretch, seconds: float) -> None:
    for name, pace in stretch.paces.items():
        counted[name] = counted.get(name, 0.0) + pace * seconds


@dataclass(frozen=True, slots=True)
class History:
    """A recorded series over days, as Prometheus keeps it.

    Attributes:
        record: Its name.
        values: How many seconds it had which value; ``None`` where nothing was recorded.
        labels: Its labels beside ``service``.
    """

    record: str
    values: Past
    labels: Mapping[str, str] = field(default_factory=dict)

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:  # noqa: ARG002 - as Process
        """Its samples in promtool's short notation, one sample for each step."""
        tokens = []
        for seconds, value in self.values:
            samples = round(seconds / step)
            tokens.append(f"_x{samples}" if value is None else f"{value:g}x{samples - 1}")
        return {selector(self.record, {"service": service, **self.labels}): tokens}


@dataclass(frozen=True, slots=True)
class ScrapedSeries:
    """Series as they were scraped, sample by sample.

    Attributes:
        tokens: Tokens of promtool's notation by series.
    """

    tokens: Mapping[str, list[str]]

    def series(self, service: str, *, step: int, interval: int) -> dict[str, list[str]]:  # noqa: ARG002 - as Process
        """The same."""
        return dict(self.tokens)
