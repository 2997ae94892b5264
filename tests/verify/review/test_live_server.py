"""Files beside a running Prometheus: what none of its targets has is found, with the name that may be meant."""

from __future__ import annotations

import asyncio
import http.server
import json
import threading
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from tests.serving import Trickling, serving
from vitals.errors import VitalsError
from vitals.local.tools import ensure
from vitals.verify.query_cost.count import CountPrograms, filled, running
from vitals.verify.review import review
from vitals.verify.review.defect import Defect
from vitals.verify.review.live import LiveServer

RULES = """\
groups:
- name: shop
  interval: 15s
  rules:
  - record: job:requests:rate5m
    expr: sum by (job) (rate(requests_total[5m]))
  - alert: Fine
    expr: job:requests:rate5m > 5 and on (job) up{job="shop"} == 1
    annotations: {summary: x}
  - alert: Misspelt
    expr: rate(request_total[5m]) > 5
    annotations: {summary: x}
  - alert: WrongLabel
    expr: rate(requests_total{status="500"}[5m]) > 5
    annotations: {summary: x}
  - alert: TooShort
    expr: rate(requests_total[20s]) > 5
    annotations: {summary: x}
"""


def _found_live(folder: Path, url: str) -> Sequence[Defect]:
    with LiveServer(url) as live:
        return review([folder / "rules.yaml"], rendered=folder, live=live).defects


@pytest.mark.live
@pytest.mark.anyio
async def test_what_no_target_has_is_found(tmp_path: Path) -> None:
    """By the real server's names, labels and pace; what the files record themselves counts as there."""
    (tmp_path / "rules.yaml").write_text(RULES)
    programs = CountPrograms(**ensure(("prometheus", "promtool")))
    series = [((name, (("code", "200"), ("job", "shop"))), 300.0, 15.0) for name in ("requests_total", "up")]
    folder = await filled(tmp_path / "run", series, programs)
    async with running(folder, programs) as api:
        found = await asyncio.to_thread(_found_live, tmp_path, api.url)
    checks = {(one.check, one.what) for one in found if one.check.startswith(("dead", "rate-window"))}

    assert checks == {
        ("dead-metric", "alert Misspelt"),
        ("dead-label", "alert WrongLabel"),
        ("rate-window", "alert TooShort"),
    }
    assert "Did you mean requests_total?" in next(one.fix for one in found if one.check == "dead-metric")


class _Answers(http.server.BaseHTTPRequestHandler):
    """Answers everything with what the server's class attribute holds."""

    body: bytes = b""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the library's
        """Say nothing."""


@pytest.fixture
def other_server() -> Iterator[str]:
    """A server that is not Prometheus."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    "body",
    [
        b"<html>",
        b"[]",
        json.dumps({"status": "error", "error": "too many"}).encode(),
        b'{"status": "success"}',
        b'{"status": "success", "data": ["up"]}',
        b"[" * 100_000,
    ],
    ids=lambda body: body[:40].decode(),
)
def test_a_server_that_is_not_prometheus_is_named(
    other_server: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, body: bytes
) -> None:
    """A page, another JSON, a refusal: an error with the address, and nothing was checked."""
    (tmp_path / "rules.yaml").write_text(RULES)
    monkeypatch.setattr(_Answers, "body", body)

    with LiveServer(other_server) as live, pytest.raises(VitalsError, match=f"{other_server}.*Nothing was checked"):
        review([tmp_path / "rules.yaml"], rendered=tmp_path, live=live)


def test_a_server_that_trickles_is_not_waited_for(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each byte comes in time; the answer does not."""
    (tmp_path / "rules.yaml").write_text(RULES)
    monkeypatch.setattr("vitals.verify.review.live._PATIENCE_S", 0.3)

    with serving(Trickling) as address, pytest.raises(VitalsError, match="Nothing was checked"):
        _found_live(tmp_path, address)
