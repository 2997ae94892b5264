"""``vitals doctor`` and ``vitals tools build`` say what is there and answer scripts with JSON and an exit code."""

import json
import os
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from vitals.cli import tools as commands
from vitals.cli.doctor import doctor
from vitals.cli.tools import build
from vitals.errors import VitalsError
from vitals.local.tools import find
from vitals.local.tools.entry import Pin
from vitals.local.tools.locate import Status
from vitals.local.tools.survey import Finding, healthy

from .conftest import WriteProgram


def run(*arguments: str) -> tuple[int, str]:
    """Exit code and standard output of one command line."""
    app = typer.Typer()
    app.command("doctor")(doctor)
    app.command("build")(build)
    result = CliRunner().invoke(app, arguments, catch_exceptions=False, env={"COLUMNS": "160"})
    return result.exit_code, result.stdout


def programs_of(output: str) -> dict[str, dict[str, Any]]:
    """The doctor's JSON by program."""
    return {entry["program"]: entry for entry in json.loads(output)["programs"]}


def test_the_doctor_distinguishes_good_old_and_missing(greet: Pin, write_program: WriteProgram) -> None:
    """One good program, one that is too old, and Go; all is well because the old one can be built."""
    good = write_program("hello", "hello, version 1.3.7")
    write_program("goodbye", "goodbye, version 0.9")
    code, output = run("doctor", "--json")
    found = programs_of(output)
    assert code == 0
    assert json.loads(output)["ok"] is True
    assert (found["hello"]["status"], found["hello"]["path"]) == ("ok", str(good))
    assert (found["goodbye"]["status"], found["goodbye"]["version"]) == ("old", "0.9")
    assert found["goodbye"]["buildable"] is True
    assert found["go"]["status"] == "ok"
    assert found["hello"]["wanted"] == ">=1.2,<2"
    assert found["goodbye"]["get"] == ["vitals tools build goodbye", "brew install goodbye"]
    assert set(found) == {*greet.packages, "go"}


@pytest.mark.usefixtures("greet")
def test_the_doctor_fails_when_nothing_can_be_done(monkeypatch: pytest.MonkeyPatch) -> None:
    """A required program is missing and there is no Go: exit 1, and the text says what that costs and the ways out."""
    monkeypatch.setenv("PATH", "/nowhere")
    code, output = run("doctor")
    assert code == 1
    assert "hello is missing (required). No greeting is printed." in output
    assert "How to get it: vitals tools build hello; or brew install hello" in output
    assert "go is missing" in output
    assert "can neither be found nor built" in output
    code, output = run("doctor", "--json")
    assert (code, json.loads(output)["ok"]) == (1, False)


@pytest.mark.usefixtures("greet", "write_program")
def test_build_makes_all_required_programs() -> None:
    """Without a name everything required is built; standard output is JSON and nothing else."""
    code, output = run("build", "--json")
    assert code == 0
    assert json.loads(output) == {"hello": str(find("hello")), "goodbye": str(find("goodbye"))}
    assert run("doctor")[0] == 0


@pytest.mark.usefixtures("greet", "write_program")
def test_build_makes_a_group() -> None:
    """A group is built by its name; one that has no program here builds nothing else in its stead."""
    assert set(json.loads(run("build", "--json", "--group", "stack")[1])) == {"hello", "goodbye"}
    assert json.loads(run("build", "--json", "--group", "cluster")[1]) == {}


@pytest.mark.usefixtures("greet", "write_program")
def test_build_refuses_an_unknown_name_before_it_starts() -> None:
    """A typing error builds nothing."""
    with pytest.raises(VitalsError, match=r"no program called 'helo'.*hello"):
        run("build", "hello", "helo")
    with pytest.raises(VitalsError, match="has not been built"):
        find("hello")


@pytest.mark.parametrize(
    ("required", "status", "buildable", "good"),
    [
        (True, Status.OK, False, True),
        (True, Status.MISSING, True, True),
        (True, Status.OLD, True, True),
        (True, Status.MISSING, False, False),
        (True, Status.OLD, False, False),
        (False, Status.MISSING, False, True),
        (False, Status.OLD, False, True),
    ],
)
def test_only_what_is_required_and_out_of_reach_is_ill(
    *, required: bool, status: Status, buildable: bool, good: bool
) -> None:
    """Optional programs never fail the doctor; required ones do only if they can neither be used nor built."""
    finding = Finding("hello", required, None, status, None, None, ">=1", buildable, "", ())
    assert healthy([finding]) is good


@pytest.mark.usefixtures("greet")
def test_a_program_is_run_with_every_argument_that_follows(
    write_program: WriteProgram, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Options too, and in its place: what it exits with is what the caller sees. A wrong name is refused."""
    good = write_program("hello", "hello, version 1.3.7")
    ran: list[tuple[str, list[str]]] = []
    monkeypatch.setattr(os, "execv", lambda path, arguments: ran.append((path, arguments)))
    result = CliRunner().invoke(commands.tools, ["run", "hello", "dir", "--redact", "-v"])

    assert result.exit_code == 0, result.output
    assert [(str(path), arguments) for path, arguments in ran] == [(str(good), ["hello", "dir", "--redact", "-v"])]
    assert isinstance(CliRunner().invoke(commands.tools, ["run", "helo"]).exception, VitalsError)
