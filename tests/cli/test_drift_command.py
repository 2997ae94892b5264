"""``vitals drift`` exits with 2 where it could not look, and says for each program why."""

from __future__ import annotations

import json
import time
from functools import partial
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from tests.serving import Trickling, serving
from vitals.cli import app
from vitals.http_client import BlockingClient
from vitals.verify.drift import look

NOWHERE = "http://127.0.0.1:9"
COULD_NOT_LOOK = 2


def _drift(rendered: Path, *options: str) -> Result:
    return CliRunner().invoke(app, ["drift", "--rendered", str(rendered), "--env", "prod", *options])


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ((), "Nothing to compare with was named"),
        (("--prometheus", "prometheus:9090"), "--prometheus prometheus:9090 is not an http address"),
        (("--grafana", "https://"), "--grafana https:// is not an http address"),
        (("--grafana", "http://[::1"), "--grafana http://[::1 is not an http address"),
        (("--prometheus", "http://127.0.0.1:99999"), "--prometheus http://127.0.0.1:99999 is not an http address"),
    ],
)
def test_a_place_that_is_none_is_refused(demo_rendered: Path, options: tuple[str, ...], why: str) -> None:
    """Before anything is asked."""
    done = _drift(demo_rendered, *options)

    assert done.exit_code == COULD_NOT_LOOK
    assert why in done.stderr


def test_without_a_rendered_folder_there_is_nothing_to_compare(tmp_path: Path) -> None:
    """The folder that was looked for is named."""
    done = _drift(tmp_path, "--prometheus", NOWHERE)

    assert done.exit_code == COULD_NOT_LOOK
    assert str(tmp_path / "prod") in done.stderr


def test_a_server_that_is_gone_could_not_be_looked_at(demo_rendered: Path, unused_port: int) -> None:
    """A cron job sees it by the exit code, a person by the sentence; a password in the address is not printed."""
    address = f"http://reader:secret@127.0.0.1:{unused_port}"
    done = _drift(demo_rendered, "--prometheus", address, "--alertmanager", address)

    assert done.exit_code == COULD_NOT_LOOK
    assert f"rules: could not be compared: http://127.0.0.1:{unused_port} does not answer" in done.stdout
    assert "routes: could not be compared" in done.stdout
    assert "secret" not in done.output


class _Silent(BaseHTTPRequestHandler):
    """A server that takes longer than anyone waits."""

    def do_GET(self) -> None:
        time.sleep(0.5)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_trickles_could_not_be_looked_at(demo_rendered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time; the answer does not."""
    monkeypatch.setattr(look, "_ANSWER_WITHIN_S", 0.3)
    with serving(Trickling) as address:
        done = _drift(demo_rendered, "--prometheus", address)

    assert done.exit_code == COULD_NOT_LOOK
    assert "does not answer (no whole answer within 0.3 s)" in done.stdout


def test_an_answer_that_never_ends_does_not_fill_the_memory(
    demo_rendered: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is left as soon as it is larger than any real one."""
    monkeypatch.setattr(look, "BlockingClient", partial(BlockingClient, most_bytes=3))
    with serving(Trickling) as address:
        done = _drift(demo_rendered, "--alertmanager", address)

    assert done.exit_code == COULD_NOT_LOOK
    assert "its answer is larger than 3 bytes" in done.stdout


class _Other(BaseHTTPRequestHandler):
    """Something else than what was expected: a sign-in page, broken JSON, JSON of another program, an error."""

    def do_GET(self) -> None:
        texts = {
            "page": "<html>Sign in</html>",
            "broken": '{"data": {"gro',
            "other": '{"data": null, "config": []}',
            "nothing": "null",
            "list": '{"data": [1], "config": {"original": "[1]"}, "dashboard": []}',
            "deep": "[" * 100_000,
        }
        word = self.path.split("/")[1]
        self.send_response(200 if word in texts else 503)
        self.end_headers()
        self.wfile.write(texts.get(word, "overloaded").encode())

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_server_that_is_slow_could_not_be_looked_at(demo_rendered: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that an answer may take, and not for ever."""
    monkeypatch.setattr(look, "_ANSWER_WITHIN_S", 0.1)
    with serving(_Silent) as address:
        done = _drift(demo_rendered, "--prometheus", address)

    assert done.exit_code == COULD_NOT_LOOK
    assert "does not answer (no whole answer within 0.1 s)" in done.stdout


@pytest.mark.parametrize("word", ["page", "broken", "other", "nothing", "list", "deep", "error"])
def test_another_program_at_the_address_could_not_be_looked_at(demo_rendered: Path, word: str) -> None:
    """Whatever it answers, each area says that it was not compared, and no difference is made up."""
    with serving(_Other) as address:
        place = f"{address}/{word}"
        done = _drift(demo_rendered, "--json", "--prometheus", place, "--alertmanager", place, "--grafana", place)

    found = json.loads(done.stdout)
    assert done.exit_code == COULD_NOT_LOOK
    assert sorted(found["failed"]) == ["dashboards", "routes", "rules"]
    assert all("does not answer" in why for why in found["failed"].values())
    assert found["drift"] == []
    assert found["equal"] is False
