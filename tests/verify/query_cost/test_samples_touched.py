"""`vitals samples`: a real Prometheus counts what rules and boards touch; what is published is what it counts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from vitals.paths import ROOT

pytestmark = pytest.mark.rules

PUBLISHED = ROOT / "docs" / "samples.md"
AT_MOST = 0.1
"""The share of its raw cost that a board may touch."""
NEAR = 0.05
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
CONSTANT = {"Watchdog", "service_slo:allowed_errors:ratio", "service_slo:promised_time:seconds"}
"""Rules that read nothing."""


@dataclass(frozen=True)
class Counted:
    """What one run of the command gave."""

    document: dict[str, Any]
    page: str


def samples(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command as people do."""
    command = [sys.executable, "-m", "vitals.cli", "samples", *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> Counted:
    """The count of this machine's environment, as JSON and as a page."""
    page = tmp_path_factory.mktemp("samples") / "samples.md"
    done = samples("--json", "--page", str(page))
    assert done.returncode == 0, done.stderr
    return Counted(json.loads(done.stdout), page.read_text(encoding="utf-8"))


def test_a_board_touches_at_most_a_tenth_of_its_raw_cost(counted: Counted) -> None:
    """Every rendered board, exemplar queries and annotations included; each of them has a raw cost to save."""
    rendered = {file.stem for file in (ROOT / "rendered" / "local" / "boards").glob("*.json")}

    assert {board["uid"] for board in counted.document["boards"]} == rendered
    for board in counted.document["boards"]:
        assert board["samples_raw"] > 100 * board["queries"], board
        assert 0 < board["samples"] <= AT_MOST * board["samples_raw"], board


def test_no_rule_was_asked_about_data_that_are_not_there(counted: Counted) -> None:
    """Every rule that reads anything touches a sample, and every objective is counted."""
    idle = {rule["name"] for rule in counted.document["rules"] if rule["samples"] == 0}

    assert idle == CONSTANT
    objectives = {(one["service"], one["slo"]) for one in counted.document["slos"]}
    assert objectives == {("wellness-api", "availability"), ("wellness-api", "latency")}


def test_the_longest_window_is_counted_in_full(counted: Counted) -> None:
    """The budget that is left reads thirty days, and is by far the dearest rule."""
    rules = {rule["name"]: rule["samples"] for rule in counted.document["rules"]}
    budget = rules["service_slo:error_budget_left:ratio30d"]

    assert budget == max(rules.values())
    assert budget == pytest.approx(10 * rules["service_slo:burn_rate:3d"], rel=0.01)


def test_an_objective_touches_at_most_25_000_samples_a_minute(counted: Counted) -> None:
    """Windows of days among them: they read one mean for each five minutes."""
    for one in counted.document["slos"]:
        assert 5_000 < one["samples_per_minute"] <= 25_000, one


def test_the_page_says_what_was_counted(counted: Counted) -> None:
    """Row by row; `vitals samples --page docs/samples.md` makes it anew."""
    shown = PUBLISHED.read_text(encoding="utf-8")

    assert _NUMBER.sub("#", shown) == _NUMBER.sub("#", counted.page)
    for was, now in zip(_NUMBER.findall(shown), _NUMBER.findall(counted.page), strict=True):
        assert _value(was) == pytest.approx(_value(now), rel=NEAR, abs=0.02), f"{was} is published, {now} was counted"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--env", "prd"], "no environment 'prd'; it has autopilot, dev, kind, local, managed, prod, staging"),
        (["--page", "no/such/page.md"], "does not exist"),
    ],
)
def test_a_wrong_question_is_refused_at_once(arguments: list[str], complaint: str) -> None:
    """Before anything is made."""
    done = samples(*arguments)

    assert done.returncode == 1
    assert complaint in " ".join(done.stderr.split())


def _value(number: str) -> float:
    return float(number.rstrip("%").replace(",", ""))
