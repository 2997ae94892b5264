"""What ``vitals capacity`` found, as the measurement that the catalogue keeps: each number with where it comes from."""

from __future__ import annotations

import hashlib

from vitals.errors import VitalsError
from vitals.model.catalog import Demand, Measured, MeasuredCapacity, MeasuredSlo, MeasuringMachine, MeasuringTool
from vitals.rendered import LatencyEntry
from vitals.verify.capacity.estimate import CONFIDENCE, CapacityEstimate, Interval
from vitals.verify.load.recorded_run import LoadRun, Provenance


def measured(found: CapacityEstimate, slo: LatencyEntry, first: LoadRun) -> Measured:
    """Give a capacity its provenance.

    Args:
        found: The capacity.
        slo: What held at it.
        first: The run, or the first of several.

    Raises:
        VitalsError: The run does not say which commit measured, so it cannot be measured again.
    """
    one = first.provenance
    if not one.commit:
        raise VitalsError(
            "The run was recorded outside a checkout, so it does not say which commit measured and cannot be repeated. "
            "Nothing was written. Run `vitals load stress` from a checkout."
        )
    version = one.tool.split(",")[0].removeprefix("vitals ")
    return Measured(
        run=_run_id(one),
        tool=MeasuringTool(version=version, commit=one.commit, date=one.started_at.date()),
        machine=MeasuringMachine(kind=one.machine, cores=one.cores),
        slo=MeasuredSlo(within=slo.within, objective=slo.objective),
        capacity={Demand.REQUESTS: _capacity(found.requests), Demand.CONCURRENCY: _capacity(found.concurrency)},
    )


def _capacity(found: Interval) -> MeasuredCapacity:
    """With three digits, which is more than the interval deserves."""
    value, low, high = (float(f"{one:.3g}") for one in (found.value, found.low, found.high))
    return MeasuredCapacity(per_replica=value, low=low, high=high, confidence=f"{CONFIDENCE:.0%}")


def _run_id(one: Provenance) -> str:
    """A name for a run: its start, and what tells it from another one of that second."""
    digest = hashlib.sha256(one.model_dump_json().encode()).hexdigest()
    return f"{one.started_at:%Y%m%d-%H%M%S}-{digest[:4]}"
