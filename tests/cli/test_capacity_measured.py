"""What ``vitals capacity`` writes is what the catalogue reads."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from tests.verify.capacity.simulated import SLO, simulated
from tests.verify.load.records import run_of
from vitals.cli.capacity_measured import measured
from vitals.errors import VitalsError
from vitals.model.catalog import Demand, measured_text, read_measured
from vitals.verify.capacity.estimate import CapacityEstimate, estimate
from vitals.verify.capacity.scalability import ScalabilityLaw
from vitals.verify.load.recorded_run import LoadRun

COMMIT = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(scope="module")
def found() -> CapacityEstimate:
    """A capacity of a known law."""
    return estimate(simulated(ScalabilityLaw(60.0, 0.08, 0.0006), np.geomspace(0.4, 60, 14), seconds=20, seed=5), SLO)


def _recorded(commit: str) -> LoadRun:
    run = run_of([], seconds=10)
    return run.model_copy(update={"provenance": run.provenance.model_copy(update={"commit": commit})})


def test_the_catalogue_reads_what_was_written(found: CapacityEstimate, tmp_path: Path) -> None:
    """Number, interval and objective, with the commit that measured."""
    file = tmp_path / "shop.toml"
    file.write_text(measured_text(measured(found, SLO, _recorded(COMMIT))), encoding="utf-8")

    read = read_measured(file)

    assert read.capacity[Demand.REQUESTS].per_replica == pytest.approx(found.requests.value, rel=0.01)
    assert set(read.capacity) == {Demand.REQUESTS, Demand.CONCURRENCY}
    assert (read.slo.within, read.slo.objective) == (SLO.within, SLO.objective)
    assert read.tool.commit == COMMIT


def test_a_run_that_cannot_be_repeated_is_not_written(found: CapacityEstimate) -> None:
    """Outside a checkout it is unknown which code was measured."""
    with pytest.raises(VitalsError, match="outside a checkout"):
        measured(found, SLO, _recorded(""))
