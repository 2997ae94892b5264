"""An answer that is too large, too slow or packed too small is an error in time; any other is read as it is."""

from __future__ import annotations

import gzip
import time
from http.server import BaseHTTPRequestHandler
from typing import ClassVar

import httpx
import pytest

from tests.serving import Trickling, send_slowly, serving
from vitals.http_client import BlockingClient, LongAnswerError


class _Packed(BaseHTTPRequestHandler):
    """Answers with a megabyte of zeros in a kilobyte; one step further away, with a redirect to it."""

    zeros: ClassVar[bytes] = bytes(2**20)

    def do_GET(self) -> None:
        content = gzip.compress(self.zeros)
        self.send_response(302 if self.path == "/moved" else 200)
        self.send_header("Location", "/")
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _SlowHeaders(BaseHTTPRequestHandler):
    """Sends one header after the other."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.flush_headers()
        send_slowly(self, b"x: y\r\n")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


class _Late(BaseHTTPRequestHandler):
    """Answers after half a second, as a part does that has to start first."""

    def do_GET(self) -> None:
        time.sleep(0.5)
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def test_a_request_that_is_given_more_time_has_it() -> None:
    """To start a part takes longer than to ask for a number, and both are asked by one client."""
    with serving(_Late) as address, BlockingClient(within_s=0.1) as client:
        assert client.get(address, timeout=30.0).status_code == 204
        with pytest.raises(httpx.ReadTimeout, match=r"within 0\.1 s"):
            client.get(address)


def test_a_packed_answer_is_read_unpacked() -> None:
    """Its headers say no more how it was packed, so that what reads it does not unpack it again."""
    with serving(_Packed) as address, BlockingClient(within_s=5.0, follow_redirects=True) as client:
        answer = client.get(f"{address}/moved")

    assert answer.status_code == 200
    assert answer.content == _Packed.zeros
    assert "content-encoding" not in answer.headers
    assert [one.status_code for one in answer.history] == [302]


def test_what_counts_of_a_packed_answer_is_what_it_unpacks_to() -> None:
    """A kilobyte on the line may fill the memory."""
    with (
        serving(_Packed) as address,
        BlockingClient(within_s=5.0, most_bytes=100_000) as client,
        pytest.raises(LongAnswerError, match="larger than 100000 bytes"),
    ):
        client.get(address)


@pytest.mark.parametrize("handler", [Trickling, _SlowHeaders])
def test_an_answer_that_trickles_in_is_given_up(handler: type[BaseHTTPRequestHandler]) -> None:
    """Each byte comes in time; the answer does not, whether its headers or its content are slow."""
    with (
        serving(handler) as address,
        BlockingClient(within_s=0.3, timeout=5.0) as client,
        pytest.raises(httpx.ReadTimeout, match=r"no whole answer within 0\.3 s"),
    ):
        client.get(address)


def test_one_client_asks_again_after_an_answer_that_it_gave_up() -> None:
    """The next question is another one."""
    with serving(Trickling) as slow, serving(_Packed) as fast, BlockingClient(within_s=0.3) as client:
        with pytest.raises(httpx.ReadTimeout):
            client.get(slow)
        assert client.get(fast).content == _Packed.zeros
