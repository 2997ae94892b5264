"""Which signals a service has, decided by what its catalogue entry declares."""

from __future__ import annotations

import functools

from vitals.model.catalog import Service, Slo
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
from vitals.model.signals.signal import Signal


def signals_of(service: Service) -> tuple[Signal, ...]:
    """Every signal of a service, in the order in which their rules must be evaluated."""
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
    found += trend.signals(found)
    return tuple(found)


@functools.cache
def _of_objective(objective: Slo) -> tuple[Signal, ...]:
    """The signals of an objective, one set for all services that promise the same."""
    return (*slo.signals(objective), recorded.recorded(objective))
