"""What the foresight service says of a series, as it is scraped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import Following, gauge
from vitals.verify.oracle.observations import Group, Observations

PER = ("anomaly_name", "anomaly_type")


def read(metric: str, several: Callable[[list[float]], float] = max) -> Lately:
    """A metric of the foresight service, and of no other that exposes one of that name."""
    return Lately(metric, EXPORTER, PER, several, counts=lambda labels: labels["service"] == "foresight")


ACTIVE = read("anomaly_active")


def said(metric: str, service: str, name: str, type_: str, of_level: Callable[[float], float]) -> Following:
    """A metric of the foresight service about one series of a service."""
    scraped = 'service="foresight", job="foresight", instance="f1", anomaly_strategy="records"'
    about = f'anomaly_service="{service}", anomaly_name="{name}", anomaly_type="{type_}"'
    return gauge(f"{metric}{{{scraped}, {about}}}", of_level)


@dataclass(frozen=True, slots=True)
class TypesActive:
    """How many kinds of signal have an active anomaly; no number while none has."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """Of the service as a whole."""
        kinds = {kind for (_, kind), active in ACTIVE.at(world, instant).items() if active > 0}
        return {(): float(len(kinds))} if kinds else {}


@dataclass(frozen=True, slots=True)
class AnyActive:
    """1 while a series of the service is an active anomaly, 0 while there are series and none is."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """Of the service as a whole."""
        active = ACTIVE.at(world, instant).values()
        return {(): float(max(active))} if active else {}
