"""``vitals import`` reads files and servers, packed or not, and says what a source is that it does not read."""

from __future__ import annotations

import gzip
from http.server import BaseHTTPRequestHandler
from pathlib import Path

import pytest
from typer.testing import CliRunner

from tests.serving import Trickling, serving
from vitals.cli import app, import_source
from vitals.cli.import_source import answer_of, content_of, is_address
from vitals.errors import VitalsError

SCRAPE = b"# TYPE hits_total counter\nhits_total 1\n"


class _Exporter(BaseHTTPRequestHandler):
    """Packs its page as exporters do for those who take it packed, and at other paths as they should not."""

    def do_GET(self) -> None:
        packed = gzip.compress(SCRAPE)
        body, encoding, status = {
            "/metrics": (packed, "gzip", 200),
            "/unsaid": (packed, "", 200),
            "/not-packed": (SCRAPE, "gzip", 200),
            "/bomb": (gzip.compress(SCRAPE * 10_000), "gzip", 200),
            "/zstd": (b"\x28\xb5\x2f\xfd\x04\x00", "zstd", 200),
        }.get(self.path, (b"<html>", "", 404))
        self.send_response(status)
        if encoding:
            self.send_header("Content-Encoding", encoding)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def _refusal(*arguments: str) -> str:
    done = CliRunner().invoke(app, ["import", *arguments])
    assert isinstance(done.exception, VitalsError), done.output
    return str(done.exception)


def test_a_packed_scrape_is_read(tmp_path: Path) -> None:
    """Saved as it was sent, sent packed, and sent packed without a word about it."""
    file = tmp_path / "metrics"
    file.write_bytes(gzip.compress(SCRAPE))

    assert content_of(file) == SCRAPE
    with serving(_Exporter) as address:
        assert answer_of(f"{address}/metrics", "") == (200, SCRAPE)
        assert answer_of(f"{address}/unsaid", "") == (200, SCRAPE)
        done = CliRunner().invoke(
            app, ["import", "metrics", "node", str(file), f"{address}/metrics", "--dry-run", "--replace", "--json"]
        )

    assert done.exit_code == 0, done.output
    assert '"taken": 1' in done.stdout


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/not-packed", "says that its answer is packed, and it cannot be unpacked"),
        ("/bomb", "holds more than"),
        ("/zstd", "is packed with zstd"),
        ("/elsewhere", "answers with status 404"),
    ],
)
def test_an_answer_that_is_none_is_refused(path: str, says: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message says what is wrong with it; a small answer may not become a large one."""
    monkeypatch.setattr("vitals.cli.import_metrics.MOST_SCRAPE", 100_000)
    with serving(_Exporter) as address:
        said = _refusal("metrics", "node", f"{address}{path}")

    assert says in said
    assert "nothing was imported" in said


def test_an_answer_that_trickles_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time; the answer does not."""
    monkeypatch.setattr(import_source, "_WITHIN_S", 0.3)
    with (
        serving(Trickling) as address,
        pytest.raises(VitalsError, match=r"does not answer \(no whole answer within 0\.3 s\)"),
    ):
        answer_of(address, "")


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("metrics", "node", "localhost:9100/metrics"), "an address begins with http://"),
        (("rules", "localhost:9090"), "an address begins with http://"),
        (("metrics", "node", "htp://host/metrics"), "htp://host/metrics is not an http address"),
        (("rules", "http://host:99999"), "http://host:99999 is not an http address"),
        (("rules", "http://me:secret@host:99999"), "http://host:99999 is not an http address"),
        (("rules", "http://me:secret@127.0.0.1:1"), "http://127.0.0.1:1/api/v1/rules does not answer"),
        (("slo", "https://host/slo.yaml"), "This command reads a file"),
        (("dashboard", "https://host/d/hosts"), "no dashboard can be read"),
        (("rules", "/"), "Is a directory"),
    ],
)
def test_a_source_that_cannot_be_read_is_said(arguments: tuple[str, ...], says: str) -> None:
    """With what to give instead, and without a password that stood in it."""
    said = _refusal(*arguments)

    assert says in said
    assert "secret" not in said


def test_a_server_that_is_no_prometheus_is_named() -> None:
    """Its status and the reason are said."""
    with serving(_Exporter) as address:
        said = _refusal("rules", address)

    assert "does not answer as a Prometheus (status 404, and no JSON" in said


def test_a_large_file_is_left_unread(tmp_path: Path) -> None:
    """Packed or not; a path that reads as an address is a path where such a file is there."""
    file = tmp_path / "http:"
    file.write_bytes(SCRAPE)

    assert not is_address(str(file))
    with pytest.raises(VitalsError, match="holds more than"):
        content_of(file, 10)
    file.write_bytes(gzip.compress(SCRAPE * 1000))
    with pytest.raises(VitalsError, match="holds more than"):
        content_of(file, 1000)
