"""The predictive drill: the past that it begins with, what two runs come to, and how they are drawn."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.verify.scaling_loop.good_outcome import GOOD
from vitals.errors import VitalsError
from vitals.verify.scaling_loop.charts import write_picture
from vitals.verify.scaling_loop.expected import LoadStep
from vitals.verify.scaling_loop.hourly_past import DAY_S, DAYS, EVERY_S, PEAK_S, STEP_S, HourlyPast, record_of
from vitals.verify.scaling_loop.outcome import LoopVerdict
from vitals.verify.scaling_loop.predictive_outcome import PredictiveOutcome
from vitals.verify.scaling_loop.predictive_picture import predictive_spec
from vitals.verify.scaling_loop.processor import host_bound_above

NOW = 1_767_225_600
STEPS_AT = NOW + 600
PAST = HourlyPast(
    "service:api_calls:rate1m", "shop", LoadStep(before=40.0, after=80.0, per_replica=30.0), STEPS_AT, NOW
)
RUN = GOOD.model_copy(
    update={
        "up_only": True,
        "faults": (),
        "p95": [(-200.0, 0.2), (0.0, 0.2), (10.0, 0.9), (60.0, 0.8), (70.0, 0.1), (300.0, 0.1)],
        "replicas": [(-300.0, 2), (-100.0, 2), (40.0, 4), (300.0, 4)],
    }
)
EARLY = RUN.model_copy(
    update={
        "first_scale_up_s": -90.0,
        "p95": [(-200.0, 0.2), (0.0, 0.2), (300.0, 0.1)],
        "replicas": [(-300.0, 2), (-90.0, 4), (300.0, 4)],
    }
)
WENT_WELL = PredictiveOutcome(
    reactive=RUN, predictive=EARLY, forecast=[(-200.0, 0.0), (-120.0, 78.0), (100.0, 80.0)], seen_before_s=270.0
)


def _samples() -> tuple[np.ndarray, np.ndarray]:
    """Moments and rates of the past."""
    rows = [line.rpartition("} ")[2].split() for line in PAST.lines() if not line.startswith("#")]
    rates, moments = np.array(rows, dtype=np.float64).T
    return moments, rates


def test_the_past_has_a_sample_per_minute_and_the_step_in_each_hour_at_this_time() -> None:
    """Low ten minutes before the time of the step, high until it ends, in every hour; nothing of the drill."""
    moments, rates = _samples()

    assert list(np.diff(moments)) == [STEP_S] * (DAYS * DAY_S // STEP_S)
    assert moments[-1] == NOW < STEPS_AT
    for hour in range(1, DAYS * 24):
        at = STEPS_AT - hour * EVERY_S
        low = rates[(moments > at - 600) & (moments < at - 120)]
        high = rates[(moments > at + 180) & (moments < at + PEAK_S - 120)]
        assert min(len(low), len(high)) > 5
        assert np.all(low < 45.0)
        assert np.all(high > 70.0)
    assert PAST.lines().__next__() == "# TYPE service:api_calls:rate1m gauge\n"
    assert [*PAST.lines()] == [*PAST.lines()]


def test_the_record_of_a_trigger_is_found_in_what_ships() -> None:
    """Beside the fallback for a service without requests; a query of two rates has no one record."""
    shipped = 'sum by (service) (service:api_calls:rate1m{service="a"} or (0 * (service:up:avg{service="a"} > 0)))'

    assert record_of(shipped) == "service:api_calls:rate1m"
    with pytest.raises(VitalsError, match=r"2 recorded series.*Nothing was started"):
        record_of("service:a:rate1m + service:b:rate1m")


def test_two_runs_that_went_as_they_must_have_no_problem() -> None:
    """A minute above the objective reactively, none with the forecast; what it cost is counted."""
    assert (RUN.slow_s, EARLY.slow_s) == (60.0, 0.0)
    assert RUN.replica_s(-300.0) == 2 * 340 + 4 * 260
    assert EARLY.replica_s(-90.0) == 4 * 390
    assert WENT_WELL.problems() == []
    assert WENT_WELL.verdict() is LoopVerdict.AS_EXPECTED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"forecast": [(-200.0, 0.0), (100.0, 80.0)]}, "did not count before"),
        ({"predictive": RUN}, "the first replica was asked for at 41 s, reactively at 41 s"),
        (
            {"predictive": RUN.model_copy(update={"first_scale_up_s": -9.0})},
            "60 s above the objective, reactively 60 s",
        ),
        ({"reactive": RUN.model_copy(update={"first_scale_up_s": None})}, "reactive: no replica was added"),
        ({"predictive": EARLY.model_copy(update={"failed_requests": 2, "problem": "502"})}, "2 requests failed: 502"),
    ],
)
def test_each_broken_promise_is_named(change: dict[str, Any], problem: str) -> None:
    """And the drill has failed."""
    outcome = WENT_WELL.model_copy(update=change)

    assert any(problem in found for found in outcome.problems())
    assert outcome.verdict() is LoopVerdict.FAILED


@pytest.mark.parametrize("which", ["reactive", "predictive"])
def test_a_busy_machine_in_either_run_decides_nothing(which: str) -> None:
    """A late replica may be the machine's fault."""
    busy = getattr(WENT_WELL, which).model_copy(update={"drill_cpu": host_bound_above() * 4 / 3})

    assert WENT_WELL.model_copy(update={which: busy}).verdict() is LoopVerdict.HOST_BOUND


def test_the_json_has_both_runs() -> None:
    """What a script reads of a drill."""
    written = json.loads(WENT_WELL.model_dump_json())

    assert written["predictive"]["first_scale_up_s"] == -90.0
    assert written["reactive"]["first_scale_up_s"] == 41.0
    assert written["forecast"][1] == [-120.0, 78.0]


def test_the_picture_shows_both_runs_over_one_time(tmp_path: Path) -> None:
    """Three charts; each line and the objective are named."""
    titles = [chart["title"]["text"] for chart in predictive_spec(WENT_WELL)["vconcat"]]
    write_picture(predictive_spec(WENT_WELL), tmp_path / "drill.svg")
    drawn = (tmp_path / "drill.svg").read_text(encoding="utf-8")

    assert titles == ["Requests per second", "Replicas ready", "95th percentile (ms)"]
    for text in ("reactive", "predictive", "forecast trigger", "objective 250 ms"):
        assert text in drawn
