"""The pages on the weekly review and on answers for assistants say what the code does."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from tests.docs.pages import read
from vitals.cli import COMMANDS
from vitals.cli.announced import imported
from vitals.cli.moment import moment
from vitals.paths import DOCS
from vitals.verify.mcp_tools import ProjectFiles, server
from vitals.verify.weekly import alerts, slow, worse


def test_the_bounds_of_the_review_are_those_of_the_code() -> None:
    """What is left out, what a failure costs, what is slow and what flaps."""
    prose = read(DOCS / "weekly.md").prose

    assert f"{worse.RETRY_S:g} s of attention" in prose
    assert f"rose by less than {worse.NOTICED:.0%}" in prose
    assert f"fewer than {worse.LEAST_EVENTS} requests" in prose
    assert f"over {slow.SLOW_QUERY_S * 1000:g} ms" in prose
    assert (alerts.FLAPS, alerts.SOON_S) == (3, 3600)
    assert "three firings in a row, each within an hour" in prose


@pytest.mark.parametrize("name", ["weekly", "profile", "mcp"])
def test_every_option_on_the_page_exists(name: str) -> None:
    """An example that is pasted runs, as far as its words go."""
    page = read(DOCS / f"{name}.md")
    lines = [line for block in page.fences("sh") for line in block.splitlines() if line.startswith(f"vitals {name}")]
    words = [word for line in lines for word in shlex.split(line, comments=True)]
    words += re.findall(r'"(--\w+)"', "".join(page.fences("json")))
    known = {option for parameter in imported(name, *COMMANDS[name]).params for option in parameter.opts}
    used = {word for word in words if word.startswith("--")}

    assert used
    assert used <= known


@pytest.mark.anyio
async def test_every_tool_is_on_the_page() -> None:
    """And the page names no other."""
    tools = await server(ProjectFiles(Path(), (), Path(), "local"), moment).list_tools()
    section = (DOCS / "mcp.md").read_text(encoding="utf-8")

    assert {tool.name for tool in tools} == set(re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE))
