"""Commands that look at what runs do not load what makes it: every second of a start is waited for by a person."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from vitals.cli import COMMANDS
from vitals.cli.announced import help_of, imported

HEAVY = ("grafanalib", "_jsonnet", "starlette", "vitals.local.portal", "vitals.render", "vitals.local.stack.run")
OURS = {"alert_rules", "catalog", "dashboards_py", "infra", "vitals", "vitals_telemetry", "wellness"}
OF_HELP = {"vitals", "vitals.cli", "vitals.cli.announced", "vitals.errors", "vitals.paths"}
"""All that help needs of us; of libraries it needs typer and rich, and none that a command works with."""
LIBRARIES = {"altair", "google", "grafanalib", "httpx", "kubernetes", "pulumi", "pydantic", "starlette", "yaml"}


def _loaded(code: str) -> set[str]:
    """The modules that a new process has after some code, which prints nothing to its standard error."""
    then = f"{code}\nimport json, sys; print(json.dumps(sorted(sys.modules)), file=sys.stderr)"
    run = subprocess.run([sys.executable, "-c", then], check=True, capture_output=True, text=True)
    return set(json.loads(run.stderr))


@pytest.mark.parametrize("command", ["status", "trace"])
def test_a_command_that_only_looks_loads_no_generator_and_no_server(command: str) -> None:
    """Dashboards' library, portal and composition stay out; the command itself is there."""
    loaded = _loaded(f"import vitals.cli.{command}")

    assert f"vitals.cli.{command}" in loaded
    assert loaded.isdisjoint(HEAVY)


def test_help_loads_no_command() -> None:
    """Neither a module of ours beyond the command line itself, nor a library that a command works with."""
    loaded = _loaded("from vitals.cli import app; app(['--help'], standalone_mode=False)")

    assert {module for module in loaded if module.split(".")[0] in OURS} == OF_HELP
    assert {module.split(".")[0] for module in loaded}.isdisjoint(LIBRARIES)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_says_of_a_command_what_it_says_of_itself(command: str) -> None:
    """The text that is read from the source is the one that typer takes from the imported function."""
    said = help_of(*COMMANDS[command])

    assert said
    assert imported(command, *COMMANDS[command]).help == said


@pytest.mark.parametrize("module", ["vitals.errors", "vitals.no_such_module"])
def test_a_command_that_is_not_where_the_table_says_is_an_error(module: str) -> None:
    """A wrong line of the table is found by its name and not shown as a command without words."""
    with pytest.raises(LookupError, match=module):
        help_of(module, "up")
