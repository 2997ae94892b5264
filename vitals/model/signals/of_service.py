"""Which signals a service has, decided by what its catalogue entry declares and by what its dialect carries.

A signal that the library cannot answer is left out, and so is every one that is made of it: a rule that reads what does
not exist is green for ever.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass

from vitals.model.catalog import Scrape, Service, Slo
from vitals.model.promql import names_in
from vitals.model.signals import (
    api,
    arrival,
    cache,
    components,
    database,
    meta,
    outage,
    recorded,
    slo,
    targets,
    tasks,
    trend,
    users,
)
from vitals.model.signals.native import NotCarriedError
from vitals.model.signals.signal import Signal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A signal that a service does not have because of how it speaks.

    Attributes:
        signal: The signal.
        reason: What the library lacks, and what to do to have it.
    """

    signal: Signal
    reason: str


def signals_of(service: Service) -> tuple[Signal, ...]:
    """Every signal of a service, in the order in which their rules must be evaluated."""
    found = list(_declared(service))
    if not service.dialect.ours:
        lacking = {one.signal.id for one in left_out(service)}
        found = [signal for signal in found if signal.id not in lacking]
    found += trend.signals(found)
    return tuple(found)


def left_out(service: Service) -> tuple[LeftOut, ...]:
    """The signals that its declaration calls for and its dialect does not carry, each with the reason."""
    if service.dialect.ours:
        return ()
    found: list[LeftOut] = []
    for signal in _declared(service):
        try:
            expr = signal.query(service, Scrape())
        except NotCarriedError as error:
            found.append(LeftOut(signal, error.reason))
            continue
        read = names_in(expr)
        missing = next((one for one in found if one.signal.record in read), None)
        if missing:
            found.append(LeftOut(signal, missing.reason))
    return tuple(found)


def _declared(service: Service) -> tuple[Signal, ...]:
    found: list[Signal] = [*targets.SIGNALS, *meta.OF_TARGETS]
    if service.availability:
        found += (*outage.SIGNALS, *arrival.SIGNALS)
    if service.api:
        found += api.SIGNALS
    for objective in service.slos:
        found += _of_objective(objective)
    families = (
        (service.stores, database.SIGNALS),
        (service.caches, cache.SIGNALS),
        (service.queues, tasks.SIGNALS),
        (service.cohorts, users.SIGNALS),
        (service.components, components.SIGNALS),
    )
    for declared, signals in families:
        found += signals if declared else ()
    return tuple(found)


@functools.cache
def _of_objective(objective: Slo) -> tuple[Signal, ...]:
    """The signals of an objective, one set for all services that promise the same."""
    return (*slo.signals(objective), recorded.recorded(objective))
