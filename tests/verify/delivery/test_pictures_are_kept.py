"""The step that pushes pictures, run as it stands: kept by content, on a branch without other history."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.verify.delivery.test_workflows import read


def _git(folder: Path, *arguments: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *arguments], check=True, capture_output=True, text=True)
    return done.stdout.strip()


def _push(folder: Path, pictures: dict[str, str], remote: Path) -> None:
    """Run the step with these pictures; the address of GitHub leads to the repository of the test."""
    (folder / "report" / "pictures").mkdir(parents=True)
    for name, content in pictures.items():
        (folder / "report" / "pictures" / name).write_text(content)
    (step,) = (one for one in read("report")["jobs"]["publish"]["steps"] if one.get("name") == "Pictures")
    environment = {
        **os.environ,
        "TOKEN": "t",
        "BRANCH": step["env"]["BRANCH"],
        "GITHUB_SERVER_URL": "https://code.example",
        "GITHUB_REPOSITORY": "owner/name",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"url.file://{remote}.insteadOf",
        "GIT_CONFIG_VALUE_0": "https://x-access-token:t@code.example/owner/name",
    }
    done = subprocess.run(
        ["bash", "-eo", "pipefail", "-c", step["run"]],
        cwd=folder, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_pictures_are_added_and_never_changed(tmp_path: Path) -> None:
    """The branch begins with the first picture, keeps each as it was first, and gets no commit where none is new."""
    remote = tmp_path / "remote.git"
    remote.mkdir()
    _git(remote, "init", "-q", "--bare")
    branch = read("report")["jobs"]["publish"]["steps"][1]["env"]["BRANCH"]

    _push(tmp_path / "one", {"a.png": "first"}, remote)
    _push(tmp_path / "two", {"a.png": "other content", "b.png": "second"}, remote)
    before = _git(remote, "rev-parse", branch)
    _push(tmp_path / "three", {"b.png": "second"}, remote)

    assert _git(remote, "rev-parse", branch) == before
    assert _git(remote, "ls-tree", "--name-only", branch).split() == ["a.png", "b.png"]
    assert _git(remote, "show", f"{branch}:a.png") == "first"
    assert _git(remote, "rev-list", "--count", branch) == "2"
