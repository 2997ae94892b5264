"""The whole way: two revisions of what is rendered, the command, and the comment with its pictures."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from vitals.rendered import names
from vitals.verify.report.comment import LONGEST

pytestmark = pytest.mark.live

PANEL = "A panel that is new"
MISTAKEN = "no_such_metric_total"


def _git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=Test", "-c", "user.email=test@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", str(folder), *identity, *arguments], check=True, capture_output=True)


def _commit(folder: Path, message: str) -> None:
    _git(folder, "add", "-A")
    _git(folder, "commit", "-q", "-m", message)


def _change(environment: Path) -> tuple[str, str]:
    """A panel that asks for what is not there, and an alert with another bound; the titles of both."""
    file = sorted((environment / names.DASHBOARDS).glob("*.json"))[0]
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    bottom = max(one["gridPos"]["y"] + one["gridPos"]["h"] for one in dashboard["panels"])
    dashboard["panels"].append(
        {
            "id": 999_999,
            "type": "timeseries",
            "title": PANEL,
            "description": "Why.",
            "gridPos": {"x": 0, "y": bottom, "w": 24, "h": 8},
            "datasource": {"type": "prometheus", "uid": "$datasource"},
            "targets": [{"refId": "A", "expr": f"sum(rate({MISTAKEN}[5m]))"}],
            "fieldConfig": {"defaults": {"unit": "short"}, "overrides": []},
        }
    )
    file.write_text(json.dumps(dashboard), encoding="utf-8")
    for path in sorted((environment / names.RULES).glob("*.yaml")):
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
        for group in (content.get("spec") or content)["groups"]:
            for rule in group["rules"]:
                bound = re.search(r"> (0\.\d+)$", rule["expr"].strip())
                if "alert" in rule and bound:
                    rule["expr"] = f"{rule['expr'].strip().removesuffix(bound[1])}{float(bound[1]) * 1.01:g}"
                    path.write_text(yaml.safe_dump(content), encoding="utf-8")
                    return dashboard["title"], rule["alert"]
    raise AssertionError("no rendered alert ends in a bound")


def test_a_branch_is_reported_with_pictures_and_the_same_twice(demo_rendered: Path, tmp_path: Path) -> None:
    """Only what changed is drawn, what is wrong with it is said, and the second report has the same bytes."""
    repository = tmp_path / "repository"
    shutil.copytree(demo_rendered / "prod", repository / "rendered" / "prod")
    _git(repository, "init", "-q", "-b", "main")
    _commit(repository, "first")
    _git(repository, "checkout", "-q", "-b", "branch")
    title, alert = _change(repository / "rendered" / "prod")
    _commit(repository, "change")
    folders = [tmp_path / name for name in ("first", "second")]
    for out in folders:
        options = (
            "--out",
            str(out),
            "--repository",
            str(repository),
            "--pictures-url",
            "https://pictures.example/kept",
        )
        command = [sys.executable, "-m", "vitals.cli", "report", "main", "branch", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr

    first, second = ({path.relative_to(out): path.read_bytes() for path in out.rglob("*.*")} for out in folders)
    comment = first[Path("comment.md")].decode()
    pictures = {path.name: content for path, content in first.items() if path.suffix == ".png"}
    assert first == second
    assert len(comment) <= LONGEST
    assert len(pictures) == 3
    assert all(name == f"{hashlib.sha256(content).hexdigest()[:32]}.png" for name, content in pictures.items())
    assert all(f"https://pictures.example/kept/{name}" in comment for name in pictures)
    assert f"#### {title}" in comment
    assert f"panel '{PANEL}' is new" in comment
    assert re.search(rf"\*\*error\*\*.*{MISTAKEN.replace('_', '.?_')}", comment)
    assert re.search(rf"\*\*{alert}.*would have fired", comment)
    assert "1 dashboard looks different" in comment
