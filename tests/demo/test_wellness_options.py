"""The command line: every value that cannot work is refused in words, before anything is started."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from wellness import api, worker
from wellness.firestore_repository import CloudDatabase

SHARED = ["--metrics-port", "0", "--sqlite", "data.sqlite", "--worker-queue", "queue.sqlite"]
API = ["--port", "0", "--admin-port", "0", *SHARED]


def test_defaults_need_no_other_program() -> None:
    """With SQLite and no more, the cache is in memory, nothing is exported and ports are not shared."""
    chosen = api.options(API)

    assert (chosen.database, chosen.cache, chosen.otlp, chosen.reuse_port) == (
        Path("data.sqlite"),
        "memory",
        None,
        False,
    )
    assert chosen.listen == "127.0.0.1"
    assert chosen.revision == "unknown"


def test_every_option_of_the_supervisor_is_understood() -> None:
    """The command line that a supervisor gives is taken as it is."""
    given = (
        "--port 8000 --metrics-port 8001 --admin-port 8002 --firestore 127.0.0.1:8085 --cache redis://127.0.0.1:6379/0 "
        "--worker-queue queue.sqlite --otlp http://127.0.0.1:4318 --version 1.2 --revision abc --reuse-port"
    )
    chosen = api.options(given.split(" "))

    assert (chosen.port, chosen.metrics_port, chosen.admin_port, chosen.reuse_port) == (8000, 8001, 8002, True)
    assert (chosen.database, chosen.cache) == ("127.0.0.1:8085", "redis://127.0.0.1:6379/0")
    assert (chosen.otlp, chosen.version, chosen.revision) == ("http://127.0.0.1:4318", "1.2", "abc")


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (["--port", "65536"], "'65536' is not a port; give a number from 0 to 65535"),
        (["--port", "http"], "'http' is not a port"),
        (["--port", "8000", "--metrics-port", "8000"], "--port, --metrics-port and --admin-port must differ"),
        (["--worker-queue", "redis://127.0.0.1/0"], "only a SQLite file is supported here, not a URL"),
        (["--worker-queue", "no/such/folder/queue"], "the folder no/such/folder does not exist; create it first"),
        (["--worker-queue", "/"], "/ is a folder; give a file in it"),
        (["--cache", "memcached://127.0.0.1"], "give memory or a URL such as redis://"),
        (["--otlp", "127.0.0.1:4318"], "give a URL such as http://127.0.0.1:4318"),
        (["--otlp", "http://127.0.0.1:99999"], "give a URL such as http://127.0.0.1:4318"),
        (["--firestore", "127.0.0.1:8085"], "not allowed with argument --sqlite"),
        (["--firestore-database", "wellness"], "is not a database; give for example projects/"),
        (["--bound", "4"], "'4' is not a bound; give N:SECONDS"),
        (["--bound", "0:0.1"], "'0:0.1' is not a bound; give N:SECONDS"),
        (["--listen", "everywhere"], "'everywhere' is not an IPv4 address; give 127.0.0.1, or 0.0.0.0 in a container"),
    ],
)
def test_a_value_that_cannot_work_is_refused(
    change: list[str], problem: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Exit code 2 and a sentence that says what to give instead."""
    with pytest.raises(SystemExit) as stopped:
        api.options([*API, *change])

    assert stopped.value.code == 2
    assert problem in capsys.readouterr().err


def test_a_database_in_the_cloud_is_named_in_full() -> None:
    """Project and database are read from the full name, and the container's address from --listen."""
    named = ["--firestore-database", "projects/wellness-dev/databases/(default)"]
    chosen = worker.options(["--metrics-port", "0", *named, "--listen", "0.0.0.0", "--worker-queue", "queue.sqlite"])  # noqa: S104

    assert (chosen.database, chosen.listen) == (CloudDatabase("wellness-dev", "(default)"), "0.0.0.0")  # noqa: S104


@pytest.mark.parametrize("text", ["8085", "127.0.0.1:", "127.0.0.1:0", "http://127.0.0.1:8085", ":8085"])
def test_a_firestore_address_is_host_and_port(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Anything else than HOST:PORT is refused."""
    with pytest.raises(SystemExit):
        worker.options(["--metrics-port", "0", "--firestore", text, "--worker-queue", "queue.sqlite"])

    assert f"{text!r} is not HOST:PORT; give for example 127.0.0.1:8085" in capsys.readouterr().err


def test_a_password_is_not_repeated(capsys: pytest.CaptureFixture[str]) -> None:
    """The error for a wrong cache URL leaves the URL out."""
    with pytest.raises(SystemExit):
        api.options([*API, "--cache", "rediss+bad://:geheim@127.0.0.1"])

    assert "geheim" not in capsys.readouterr().err


@pytest.mark.parametrize("program", ["api", "worker"])
def test_help_names_every_option(program: str) -> None:
    """``--help`` of the real programs says what each option is for."""
    command = [sys.executable, "-m", f"wellness.{program}", "--help"]
    shown = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60).stdout

    for option in ("--firestore", "--sqlite", "--worker-queue", "--metrics-port", "--otlp", "--version", "--revision"):
        assert option in shown
    assert "SIGTERM and SIGINT stop it gracefully" in " ".join(shown.split())
