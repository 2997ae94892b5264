"""Which signals a service has, decided by what its catalogue entry declares."""

from __future__ import annotations

from vitals.catalog import Service
from vitals.signals import api, meta, outage, slo, targets
from vitals.signals.signal import Signal


def signals_of(service: Service) -> tuple[Signal, ...]:
    """Every signal of a service, in the order in which their rules must be evaluated."""
    found: list[Signal] = [*targets.SIGNALS, *meta.OF_TARGETS]
    if service.availability:
        found += outage.SIGNALS
    if service.api:
        found += api.SIGNALS
    for objective in service.slos:
        found += slo.signals(objective)
    return tuple(found)
