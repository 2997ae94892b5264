"""The report of a run: a page that needs nothing else, with every picture; a summary that says the verdict first."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.verify.load.records import MARKS, interval, run_of
from tests.verify.load.test_knee import stress_run
from vitals.verify.load.judge import judge
from vitals.verify.load.knee import judge_stress
from vitals.verify.load.recorded_run import LoadRun
from vitals.verify.load.report.summary import summary
from vitals.verify.load.report.write import page, write_report

GOOD = run_of([interval(second, [0.05] * 200, {"500": 1} if second == 3 else None) for second in range(10)])
TITLES = ["Throughput", "Latency", "Errors", "Replicas", "Saturation"]


def _titles(text: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", text)


def _page(run: LoadRun) -> str:
    return page("# run\n", run, MARKS)


def test_page_needs_nothing_else(tmp_path: Path) -> None:
    """No script, style sheet, font or picture is fetched from anywhere; both files are written."""
    write_report(tmp_path / "report", summary(GOOD, judge(GOOD, MARKS), MARKS), GOOD, MARKS)

    text = (tmp_path / "report" / "report.html").read_text()
    addresses = set(re.findall(r"https?://[\w./-]+", text)) - {
        "http://www.w3.org/2000/svg",
        "http://www.w3.org/1999/xlink",
    }
    assert addresses == {"http://127.0.0.1"}
    assert "<script" not in text
    assert (tmp_path / "report" / "summary.md").read_text().startswith("# Load test normal of shop: ")


def test_every_picture_is_there() -> None:
    """Of users, five over time; of a stress test two more, over the load, with the knee marked."""
    stress = _page(stress_run(0, 0, 0, 0.5, 0.9))

    assert _titles(_page(GOOD)) == TITLES
    assert _titles(stress) == ["Latency by load", "Throughput by load", *TITLES]
    assert "knee: 40/s" in stress
    assert "objective 250 ms" in stress
    assert stress.count("<svg") == 7
    assert _page(GOOD).count("<svg") == 4  # no replica was asked, and the page says so
    assert "Nothing was measured." in _page(GOOD)


@pytest.mark.parametrize("run", [run_of([], seconds=0), run_of([], seconds=3), run_of([interval(0, [])])])
def test_run_without_a_request_has_a_report(run: LoadRun) -> None:
    """Pictures of nothing are left out, and no rate is divided by no time."""
    assert "Nothing was measured." in _page(run)
    assert "cannot be judged" in summary(run, judge(run, MARKS), MARKS)


def test_summary_names_the_knee_and_what_was_full() -> None:
    """The sentence that a reader came for, and each step as a row."""
    run = stress_run(0, 0, 0, 0.5, 0.9, full=1.0)

    text = summary(run, judge_stress(run, MARKS), MARKS)

    assert "up to 40 arrivals per second" in text
    assert "Saturated there: connections to main of shop." in text
    assert len(re.findall(r"% \| (kept|missed) \|$", text, re.M)) == 5


def test_last_run_stands_beside() -> None:
    """Its 95th percentile and its throughput, for all requests and for each endpoint."""
    last = run_of([interval(second, [0.2] * 100) for second in range(10)])

    lines = summary(GOOD, judge(GOOD, MARKS), MARKS, last).splitlines()
    rows = lines[next(number for number, line in enumerate(lines) if line.startswith("| endpoint |")) :]

    assert rows[0].endswith("| last p95 | last answered req/s |")
    assert [row.split(" | ")[-2:] for row in rows[2:4]] == [["200 ms", "100.00 |"]] * 2


def test_text_of_a_run_cannot_leave_its_cell() -> None:
    """An endpoint is named in a locustfile: no tag, no cell, no mention of a person comes through."""
    run = run_of([interval(0, [0.05] * 5)], endpoint="GET /a|b<img src=x>@team`")

    text = summary(run, judge(run, MARKS), MARKS)

    assert "<img" not in text
    assert "@team" not in text
    assert "GET /a&#124;b&lt;img src=x>&#64;team'" in text
