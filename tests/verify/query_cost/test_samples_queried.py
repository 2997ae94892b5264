"""`vitals query-cost`: a real Prometheus counts what rules and dashboards read; the page is what it counts."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from dataclasses import dataclass
from typing import Any

import pytest

from tests.catalogues import WELLNESS
from vitals.model.catalog import Catalogue
from vitals.paths import ROOT
from vitals.render import render

pytestmark = pytest.mark.rules

PUBLISHED = ROOT / "docs" / "query-cost.md"
AT_MOST = 0.1
"""The share of its raw cost that a dashboard may read."""
NEAR = 0.05
FEW = 20
"""Samples by which a row may differ too: an alert that joins its group reads a handful of recorded series."""
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?%?")
CONSTANT = {"Watchdog", "service_slo:allowed_errors:ratio", "service_slo:promised_time:seconds"}
"""Rules that read nothing."""


@dataclass(frozen=True)
class CommandOutput:
    """What one run of the command gave."""

    document: dict[str, Any]
    page: str


def samples(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the command on the demo's catalogue, as people do on theirs."""
    command = [sys.executable, "-m", "vitals.cli", "query-cost", "--catalogue", str(WELLNESS), *arguments]
    return subprocess.run(command, cwd=ROOT, check=False, capture_output=True, text=True)


@pytest.fixture(scope="module")
def counted(tmp_path_factory: pytest.TempPathFactory) -> CommandOutput:
    """The count of this machine's environment, as JSON and as a page."""
    page = tmp_path_factory.mktemp("samples") / "query-cost.md"
    done = samples("--json", "--page", str(page))
    assert done.returncode == 0, done.stderr
    return CommandOutput(json.loads(done.stdout), page.read_text(encoding="utf-8"))


def test_a_dashboard_reads_at_most_a_tenth_of_its_raw_cost(counted: CommandOutput, wellness: Catalogue) -> None:
    """Every rendered dashboard, exemplar queries and annotations included; each of them has a raw cost to save."""
    files = render(wellness, wellness.environments["local"])
    rendered = {name[len("dashboards/") : -len(".json")] for name in files if name.startswith("dashboards/")}

    assert {dashboard["uid"] for dashboard in counted.document["dashboards"]} == rendered
    for dashboard in counted.document["dashboards"]:
        assert dashboard["samples_raw"] > 100 * dashboard["queries"], dashboard
        assert 0 < dashboard["samples"] <= AT_MOST * dashboard["samples_raw"], dashboard


def test_no_rule_was_asked_about_data_that_are_not_there(counted: CommandOutput) -> None:
    """Every rule that reads anything reads a sample, and every objective is counted."""
    idle = {rule["name"] for rule in counted.document["rules"] if rule["samples"] == 0}

    assert idle == CONSTANT
    objectives = {(one["service"], one["slo"]) for one in counted.document["slos"]}
    assert objectives == {("wellness-api", "availability"), ("wellness-api", "latency")}


def test_the_longest_window_is_counted_in_full(counted: CommandOutput) -> None:
    """The budget that is left reads thirty days, and is by far the dearest rule."""
    rules = {rule["name"]: rule["samples"] for rule in counted.document["rules"]}
    budget = rules["service_slo:error_budget_left:ratio30d"]

    assert budget == max(rules.values())
    assert budget == pytest.approx(10 * rules["service_slo:burn_rate:3d"], rel=0.01)


def test_an_objective_reads_at_most_25_000_samples_a_minute(counted: CommandOutput) -> None:
    """Windows of days among them: they read one mean for each five minutes."""
    assert counted.document["slos"]
    for one in counted.document["slos"]:
        assert 5_000 < one["samples_per_minute"] <= 25_000, one


def test_the_page_says_what_was_counted(counted: CommandOutput) -> None:
    """Row by row; `vitals query-cost --page docs/query-cost.md` makes it anew.

    A dashboard or rule file may be newer.
    """
    published = PUBLISHED.read_text(encoding="utf-8")
    shown, found = _rows(published), _rows(counted.page)

    assert published.partition("\n|")[0] == counted.page.partition("\n|")[0]
    assert len(shown) > 30
    assert shown.keys() <= found.keys(), "a row is published of what is gone"
    for row, numbers in shown.items():
        for was, now in zip(numbers, found[row], strict=True):
            assert was == pytest.approx(now, rel=NEAR, abs=FEW), f"{row}: {was} is on the page, {now} was counted"


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--env", "prd"], "no environment 'prd'; it has local, prod"),
        (["--page", "no/such/page.md"], "does not exist"),
    ],
)
def test_a_wrong_question_is_refused_at_once(arguments: list[str], complaint: str) -> None:
    """Before anything is made."""
    done = samples(*arguments)

    assert done.returncode == 1
    assert complaint in " ".join(done.stderr.split())


def _rows(page: str) -> dict[str, list[float]]:
    """The numbers of each row behind its first, which counts queries or rules, by what the row is about."""
    found = {}
    for line in page.splitlines():
        name, numbers = _NUMBER.sub("", line), _NUMBER.findall(line)
        if line.startswith("| ") and numbers:
            found[name] = [float(number.rstrip("%").replace(",", "")) for number in numbers[1:]]
    return found
