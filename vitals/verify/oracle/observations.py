"""What one service or exporter showed, and what is kept of it at each evaluation."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Protocol

from vitals.verify.oracle.series import SampledSeries, samples

Group = tuple[str, ...]
"""The values of the labels that distinguish what is alerted on separately, such as the queue or the machine."""
_LABEL = re.compile(r'(\w+)="([^"]*)"')


def anything(_: Mapping[str, str]) -> bool:
    """Every series counts."""
    return True


class Measure(Protocol):
    """A number that the samples give at an instant, for each group. Equal measures have equal hashes."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number of each group that has one."""
        ...


class Observations:
    """The samples of one service or exporter.

    Attributes:
        evaluations: The instants at which rules are evaluated, seconds.
        fired: When each alert that was judged before fired, by its name.
        last_fired: When the alert that is being judged fired last, by its name and then by group.
        by_minute: Recorded numbers minute by minute, added up, so that the mean of an hour is one subtraction.
    """

    def __init__(self, series: Mapping[str, Iterable[SampledSeries]], evaluations: range) -> None:
        self._series = {name: list(found) for name, found in series.items()}
        self.evaluations = evaluations
        self.fired: dict[str, set[int]] = defaultdict(set)
        self.last_fired: dict[str, dict[Group, int]] = {}
        self._chosen: dict[object, list[tuple[Group, SampledSeries]]] = {}
        self._kept: dict[Measure, Mapping[Group, SampledSeries]] = {}
        self._kept_of: dict[int, tuple[Measure, Mapping[Group, SampledSeries]]] = {}
        self.by_minute: dict[Measure, list[tuple[Group, list[int], list[float]]]] = {}

    def chosen(
        self, name: str, per: Group, counts: Callable[[Mapping[str, str]], bool] = anything
    ) -> Sequence[tuple[Group, SampledSeries]]:
        """The series of a name that count, each with its group."""
        key = (name, per, counts)
        if key not in self._chosen:
            self._chosen[key] = [
                (tuple(one.labels.get(label, "") for label in per), one)
                for one in self._series.get(name, ())
                if counts(one.labels)
            ]
        return self._chosen[key]

    def kept(self, measure: Measure) -> Mapping[Group, SampledSeries]:
        """What was recorded of a measure, evaluation by evaluation; its end is marked as that of a series."""
        known = self._kept_of.get(id(measure))  # the hash of a measure is that of all its parts, and takes as long
        if known is None:
            known = self._kept_of[id(measure)] = measure, self._recorded(measure)  # held, so that its id stays its own
        return known[1]

    def _recorded(self, measure: Measure) -> Mapping[Group, SampledSeries]:
        if measure not in self._kept:
            found: dict[Group, list[tuple[int, float | None]]] = defaultdict(list)
            alive: set[Group] = set()
            for instant in self.evaluations:
                now = measure.at(self, instant)
                for group, value in now.items():
                    found[group].append((instant, value))
                for group in alive - now.keys():
                    found[group].append((instant, None))
                alive = set(now)
            self._kept[measure] = {group: SampledSeries({}, recorded) for group, recorded in found.items()}
        return self._kept[measure]


def labels_of(series: str) -> dict[str, str]:
    """The labels of a series as it is written."""
    return dict(_LABEL.findall(series.partition("{")[2]))


def worlds(series: Mapping[str, Sequence[str]], *, step: int, evaluations: range) -> dict[str, Observations]:
    """Samples in promtool's notation, taken apart by their label ``service``, or by whose they say that they speak.

    Args:
        series: Tokens by series.
        step: Seconds between two tokens.
        evaluations: When rules are evaluated, seconds.
    """
    found: dict[str, dict[str, list[SampledSeries]]] = defaultdict(lambda: defaultdict(list))
    for text, tokens in series.items():
        name = text.partition("{")[0]
        labels = labels_of(text)
        found[labels.get("anomaly_service") or labels.get("service", "")][name].append(
            SampledSeries(labels, samples(tokens, step))
        )
    return {service: Observations(of_service, evaluations) for service, of_service in found.items()}
