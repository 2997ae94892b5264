"""What every command does alike: it says its version, and shows no user a traceback."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import pytest
import typer
from typer.core import TyperArgument, TyperCommand, TyperGroup, TyperOption

from vitals.cli import COMMANDS, run
from vitals.cli.announced import AnnouncedCommands, imported
from vitals.errors import VitalsError
from vitals.paths import ROOT

_DESCRIBED = (TyperArgument, TyperOption)
LONG = {"drill", "foresight simulate", "load", "scale drill", "up"}
"""What runs for minutes and says meanwhile how far it is."""


def _commands(announced: Mapping[str, tuple[str, str]], before: str = "") -> Iterator[tuple[str, TyperCommand]]:
    for name, what in announced.items():
        command = imported(name, *what)
        if isinstance(command, TyperGroup):
            yield from _commands(command.announced if isinstance(command, AnnouncedCommands) else {}, f"{name} ")
            yield from (
                (f"{name} {sub}", one) for sub, one in command.commands.items() if isinstance(one, TyperCommand)
            )
        else:
            yield f"{before}{name}", command


def test_json_is_printed_but_by_commands_that_run_for_minutes() -> None:
    """``--json`` alone prints JSON on standard output; what says for minutes how far it is writes a file."""
    found = {
        name: (option.is_flag, option.metavar)
        for name, command in _commands(COMMANDS)
        for option in command.params
        if isinstance(option, TyperOption) and "--json" in option.opts
    }

    assert len(found) > 20
    assert {name: what for name, what in found.items() if name in LONG} == dict.fromkeys(LONG, (False, "FILE"))
    assert all(is_flag for name, (is_flag, _) in found.items() if name not in LONG)


def _shown(command: TyperCommand, capsys: pytest.CaptureFixture[str]) -> str:
    """What ``--help`` prints, without white space: lines are wrapped for a terminal."""
    command.main(["--help"], prog_name="vitals", standalone_mode=False)
    return "".join(capsys.readouterr().out.split())


def test_help_shows_every_text_as_it_was_written(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing in square brackets is taken for an instruction of how to draw it, in no command."""
    commands = dict(_commands(COMMANDS))

    assert len(commands) > 40
    for name, command in commands.items():
        shown = _shown(command, capsys)
        texts = [command.help or "", *(one.help for one in command.params if isinstance(one, _DESCRIBED))]
        for text in (text for text in texts if text):
            assert "".join(text.split()) in shown, (name, text)


def test_completion_is_installed_by_the_command_line_alone() -> None:
    """A group of commands has no completion of its own that a shell could be given."""
    groups = [name for name in COMMANDS if isinstance(imported(name, *COMMANDS[name]), TyperGroup)]

    assert len(groups) > 5
    for name in groups:
        options = [option for one in imported(name, *COMMANDS[name]).params for option in one.opts]
        assert not [option for option in options if "completion" in option], name


def test_help_keeps_what_stands_in_square_brackets(capsys: pytest.CaptureFixture[str]) -> None:
    """Of an option and of the command itself, for a single command and for one of a group."""
    command = imported("bracketed", __name__, "bracketed")

    assert isinstance(command, TyperCommand)
    shown = _shown(command, capsys)
    assert "Prints[bold]and[PATH]asis." in shown
    assert "Suchasjob[red]orrate(x[5m])." in shown


def bracketed(*, query: Annotated[str, typer.Option(help="Such as job[red] or rate(x[5m]).")] = "") -> None:
    """Prints [bold] and [PATH] as is."""


def test_the_version_is_that_of_the_distribution() -> None:
    """Asked in the usual way."""
    done = subprocess.run([sys.executable, "-m", "vitals.cli", "--version"], check=True, capture_output=True, text=True)

    assert done.stdout == f"vitals {version('vitals')}\n"


def test_a_mistake_of_ours_is_kept_in_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The message says what it was and where the traceback is; the exit code is not that of a user's mistake."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    def broken() -> None:
        raise KeyError("gone")

    with pytest.raises(SystemExit, match="2"):
        run(broken)

    (kept,) = tmp_path.glob("vitals-*.traceback")
    said = capsys.readouterr().err
    assert "KeyError" in said
    assert kept.name in said
    assert "Traceback" not in said
    assert "Traceback" in kept.read_text()


def test_a_mistake_in_content_is_laid_at_its_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its author can correct it, so the line of the project's own file is named, and not reported to us."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    file = ROOT / "dashboards_py" / "load.py"
    made: dict[str, Callable[[], None]] = {}
    exec(compile("\n\ndef dashboard():\n    1 / 0\n", file, "exec"), made)  # noqa: S102 - a file of content, which the repository has not

    with pytest.raises(SystemExit, match="2"):
        run(made["dashboard"])

    said = capsys.readouterr().err
    assert "ZeroDivisionError: division by zero. This happened at dashboards_py/load.py:4" in said
    assert "correct that line" in said
    assert "mistake in Vitals" not in said


def test_the_vitals_of_a_checkout_leaves_other_projects_alone(tmp_path: Path) -> None:
    """It would render its own catalogue, where the project of that folder is meant; help is given everywhere."""
    (tmp_path / "pyproject.toml").write_text("[tool.vitals]\n")
    (tmp_path / "catalog").mkdir()

    def ran(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "vitals.cli", *arguments]
        environment = {**os.environ, "PYTHONPATH": str(ROOT)}
        return subprocess.run(
            command, cwd=tmp_path / "catalog", env=environment, check=False, capture_output=True, text=True
        )

    refused = ran("render", "--check")
    assert refused.returncode == 1
    assert f"{tmp_path} is a project of its own, and this `vitals` works on the checkout {ROOT} only" in refused.stderr
    assert ran("render", "--help").returncode == 0
    assert ran("init", str(tmp_path / "new")).returncode == 0


def test_a_mistake_of_the_user_is_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    """As before: the message alone, and exit code 1."""

    def refused() -> None:
        raise VitalsError("There is no such thing. Name another.")

    with pytest.raises(SystemExit, match="1"):
        run(refused)

    assert capsys.readouterr().err == "error: There is no such thing. Name another.\n"
