"""The workflows hold to what they promise: pinned actions, least permissions, no stored keys, staging before prod."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from vitals.paths import ROOT
from vitals.verify.report.comment import MARK

FOLDER = ROOT / ".github" / "workflows"
WORKFLOWS = sorted(FOLDER.glob("*.yml"))
_PINNED = re.compile(r"uses: [\w.-]+(/[\w.-]+)+@[0-9a-f]{40} # v\d+\.\d+\.\d+")
STACKS = ("dev", "staging", "prod")
SIX_HOURS = 360


def read(name: str) -> dict[str, Any]:
    """A workflow; YAML reads its key ``on`` as true."""
    found: dict[str, Any] = yaml.safe_load((FOLDER / f"{name}.yml").read_text())
    return found


def steps(name: str) -> list[dict[str, Any]]:
    """All steps of a workflow."""
    return [step for job in read(name)["jobs"].values() for step in job.get("steps", ())]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_foreign_actions_are_pinned_by_commit(file: Path) -> None:
    """Each is a commit, with the version that it was in a comment; what is called by path is ours."""
    used = [line.strip().removeprefix("- ") for line in file.read_text().splitlines() if "uses:" in line]

    assert [line for line in used if not _PINNED.fullmatch(line) and "uses: ./" not in line] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_permissions_are_given_to_jobs_and_never_more_than_asked(file: Path) -> None:
    """A workflow has none of its own, one job alone writes to the repository, and every job ends by itself."""
    workflow = read(file.stem)

    assert workflow["permissions"] == {}
    for name, job in workflow["jobs"].items():
        publishes = (file.stem, name) == ("report", "publish")
        assert job["permissions"]["contents"] == ("write" if publishes else "read")
        assert set(job["permissions"]) <= {"contents", "id-token", "pull-requests"}
        assert "timeout-minutes" in job or "uses" in job


def test_the_job_that_writes_pictures_runs_no_code_of_the_repository() -> None:
    """It checks nothing out and starts no program of ours; what it posts was made from the base, without a token."""
    jobs = read("report")["jobs"]
    publish = jobs["publish"]["steps"]
    used = [step["uses"].partition("@")[0] for step in publish if "uses" in step]
    said = "\n".join(step.get("run", "") for step in publish)

    assert used == ["actions/download-artifact"]
    assert not re.search(r"(?m)(^|[;&|(])\s*(uv|vitals|make|python3?|pip|npm)\s", said)
    assert jobs["make"]["permissions"] == {"contents": "read"}
    (checkout,) = (step for step in jobs["make"]["steps"] if "checkout" in step.get("uses", ""))
    assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"


def test_each_workflow_updates_its_own_comment() -> None:
    """Both find theirs by how it begins, and neither begins as the other does."""
    found = [
        re.findall(r'startswith\("(.+?)"\)', step.get("run", ""))
        for name in ("preview", "report")
        for step in steps(name)
    ]
    (preview,), (report,) = (one for one in found if one)

    assert report == MARK
    assert not report.startswith(preview)
    assert preview == "## What this changes"


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda file: file.stem)
def test_no_stored_key_is_used(file: Path) -> None:
    """Google is entered by the run's own identity; no secret of the repository is read."""
    text = file.read_text()

    assert "secrets." not in text
    assert "credentials_json" not in text


def test_what_may_write_to_pull_requests_never_runs_for_a_fork() -> None:
    """The jobs that comment, or enter Google with code of a pull request, are for branches of this repository."""
    writing = {
        file.stem: job
        for file in WORKFLOWS
        for job in read(file.stem)["jobs"].values()
        if "pull-requests" in job["permissions"]
    }

    assert list(writing) == ["preview", "report"]
    for job in writing.values():
        assert job["if"] == "github.event.pull_request.head.repo.full_name == github.repository"


def test_pull_requests_run_what_developers_run() -> None:
    """The checks of a pull request are ``make test``, and the charts, which need the network."""
    assert "pull_request" in read("test")[True]  # type: ignore[index]
    assert [step["run"] for step in steps("test") if "make" in step.get("run", "")] == [
        "make lint",
        "make test",
        "make test-charts",
    ]


def test_every_night_runs_what_a_merge_leaves_to_it() -> None:
    """By its schedule or by hand, and it ends by itself before GitHub ends it."""
    nightly = read("nightly")

    assert set(nightly[True]) == {"schedule", "workflow_dispatch"}  # type: ignore[index]
    assert [step["run"] for step in steps("nightly") if "make" in step.get("run", "")] == ["make nightly"]
    assert nightly["jobs"]["nightly"]["timeout-minutes"] < SIX_HOURS


def test_every_stack_is_previewed_and_reported() -> None:
    """Each stack that is deployed is previewed, and the comment is kept up to date, not repeated."""
    said = "\n".join(step.get("run", "") for step in steps("preview"))

    assert f"for stack in {' '.join(STACKS)}; do" in said
    assert "vitals preview-comment" in said
    assert "--method PATCH" in said
    assert "--method POST" in said


def test_nothing_reaches_prod_that_was_not_on_staging() -> None:
    """Tests, then dev, then staging, then prod; each in the environment of its name, where reviewers are asked."""
    jobs = read("deploy")["jobs"]

    assert {name: job.get("needs") for name, job in jobs.items()} == {
        "test": None,
        "dev": "test",
        "staging": "dev",
        "prod": "staging",
    }
    assert [jobs[stack]["with"]["stack"] for stack in STACKS] == list(STACKS)
    assert read("up")["jobs"]["up"]["environment"] == "${{ inputs.stack }}"


def test_deployments_wait_for_one_another() -> None:
    """Two of them never run at once, and none is cut short."""
    assert read("deploy")["concurrency"] == {"group": "deploy", "cancel-in-progress": False}


def test_an_auditor_finds_nothing() -> None:
    """zizmor, offline, finds nothing of medium severity or more, such as an injection or credentials that stay."""
    done = subprocess.run(
        [Path(sys.executable).with_name("zizmor"), "--offline", "--no-progress", "--min-severity", "medium", FOLDER],
        capture_output=True,
        text=True,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr


def test_every_variable_is_explained() -> None:
    """The page about delivery names exactly the variables that the workflows read."""
    read_by_workflows = {name for file in WORKFLOWS for name in re.findall(r"vars\.([A-Z_]+)", file.read_text())}
    page = (ROOT / "docs" / "delivery.md").read_text()

    assert set(re.findall(r"^\| `([A-Z_]+)` \|", page, re.MULTILINE)) == read_by_workflows
    assert [file.name for file in WORKFLOWS if f"`.github/workflows/{file.name}`" not in page] == []
