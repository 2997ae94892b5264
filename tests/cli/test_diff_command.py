"""``vitals diff`` prints text, Markdown or JSON, and compares this repository with itself without a word."""

from __future__ import annotations

import json

from typer.testing import CliRunner, Result

from vitals.cli import app
from vitals.errors import VitalsError
from vitals.verify.changes.report import NOTHING


def _diff(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["diff", *arguments])


def test_nothing_is_said_of_what_did_not_change() -> None:
    """One sentence for people, an empty list for scripts."""
    assert _diff("HEAD", "HEAD").stdout == f"{NOTHING}\n"
    assert json.loads(_diff("HEAD", "--json").stdout)["changes"] == []


def test_a_wrong_revision_is_an_error_for_the_user() -> None:
    """And so are two forms at once."""
    for arguments in (("no-such-branch",), ("HEAD", "--json", "--markdown")):
        assert isinstance(_diff(*arguments).exception, VitalsError)
