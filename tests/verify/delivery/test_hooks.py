"""What runs before a commit is pinned by the project, fetches nothing, and is what `make` runs."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import pytest
import yaml

from vitals.local.tools.entry import ProgramGroup
from vitals.local.tools.programs import of_group
from vitals.paths import ROOT

CONFIG: dict[str, Any] = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
HOOKS: list[dict[str, Any]] = [hook for repo in CONFIG["repos"] for hook in repo["hooks"]]
RUN = "uv run --frozen "


@pytest.mark.parametrize("hook", HOOKS, ids=[hook["id"] for hook in HOOKS])
def test_a_hook_runs_from_the_projects_own_environment(hook: dict[str, Any]) -> None:
    """Its program is a pinned package, or one that Vitals builds from a pinned module; nothing else is fetched."""
    assert hook["language"] == "system"
    assert hook["entry"].startswith(RUN)
    program, *arguments = hook["entry"].removeprefix(RUN).split()
    if program == "vitals":
        assert arguments[:1] == ["render"] or (
            arguments[:2] == ["tools", "run"] and arguments[2] in of_group(ProgramGroup.LINT)
        )
        return
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {program, f"{program}-py"} & {
        re.split(r"[^\w-]", dependency)[0] for dependency in project["dependency-groups"]["dev"]
    }


def test_hooks_come_from_nowhere_else() -> None:
    """A foreign repository of hooks would be fetched, and could be another one tomorrow."""
    assert [repo["repo"] for repo in CONFIG["repos"]] == ["local"]


def test_make_runs_what_the_hooks_run() -> None:
    """On every file, so that what is committed without hooks is found all the same."""
    made = (ROOT / "Makefile").read_text(encoding="utf-8").replace("$(RUN)", RUN.strip())

    assert HOOKS
    for hook in HOOKS:
        words = hook["entry"].split()
        assert " ".join(words[: 6 if "tools" in words else 4]) in made, hook["id"]
