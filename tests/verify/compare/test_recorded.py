"""Recorded load tests as the two sides of a comparison, through the command."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from typer.testing import CliRunner

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.verify.compare.recorded import sides
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.sketch import LatencySketch

MINUTES, WARM_UP_S, PER_INTERVAL, INTERVAL_S = 30, 60.0, 60, 10.0


def run(seed: int, *, slower: float = 0.0, **changed: object) -> LoadRun:
    """A run of half an hour with a warm-up of a minute, during which everything is ten times slower."""
    rng = np.random.default_rng(seed)
    intervals = []
    for number in range(int((MINUTES * 60 + WARM_UP_S) / INTERVAL_S)):
        at_s = number * INTERVAL_S
        latency = LatencySketch()
        for seconds in 0.1 * np.exp(rng.normal(0, 0.3, PER_INTERVAL)) * (1 + slower + 9 * (at_s < WARM_UP_S)):
            latency.add(float(seconds))
        intervals.append({"at_s": at_s, "count": PER_INTERVAL, "latency": latency, "busy_s": 1.0})
    provenance: Mapping[str, Any] = {
        "profile": "normal", "environment": "local", "service": "api", "host": "http://127.0.0.1:8000",
        "versions": (), "machine": "laptop", "cores": 2, "locustfile": "ab" * 32, "user_classes": ("Member",),
        "seed": seed, "started_at": "2026-01-01T00:00:00Z", "planned_s": 1860.0, "tool": "vitals", "commit": "",
    }  # fmt: skip
    return LoadRun.model_validate(
        {
            "provenance": provenance,
            "interval_s": INTERVAL_S,
            "measured_s": MINUTES * 60 + WARM_UP_S,
            "warm_up_s": WARM_UP_S,
            "ended": "planned",
            "latency_from": "sending",
            "endpoints": [{"method": "GET", "path": "/a", "intervals": intervals}],
            "generator": [],
            **changed,
        }
    )


def test_the_command_judges_two_files_and_its_exit_code_says_it(tmp_path: Path) -> None:
    """Worse is 3, no evidence 0, and JSON says what the table says."""
    for name, one in (("a", run(1)), ("alike", run(2)), ("slow", run(3, slower=0.3))):
        (tmp_path / f"{name}.json").write_text(one.model_dump_json(), encoding="utf-8")
    files = {name: str(tmp_path / f"{name}.json") for name in ("a", "alike", "slow")}
    worse = CliRunner().invoke(app, ["compare", files["a"], files["slow"], "--json"])
    alike = CliRunner().invoke(app, ["compare", files["a"], files["alike"]])
    document = json.loads(worse.stdout)

    assert (worse.exit_code, alike.exit_code) == (3, 0)
    assert document["verdict"] == "worse"
    assert {one["minutes"] for one in document["endpoints"]} == {MINUTES}
    assert document["endpoints"][0]["effect"] == pytest.approx(0.3, abs=0.05)
    assert "no evidence" in alike.stdout
    assert "95 % interval" in alike.stdout
    assert "…" not in alike.stdout


def test_a_run_without_requests_cannot_be_judged(tmp_path: Path) -> None:
    """A host that was down leaves a file without endpoints: exit code 4, and the reason."""
    for name, one in (("a", run(1)), ("down", run(2, endpoints=[], ended="failed"))):
        (tmp_path / f"{name}.json").write_text(one.model_dump_json(), encoding="utf-8")
    done = CliRunner().invoke(app, ["compare", str(tmp_path / "a.json"), str(tmp_path / "down.json")])

    assert done.exit_code == 4
    assert "no traffic in" in done.stdout
    assert "ended before its time (failed)" in done.stdout


def test_a_run_that_broke_off_does_not_pass_for_what_it_served_before(tmp_path: Path) -> None:
    """A version that took its host down after twenty good minutes: no evidence of them is none of it."""
    down = run(2, ended="failed", problem="every request of the last 10 s failed (ConnectionError).")
    slow = run(3, slower=0.5, ended="failed")
    for name, one in (("a", run(1)), ("down", down), ("slow", slow)):
        (tmp_path / f"{name}.json").write_text(one.model_dump_json(), encoding="utf-8")
    later, worse, before = (
        CliRunner().invoke(app, ["compare", str(tmp_path / f"{left}.json"), str(tmp_path / f"{right}.json")])
        for left, right in (("a", "down"), ("a", "slow"), ("down", "a"))
    )

    assert (later.exit_code, worse.exit_code, before.exit_code) == (4, 3, 0)
    assert "broke off: every request of the last 10 s failed (ConnectionError)\n" in later.stdout


@pytest.mark.parametrize(
    "broken", [{"latency": {"999999": 1}}, {"latency": {"5": -1}}, {"count": -5}, {"errors": {"500": -1}}], ids=str
)
def test_a_file_whose_numbers_cannot_be_is_named(tmp_path: Path, broken: dict[str, object]) -> None:
    """Edited by hand, or of another program: no traceback, and no verdict that rests on it."""
    document = run(2).model_dump(mode="json")
    document["endpoints"][0]["intervals"][3] |= broken
    files = tmp_path / "a.json", tmp_path / "b.json"
    files[0].write_text(run(1).model_dump_json(), encoding="utf-8")
    files[1].write_text(json.dumps(document), encoding="utf-8")

    with pytest.raises(VitalsError, match=r"b.json is not the record of a load test: endpoints.0.intervals.3"):
        CliRunner().invoke(app, ["compare", *map(str, files)], catch_exceptions=False)


def test_what_cannot_be_compared_is_refused_or_said() -> None:
    """Another service, the same run and latencies that count from other moments are refused; other load is a remark."""
    strange = run(2)
    strange = strange.model_copy(update={"provenance": strange.provenance.model_copy(update={"service": "worker"})})
    with pytest.raises(VitalsError, match="a is a run of api and b one of worker"):
        sides(run(1), strange, ("a", "b"))
    with pytest.raises(VitalsError, match=r"a and copy/a are the same run"):
        sides(run(1), run(1), ("a", "copy/a"))
    with pytest.raises(VitalsError, match="counts latency from"):
        sides(run(1), run(2, latency_from="intended start"), ("a", "b"))
    other = run(2)
    other = other.model_copy(update={"provenance": other.provenance.model_copy(update={"profile": "peak"})})

    assert sides(run(1), other, ("a", "b"))[0].remarks == ("profile differs: normal in a, peak in b",)


def test_a_full_generator_makes_a_side_unfit() -> None:
    """A tenth of the planned arrivals could not be sent."""
    interval = {
        "at_s": 0.0, "offered": 10.0, "users": 5, "in_flight": 5, "unsent": 10, "lag_s": 0.0, "cpu": 1.0,
        "host_cpu": 1.0,
    }  # fmt: skip

    assert "could not send 10%" in sides(run(1), run(2, generator=[interval]), ("a", "b"))[1].unfit


def test_a_run_that_was_bound_by_its_machine_is_not_compared() -> None:
    """Nearly all cores of the machine that generator and service share were busy."""
    busy = [
        {
            "at_s": WARM_UP_S + number, "offered": None, "users": 5, "in_flight": 1, "unsent": 0, "lag_s": 0.0,
            "cpu": 0.2, "host_cpu": 0.99,
        }
        for number in range(60)
    ]  # fmt: skip

    assert "host-bound" in sides(run(1), run(2, generator=busy), ("a", "b"))[1].unfit
    assert not sides(run(1), run(2), ("a", "b"))[1].unfit


def test_only_runs_that_ended_as_planned_are_finished() -> None:
    """One that was interrupted ended when a user had looked, so its numbers must hold at any look."""
    first, second = sides(run(1), run(2, ended="interrupted"), ("a", "b"))

    assert (first.finished, second.finished) == (True, False)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        ([], 2, "name A and B"),
        (["nowhere.json", "neither.json"], 1, "cannot be read"),
        (["same", "same"], 1, "nothing to compare"),
        (["a.json", "b.json", "--effect", "nan"], 2, "--effect"),
        (["1", "2", "--prometheus", "http://127.0.0.1:9"], 2, "--service"),
        (["1", "2", "--service", "api"], 2, "--prometheus"),
        (["1", "2", "--prometheus", "http://127.0.0.1:9", "--service", "api"], 1, "does not answer as a Prometheus"),
        (["--simulate", "/nowhere/page.md"], 1, "/nowhere"),
    ],
)
def test_a_question_that_cannot_be_answered_is_refused_with_a_reason(
    arguments: list[str], code: int, says: str
) -> None:
    """Nothing is compared, and the message says what to give."""
    done = CliRunner().invoke(app, ["compare", *arguments])

    if code == 1:
        assert isinstance(done.exception, VitalsError)
        assert says in str(done.exception)
    else:
        assert done.exit_code == code
        assert says in done.output
