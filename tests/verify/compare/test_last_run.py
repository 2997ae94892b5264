"""A load test beside the one before: which one that is, what is said of both, and what is passed over."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.verify.compare.test_recorded import run
from vitals.verify.compare.last_run import LastRun, compare_with_last, last_like, section
from vitals.verify.compare.verdict import ComparisonVerdict
from vitals.verify.load.recorded_run import LoadRun


def _keep(folder: Path, day: int, one: LoadRun | str) -> Path:
    file = folder / f"{'normal' if isinstance(one, str) else one.provenance.profile}-202601{day:02}T090000Z.json"
    file.write_text(one if isinstance(one, str) else one.model_dump_json(), encoding="utf-8")
    return file


def _with_users(one: LoadRun, locustfile: str) -> LoadRun:
    return one.model_copy(update={"provenance": one.provenance.model_copy(update={"locustfile": locustfile})})


def test_the_last_run_is_the_newest_that_can_be_compared_with(tmp_path: Path) -> None:
    """Broken, interrupted, empty and other runs are passed over with their reasons; its own file is not its last."""
    new = run(9)
    _keep(tmp_path, 1, run(1))
    fits = _keep(tmp_path, 2, run(2))
    _keep(tmp_path, 3, _with_users(run(3), "cd" * 32))
    _keep(tmp_path, 4, run(4, endpoints=[]))
    _keep(tmp_path, 5, run(5, ended="interrupted"))
    _keep(tmp_path, 6, "{cut off")
    own = _keep(tmp_path, 7, new)
    (tmp_path / "soak-20260108T090000Z.json").write_text(run(8).model_dump_json(), encoding="utf-8")

    last = last_like(new, tmp_path, own)

    assert (last.name, last.run) == (fits.name, run(2))
    assert [one.split(" ", 1)[1] for one in last.passed_over] == [
        "is not the record of a load test",
        "ended before its time (interrupted)",
        "holds no request",
        "had another locustfile (cdcdcdcdcdcd, now abababababab)",
    ]


@pytest.mark.parametrize(
    ("slower", "verdict"),
    [(0.3, ComparisonVerdict.WORSE), (0.0, ComparisonVerdict.NO_EVIDENCE), (-0.3, ComparisonVerdict.BETTER)],
)
def test_the_verdict_stands_above_its_numbers(slower: float, verdict: ComparisonVerdict) -> None:
    """The heading says it, the rows say how much, and no cell breaks the table."""
    compared = compare_with_last(run(2, slower=slower), LastRun(run(1), "normal-20260101T090000Z.json"))
    text = list(section(compared))
    rows = [line for line in text if line.startswith("| GET /a ")]

    assert compared.verdict is verdict
    assert text[0] == f"## Compared with the last run: {verdict}"
    assert "normal-20260101T090000Z.json, of 2026-01-01 00:00 UTC" in " ".join(text)
    assert len(rows) == 2
    assert {line.count("|") for line in text if line.startswith("|")} == {9}


def test_the_first_run_has_nothing_to_compare_with(tmp_path: Path) -> None:
    """It gets no verdict; a folder in which nothing fits gets one: cannot judge."""
    own = _keep(tmp_path, 1, run(1))
    first = compare_with_last(run(1), last_like(run(1), tmp_path, own))
    _keep(tmp_path, 2, run(2, ended="failed"))
    unlike = compare_with_last(run(1), last_like(run(1), tmp_path, own))

    assert (first.verdict, unlike.verdict) == (None, ComparisonVerdict.CANNOT_JUDGE)
    assert "first run that is kept" in " ".join(section(first))
    assert "- Passed over: normal-20260102T090000Z.json ended before its time (failed)." in list(section(unlike))


def test_runs_whose_latencies_count_from_different_moments_are_not_compared() -> None:
    """A named last run of another kind of load is an answer, not an error after an hour of measuring."""
    compared = compare_with_last(run(2, latency_from="intended start"), LastRun(run(1), "last.json"))

    assert compared.verdict is ComparisonVerdict.CANNOT_JUDGE
    assert "counts latency from" in compared.why
