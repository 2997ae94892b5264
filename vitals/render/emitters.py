"""Who emits a series, so that what people paste can be held to it.

``node_load1{service="prometheus"}`` names a metric and a target that both exist and is empty for ever. One file serves
every environment, so a target counts wherever it is watched.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from vitals.kit.scrape import metrics_of
from vitals.model.catalog import Service
from vitals.model.conventions import JOB, SERVICE
from vitals.model.metrics import EXPORTERS, OF_EVERY_PROGRAM, TARGET_LABELS, series_of
from vitals.model.promql import Series, Variant, Vocabulary
from vitals.model.signals import Signal, signals_of_exporter
from vitals_telemetry.contract import Metric

OF_ALERTS = ("ALERTS", "ALERTS_FOR_STATE")
"""The series of alerts, which Prometheus makes and no target emits."""
_SCRAPED = frozenset(TARGET_LABELS)
_SAME = frozenset({JOB, SERVICE})


@dataclass(frozen=True, slots=True)
class SeriesEmitter:
    """Targets that emit a name with the same labels.

    Attributes:
        labels: The labels, each with its closed set of values; an empty set means open.
        targets: Services and exporters.
    """

    labels: Mapping[str, frozenset[str]]
    targets: frozenset[str]


Emitters = Mapping[str, tuple[SeriesEmitter, ...]]
"""By the name of the series."""


def emitters_of(services: Iterable[Service], signals: Mapping[str, Iterable[Signal]]) -> Emitters:
    """Who emits each name.

    Args:
        services: Every service.
        signals: What is recorded of each service and of each exporter that is watched.
    """
    found: dict[str, dict[frozenset[tuple[str, frozenset[str]]], set[str]]] = {}
    for series, targets in (*_scraped(services), *_recorded(signals)):
        found.setdefault(series.name, {}).setdefault(frozenset(series.labels.items()), set()).update(targets)
    return {
        name: tuple(SeriesEmitter(dict(labels), frozenset(targets)) for labels, targets in several.items())
        for name, several in found.items()
    }


def _scraped(services: Iterable[Service]) -> Iterator[tuple[Series, set[str]]]:
    exposed: dict[int, tuple[Metric, set[str]]] = {}
    of_services = ((service.name, metrics_of(service)) for service in services)
    of_exporters = ((exporter.name, exporter.metrics) for exporter in EXPORTERS.values())
    for target, metrics in (*of_services, *of_exporters):
        for metric in metrics:
            exposed.setdefault(id(metric), (metric, set()))[1].add(target)
    for metric, targets in exposed.values():
        for series in series_of(metric):
            yield series, targets


def _recorded(signals: Mapping[str, Iterable[Signal]]) -> Iterator[tuple[Series, set[str]]]:
    elsewhere = {name: signals_of_exporter(name) for name in EXPORTERS if name not in signals}
    by_record: dict[str, tuple[Series, set[str]]] = {}
    for target, several in (*signals.items(), *elsewhere.items()):
        for signal in several:
            if signal.record not in by_record:
                by_record[signal.record] = (signal.series(), set())
            by_record[signal.record][1].add(target)
    yield from by_record.values()


@dataclass(frozen=True, slots=True)
class HeldSeries(Mapping[str, Series]):
    """The same series, with those targets as values of ``service`` and ``job`` that emit each, where that is not said.

    A pasted rule about ``service="nod"`` would stay empty for ever. Only what is scraped or recorded of a target is
    held to it: alerts are made by Prometheus. Of thousands of series a pasted rule or panel asks for a few, so each is
    made when it is asked for.

    Attributes:
        known: Every series that exists.
        targets: The services and exporters that are meant.
        emitters: Who emits what; a name that is not there may be of any target, as ``up`` is.
    """

    known: Vocabulary
    targets: frozenset[str]
    emitters: Emitters
    _made: dict[str, Series] = field(default_factory=dict, compare=False)

    def __getitem__(self, name: str) -> Series:
        """The series of that name."""
        if name not in self._made:
            series = self.known[name]
            as_it_is = series.variants or name in OF_ALERTS
            self._made[name] = series if as_it_is else _held(series, self.targets, self.emitters.get(name, ()))
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        """Whether there is one of that name."""
        return name in self.known

    def __iter__(self) -> Iterator[str]:
        """Every name."""
        return iter(self.known)

    def __len__(self) -> int:
        """How many there are."""
        return len(self.known)


def _held(series: Series, targets: frozenset[str], emitters: tuple[SeriesEmitter, ...]) -> Series:
    here = [replace(one, targets=one.targets & targets) for one in emitters if one.targets & targets]
    if not here or series.name.startswith(OF_EVERY_PROGRAM):
        here = [SeriesEmitter(series.labels, targets)]
    is_scraped = series.labels.keys() >= _SCRAPED
    variants = tuple(_variant(one, targets, is_scraped=is_scraped) for one in here)
    closed = {
        label: frozenset[str]().union(*(one.labels[label] for one in variants if label in one.labels))
        for label in _SAME & series.labels.keys()
        if not series.labels[label]
    }
    return replace(series, labels={**series.labels, **closed}, variants=variants)


def _variant(emitter: SeriesEmitter, targets: frozenset[str], *, is_scraped: bool) -> Variant:
    """What an emitter's series have together; the ``job`` of a record is that of whatever it was made of."""
    closed = {SERVICE: emitter.targets, JOB: emitter.targets if is_scraped else targets}
    labels = {
        label: closed[label] if label in closed and not values else values for label, values in emitter.labels.items()
    }
    if not is_scraped:
        return Variant(labels, present=_SCRAPED & labels.keys())
    return Variant(labels, same=_SAME, present=_SCRAPED)
