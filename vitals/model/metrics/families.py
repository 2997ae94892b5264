"""Which families of our own contract a service exposes, by what is declared of it."""

from __future__ import annotations

from typing import Protocol

from vitals_telemetry.contract import Metric
from vitals_telemetry.metrics import (
    API_METRICS,
    BUILD_METRICS,
    CACHE_METRICS,
    COMPONENT_METRICS,
    DATABASE_METRICS,
    PROCESS_METRICS,
    TASK_METRICS,
    USER_METRICS,
)


class DeclaredParts(Protocol):
    """A service as it is declared, in the catalogue or in ``model.json``: what is empty or false it does not have."""

    @property
    def api(self) -> object:
        """Whether it serves HTTP."""

    @property
    def cohorts(self) -> object:
        """Whether it counts by cohort of users."""

    @property
    def stores(self) -> object:
        """Its databases."""

    @property
    def caches(self) -> object:
        """Its caches."""

    @property
    def queues(self) -> object:
        """Its queues."""

    @property
    def components(self) -> object:
        """Whether it times its parts."""


def families_of(service: DeclaredParts) -> tuple[Metric, ...]:
    """The metrics of the families that are declared, and those of every process."""
    families = (
        (service.api, API_METRICS),
        (service.cohorts, USER_METRICS),
        (service.stores, DATABASE_METRICS),
        (service.caches, CACHE_METRICS),
        (service.queues, TASK_METRICS),
        (service.components, COMPONENT_METRICS),
    )
    declared = (metric for has, metrics in families if has for metric in metrics)
    return (*declared, *BUILD_METRICS, *PROCESS_METRICS)
