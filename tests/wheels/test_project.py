"""A team adopts Vitals: from built wheels, in an empty folder, by the commands of the page, to a stack that runs."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
import yaml

from tests.docs.changes import change
from tests.docs.pages import read
from tests.wheels.conftest import Run
from vitals.paths import ROOT

PAGE = read(ROOT / "docs" / "project.md")
CHECKS = (
    "drift",
    "defects",
    "runbooks[local]",
    "rules[local]",
    "routes[prod]",
    "alert-test[tests/alerts/api_saturated.py]",
    "objectives[wellness-api]",
    "objectives[sleep-coach]",
)


@pytest.fixture(scope="module")
def project(run: Run, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project that has carried out every block of the page, from top to bottom."""
    folder = tmp_path_factory.mktemp("team")
    for token in (token for token in PAGE.tokens if token.type == "fence"):
        language, _, file = token.info.strip().partition(" ")
        if language == "diff":
            (folder / file).write_text(change((folder / file).read_text(encoding="utf-8"), token.content), "utf-8")
            continue
        assert (language, file) == ("sh", ""), f"nothing says how to carry out a block of {token.info!r}"
        for line in token.content.splitlines():
            run(folder, *shlex.split(line))
        if token.content.startswith("vitals init"):
            folder /= "acme-monitoring"
    return folder


@pytest.mark.live
def test_a_wheel_leaves_the_names_of_content_free(run: Run, tmp_path: Path) -> None:
    """Outside of a project nothing of ours can be imported by the names that a project gives its folders."""
    names = "alert_rules", "catalog", "dashboards_py", "infra", "tests"
    script = f"import importlib.util as i; print([n for n in {names} if i.find_spec(n)])"

    assert run(tmp_path, "python", "-c", script).stdout.strip() == "[]"
    refused = run(tmp_path, "vitals", "render", well=False)
    assert refused.returncode == 1
    assert "`vitals init DIR`" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.live
def test_the_page_ends_in_a_project_that_passes_every_check(run: Run, project: Path) -> None:
    """Service, team, alert and dashboard are there, each check ran, and nothing drifts."""
    model = json.loads((project / "rendered/prod/model.json").read_text(encoding="utf-8"))
    owners = {alert["name"]: alert["owner"] for alert in model["alerts"] if alert["service"] == "sleep-coach"}
    (alert,) = [one for one in model["alerts"] if one["name"] == "ApiSaturated" and one["service"] == "sleep-coach"]
    listed = run(project, "pytest", "-q", "--collect-only").stdout

    assert owners["ServiceOutage"] == owners["CoachFlapping"] == "coaching"
    assert alert["group"] == "sleep-coach.api"
    assert {"vitals-load", "vitals-coach-load", "vitals-slo"} <= {one["uid"] for one in model["dashboards"]}
    assert (project / "docs/runbooks/ServiceOutage.md").is_file()
    for check in (*CHECKS, "rule-test[alert_rules/handwritten/coach-flapping.test.yaml]"):
        assert f"test_vitals[{check}]" in listed


@pytest.mark.live
def test_a_rule_edited_by_hand_is_found(run: Run, project: Path) -> None:
    """The plugin's checks can fail: the file is named, in one sentence without a traceback."""
    rule = project / "rendered/prod/rules/sleep-coach.api.yaml"
    before = rule.read_text(encoding="utf-8")
    assert "> 200" in before
    rule.write_text(before.replace("> 200", "> 300"), encoding="utf-8")
    try:
        ran = run(project, "pytest", "-q", "-k", "drift", well=False)
    finally:
        rule.write_text(before, encoding="utf-8")

    assert ran.returncode == 1
    assert "changed: " in ran.stdout
    assert "sleep-coach.api.yaml" in ran.stdout
    assert "Traceback" not in ran.stdout


@pytest.mark.live
@pytest.mark.nightly
def test_the_stack_runs_what_the_project_says(run: Run, project: Path, tmp_path: Path) -> None:
    """``vitals up --smoke``: every target, rule and panel of the project, on real programs under traffic."""
    run(project, "vitals", "up", "--smoke", "--json", str(tmp_path / "smoke.json"))
    report = json.loads((tmp_path / "smoke.json").read_text(encoding="utf-8"))

    assert report["targets"]["up"] == report["targets"]["total"] > 0
    assert report["panels"]["with_data"] > 50
    assert report["not_run_here"] == ["sleep-coach"]


def test_the_workflow_runs_what_the_repository_pins() -> None:
    """A new project's actions and tools are the ones that this repository is tested with."""
    ours = (ROOT / ".github/workflows/test.yml").read_text(encoding="utf-8")
    theirs = yaml.safe_load((ROOT / "vitals/cli/project/dot-github/workflows/check.yml.in").read_text(encoding="utf-8"))
    steps = theirs["jobs"]["check"]["steps"]

    assert steps
    for step in steps:
        assert step.get("uses", "") in ours
