"""The verdict of a drill: what counts as a problem, and when a machine was too busy to tell."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.verify.scaling_loop.good_outcome import GOOD
from vitals.verify.scaling_loop.charts import write_picture
from vitals.verify.scaling_loop.outcome import LoopVerdict
from vitals.verify.scaling_loop.picture import spec
from vitals.verify.scaling_loop.processor import host_bound_above


def test_a_drill_that_went_as_it_must_has_no_problem() -> None:
    """Failed requests of a fault belong to the fault."""
    assert GOOD.problems() == []
    assert GOOD.verdict() is LoopVerdict.AS_EXPECTED


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"first_scale_up_s": None}, "no replica was added"),
        ({"first_scale_up_s": 61.0}, "the first replica was asked for after 61 s"),
        ({"slo_recovered_s": None}, "did not come back under 0.25 s"),
        ({"back_to_min_s": None}, "did not return to 2"),
        ({"failed_requests": 1, "problem": "502"}, "1 requests failed: 502"),
        (
            {"faults": (GOOD.faults[0].model_copy(update={"fewest": 2}),)},
            "prometheus-killed: replicas fell to 2, and 3 were asked for",
        ),
    ],
)
def test_each_broken_promise_is_named(change: dict[str, Any], problem: str) -> None:
    """One sentence for each, and the drill has failed."""
    outcome = GOOD.model_copy(update=change)

    (found,) = outcome.problems()
    assert problem in found
    assert outcome.verdict() is LoopVerdict.FAILED


def test_a_drill_that_ends_with_the_first_replica_owes_neither_latency_nor_return() -> None:
    """Where the rest was not awaited, it is not missed; where it was, it is."""
    nothing_more: dict[str, Any] = {"slo_recovered_s": None, "back_to_min_s": None, "back_to_min_computed_s": None}

    assert GOOD.model_copy(update={**nothing_more, "up_only": True}).problems() == []
    assert len(GOOD.model_copy(update=nothing_more).problems()) == 2


@pytest.mark.parametrize("which", ["drill_cpu", "machine_cpu"])
def test_a_busy_machine_decides_nothing(which: str) -> None:
    """Neither for nor against: a late replica may be the machine's fault, an early one its luck."""
    late = GOOD.model_copy(update={"first_scale_up_s": 90.0, which: host_bound_above() * 4 / 3})

    assert late.verdict() is LoopVerdict.HOST_BOUND


def test_the_json_has_the_numbers_by_name() -> None:
    """What a script reads of a drill."""
    written = json.loads(GOOD.model_dump_json())

    assert written["replicas"][1] == [41.0, 4]
    assert {key: written[key] for key in ("first_scale_up_s", "slo_recovered_s", "max_replicas", "back_to_min_s")} == {
        "first_scale_up_s": 41.0,
        "slo_recovered_s": 80.0,
        "max_replicas": 4,
        "back_to_min_s": 400.0,
    }
    assert written["failed_requests"] == 0
    assert written["p95"][0] == [-1.0, 0.15]


def test_the_picture_shows_load_replicas_and_latency_with_the_faults(tmp_path: Path) -> None:
    """Three charts over one time; each line, the objective and the fault's name are drawn."""
    titles = [chart["title"]["text"] for chart in spec(GOOD)["vconcat"]]
    file = tmp_path / "drill.svg"
    write_picture(spec(GOOD), file)
    drawn = file.read_text(encoding="utf-8")

    assert titles == ["Users", "Replicas", "95th percentile"]
    for text in ("asked for", "ready", "objective 250 ms", "prometheus-killed"):
        assert text in drawn
    write_picture(spec(GOOD), tmp_path / "drill.png")
    assert (tmp_path / "drill.png").read_bytes().startswith(b"\x89PNG")
