"""A document whose aliases make it far larger than it looks is refused by each command that reads it, and at once."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from vitals.cli import app
from vitals.yaml_aliases import FoldedYamlError, refuse_folded

_LEVELS = 9
"""Ten to the ninth: no machine would come to its end."""


def _folded(first: str, last: str) -> str:
    levels = [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, _LEVELS)]
    return "\n".join([f"x0: &a0 {first}", *levels, last.replace("*", f"*a{_LEVELS - 1}")]) + "\n"


RULE, GROUP = "{alert: A, expr: up == 0}", "{name: a, rules: [{alert: A, expr: up == 0}]}"
LIST_OF_RULES = _folded(RULE, "groups:\n- {name: a, rules: *}")
LIST_OF_GROUPS = _folded(GROUP, "groups: *")


def _compose(text: str) -> yaml.Node:
    node = yaml.compose(text, Loader=yaml.CSafeLoader)
    assert node is not None
    return node


@pytest.mark.parametrize("text", [LIST_OF_RULES, LIST_OF_GROUPS], ids=["rules", "groups"])
@pytest.mark.parametrize("command", [["check"], ["import", "rules", "--dry-run"], ["import", "slo", "--dry-run"]])
def test_a_command_refuses_it(tmp_path: Path, text: str, command: list[str]) -> None:
    """It says how many values there would be, and of how many."""
    file = tmp_path / "rules.yaml"
    file.write_text(text, encoding="utf-8")

    done = CliRunner().invoke(app, [*command, str(file)])

    assert done.exit_code != 0
    said = f"{done.output}{done.exception}"
    assert "its aliases make " in said
    assert "rules.yaml:1" in said


@pytest.mark.parametrize("text", ["&a [*a]", "&a {b: [{c: *a}]}", "&a {b: &b [*b, *b]}", "- &a {<<: *a}"])
def test_an_alias_within_what_it_names_is_refused(text: str) -> None:
    """Directly or through others: it has no end."""
    with pytest.raises(FoldedYamlError, match="has no end"):
        refuse_folded(_compose(text))


@pytest.mark.parametrize(
    "text",
    [
        "a: &a {b: 1}\nc: [*a, *a, *a]",
        "base: &base {for: 5m, labels: {severity: page}}\nrules:\n" + "- {<<: *base, alert: A}\n" * 500,
        "[" * 900 + "]" * 900,
        f"a: {['x' * 9] * 60000}",
        "~",
    ],
    ids=["shared", "a base of many", "deep", "large", "nothing"],
)
def test_what_people_write_is_read(text: str) -> None:
    """Anchors that are shared, and what is as large as it looks."""
    refuse_folded(_compose(text))


def test_the_time_grows_with_what_is_written() -> None:
    """Ten times as much at each of 900 levels is seen as soon as each level was looked at."""
    levels = [f"x{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 900)]

    with pytest.raises(FoldedYamlError, match="billions of values of the 1,801"):
        refuse_folded(_compose("\n".join(["x0: &a0 1", *levels])))
