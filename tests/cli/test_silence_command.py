"""`vitals silence` on a real Alertmanager: made with an end and a reason, listed, ended; and what it refuses."""

from __future__ import annotations

import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner, Result

from tests.local.silences.one_alertmanager import alertmanager_alone
from tests.serving import Trickling, serving
from vitals.cli.silence import silence
from vitals.errors import VitalsError

OUTAGE = ("alertname=ApiOutage", "service=wellness-api")


@pytest.fixture(scope="module")
def alertmanager(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """One that holds an outage and the heartbeat."""
    with alertmanager_alone(tmp_path_factory.mktemp("alertmanager")) as url:
        yield url


def _run(*arguments: str) -> Result:
    answer = CliRunner().invoke(silence, arguments)
    if answer.exception and not isinstance(answer.exception, SystemExit):
        raise answer.exception
    return answer


@pytest.mark.live
def test_a_silence_holds_the_alert_back_until_it_is_ended(alertmanager: str) -> None:
    """Alertmanager says itself that the alert is suppressed, and no other is."""
    made = _run(
        "add", *OUTAGE, "--for", "2h", "--why", "migration", "--by", "kim", "--alertmanager", alertmanager, "--json"
    )
    document = json.loads(made.stdout)
    assert (document["state"], document["alerts"], document["reason"]) == ("active", ["ApiOutage"], "migration")
    assert document["end"] - document["start"] == pytest.approx(7200, abs=5)
    states = {
        alert["labels"]["alertname"]: alert["status"]["state"]
        for alert in httpx.get(f"{alertmanager}/api/v2/alerts").json()
    }
    assert states["ApiOutage"] == "suppressed"
    assert states["Watchdog"] != "suppressed"
    assert "migration" in _run("list", "--alertmanager", alertmanager).stdout

    assert "has ended" in _run("end", document["id"], "--alertmanager", alertmanager).stdout

    assert json.loads(_run("list", "--alertmanager", alertmanager, "--json").stdout) == []
    over = json.loads(_run("list", "--all", "--alertmanager", alertmanager, "--json").stdout)
    assert document["id"] in [one["id"] for one in over if one["state"] == "expired"]


@pytest.mark.live
def test_the_heartbeat_is_never_held_back(alertmanager: str) -> None:
    """By whichever label: a silence of all that a team owns would raise the dead man's alarm."""
    with pytest.raises(VitalsError, match="Watchdog"):
        _run("add", "owner=platform", "--for", "1h", "--why", "w", "--by", "kim", "--alertmanager", alertmanager)

    assert json.loads(_run("list", "--alertmanager", alertmanager, "--json").stdout) == []


@pytest.mark.live
def test_a_silence_that_alertmanager_does_not_have_cannot_be_ended(alertmanager: str) -> None:
    """Its own words, or ours with what to do next."""
    with pytest.raises(VitalsError, match=r"no such silence|refused it"):
        _run("end", "00000000-0000-0000-0000-000000000000", "--alertmanager", alertmanager)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("add", "ApiOutage", "--for", "1h", "--why", "w"), "is not a matcher"),
        (("add", *OUTAGE, "--for", "soon", "--why", "w"), "--for"),
        (("add", *OUTAGE, "--for", "8d", "--why", "w"), "7 days"),
        (("add", *OUTAGE, "--for", "1h", "--why", " "), "No reason"),
        (("list", "--alertmanager", "http://127.0.0.1:1"), "does not answer"),
        (("list", "--alertmanager", "no address"), "is not an http address"),
        (("list", "--alertmanager", "http://127.0.0.1:99999"), "is not an http address"),
    ],
)
def test_mistakes_are_explained(arguments: tuple[str, ...], words: str, tmp_path: Path) -> None:
    """Each before anything was changed."""
    with pytest.raises(VitalsError, match=words):
        _run(*arguments, *(("--state", str(tmp_path)) if arguments[0] == "add" else ()))


class _OtherProgram(BaseHTTPRequestHandler):
    """Answers every question with what the path begins with."""

    def do_GET(self) -> None:
        texts = {
            "nothing": "",
            "null": "null",
            "object": "{}",
            "texts": '["a", 1]',
            "empty": '[{"labels": null, "matchers": null}]',
            "deep": "[" * 100_000,
        }
        content = texts[self.path.split("/")[1]].encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.mark.parametrize("word", ["nothing", "null", "object", "texts", "empty", "deep"])
def test_another_program_is_not_taken_for_an_alertmanager(word: str) -> None:
    """Neither as one without silences, nor by failing over its answer."""
    with serving(_OtherProgram) as address:
        for arguments in (("list",), ("add", *OUTAGE, "--for", "1h", "--why", "w", "--by", "kim")):
            with pytest.raises(VitalsError, match="not as an Alertmanager does"):
                _run(*arguments, "--alertmanager", f"{address}/{word}")


def test_an_answer_that_trickles_in_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time; the answer does not."""
    monkeypatch.setattr("vitals.cli.silence._TIMEOUT_S", 0.3)
    with (
        serving(Trickling) as address,
        pytest.raises(VitalsError, match=r"does not answer \(no whole answer within 0\.3 s\)"),
    ):
        _run("list", "--alertmanager", address)


def test_without_a_stack_it_says_how_to_name_another(tmp_path: Path) -> None:
    """There is nothing to ask on this machine then."""
    with pytest.raises(VitalsError, match="--alertmanager URL"):
        _run("list", "--state", str(tmp_path))


@pytest.mark.parametrize("missing", ["--for", "--why"])
def test_end_and_reason_cannot_be_left_out(missing: str) -> None:
    """Neither has a default: a silence is not made by habit."""
    given = {"--for": "1h", "--why": "migration"}
    del given[missing]
    answer = _run("add", *OUTAGE, *(word for pair in given.items() for word in pair))

    assert answer.exit_code == 2
    assert missing in answer.output
