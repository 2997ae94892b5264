"""Verdicts are those of the commands that judged, read from the files that they wrote."""

from __future__ import annotations

import json
import shutil
from dataclasses import asdict
from pathlib import Path

import pytest

from tests.verify.load.records import interval, run_of
from vitals.errors import VitalsError
from vitals.rendered import LatencyEntry, LoadMark, LoadMarks, Rendered, ServiceLoad, names, read
from vitals.verify.compare.verdict import ComparedMeasure, ComparisonResult, ComparisonVerdict, EndpointVerdict
from vitals.verify.weekly import comparison_verdict, load_verdict

ENDPOINT = "GET /api/dashboard"


def _written(file: Path, latency_s: float, service: str = "wellness-api") -> Path:
    run = run_of([interval(second, [latency_s] * 200) for second in range(120)], endpoint=ENDPOINT)
    provenance = run.provenance.model_copy(update={"service": service})
    file.write_text(run.model_copy(update={"provenance": provenance}).model_dump_json())
    return file


@pytest.fixture
def rendered(demo_rendered: Path, tmp_path: Path) -> Rendered:
    """An environment with a load test of the API, whose mark is its latency objective."""
    folder = tmp_path / "local"
    shutil.copytree(demo_rendered / "local", folder)
    slo = LatencyEntry(kind="latency", objective="99%", within="250ms")
    marks = (LoadMark(endpoint=None, slo=slo), LoadMark(endpoint=ENDPOINT, slo=slo))
    load = ServiceLoad(service="wellness-api", normal_users=10, peak_users=20, stress_from=5.0, marks=marks)
    (folder / names.LOAD).write_text(LoadMarks(services=(load,)).model_dump_json())
    return read(folder)


def test_a_slow_load_test_has_failed_and_says_why(rendered: Rendered, tmp_path: Path) -> None:
    """Judged anew by the marks that are rendered now, not by those of the day."""
    slow = load_verdict(_written(tmp_path / "slow.json", 2.0), rendered)
    fast = load_verdict(_written(tmp_path / "fast.json", 0.01), rendered)

    assert slow.what == "load test normal of wellness-api, 2026-01-05 09:00 UTC"
    assert (slow.verdict, fast.verdict) == ("failed", "passed")
    assert any("250ms" in reason for reason in slow.reasons)
    assert not any("250ms" in reason for reason in fast.reasons)
    with pytest.raises(VitalsError, match=r"'shop' has no load test.*Give a run of one of them"):
        load_verdict(_written(tmp_path / "shop.json", 0.01, service="shop"), rendered)


def test_a_comparison_names_what_is_worse(tmp_path: Path) -> None:
    """The file of ``vitals compare --json``."""
    endpoints = tuple(
        EndpointVerdict(endpoint, ComparedMeasure.LATENCY, verdict, 30)
        for endpoint, verdict in ((ENDPOINT, ComparisonVerdict.WORSE), ("POST /x", ComparisonVerdict.NO_EVIDENCE))
    )
    result = ComparisonResult("v1", "v2", ComparisonVerdict.WORSE, "p95 is higher.", endpoints, ())
    file = tmp_path / "compared.json"
    file.write_text(json.dumps(asdict(result)))
    found = comparison_verdict(file)

    assert (found.what, found.verdict) == ("v2 against v1", "worse")
    assert found.reasons == ("p95 is higher.", f"worse: {ENDPOINT}")


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"endpoints": [{}], "why": ""}', "\x00\xff"])
def test_a_file_that_is_not_a_verdict_is_refused(tmp_path: Path, content: str) -> None:
    """Truncated, of another command, or not JSON at all."""
    file = tmp_path / "other.json"
    file.write_text(content)

    with pytest.raises(VitalsError, match="is not a verdict of"):
        comparison_verdict(file)
