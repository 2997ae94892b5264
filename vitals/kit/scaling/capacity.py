"""What one replica is taken to bear in an environment: the measured number where there is one, else the assumed one.

Of a measurement the lower end of its interval counts. A service that grows a little early costs a replica; one that
grows late breaks its objective.
"""

from __future__ import annotations

from dataclasses import dataclass

from vitals.model.catalog import AnyDemand, Demand, Measured, Scaling
from vitals.model.catalog.fields import share


@dataclass(frozen=True, slots=True)
class Capacity:
    """The capacity of one replica.

    Attributes:
        value: Requests per second, tasks that wait, or requests in flight.
        full: The share of it at which another replica is wanted.
        measurement: What it was measured by; ``None`` for an assumption.
        reason: Why it is assumed; empty for a measurement.
    """

    value: float
    full: float
    measurement: Measured | None = None
    reason: str = ""

    @property
    def per_replica(self) -> float:
        """How much of the demand a replica gets before another one is added, to four digits: more is never known."""
        return float(f"{self.value * self.full:.4g}")

    def basis(self, demand: AnyDemand) -> str:
        """What the number rests on, in words."""
        if self.measurement is None or not isinstance(demand, Demand):
            return f"assumed: {self.reason}"
        one, slo, tool = self.measurement.capacity[demand], self.measurement.slo, self.measurement.tool
        return (
            f"measured on {_where(self.measurement)} on {tool.date.isoformat()}, run {self.measurement.run}: "
            f"{one.per_replica:g} ({one.confidence} interval {one.low:g} to {one.high:g}) with {slo.objective} within "
            f"{slo.within}."
        )


def capacity_of(scaling: Scaling, demand: AnyDemand, measured: Measured | None) -> Capacity:
    """The capacity of a replica of a service for one of its demands.

    Args:
        scaling: How it scales.
        demand: One of the demands that it scales on.
        measured: What was measured of the service in the environment.
    """
    full = float(share(scaling.grow_at))
    if measured is None or not isinstance(demand, Demand) or demand not in measured.capacity:
        return Capacity(scaling.on[demand].value, full, reason=scaling.on[demand].reason)
    return Capacity(measured.capacity[demand].low, full, measurement=measured)


def _where(measured: Measured) -> str:
    machine = measured.machine
    return f"a {machine.kind} with {machine.cores} core{'s' if machine.cores > 1 else ''} a replica"
