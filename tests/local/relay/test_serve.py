"""Who may call, and with what."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest

from tests.local.relay.notices import call
from tests.local.relay.relay_world import RelayWorld
from vitals.errors import VitalsError
from vitals.local.relay.notice import LARGEST_BYTES
from vitals.local.relay.serve import serving

TOKEN = "secret"


@pytest.fixture
def world() -> RelayWorld:
    """A relay whose queue no one works off."""
    return RelayWorld()


@pytest.fixture
def url(world: RelayWorld, tmp_path: Path) -> Iterator[str]:
    """The base URL at which it is served."""
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    with serving(world.relay, world.health, tmp_path / "token", "127.0.0.1", 0) as found:
        yield found


def _post(url: str, body: bytes, token: str = TOKEN, path: str = "/alerts") -> int:
    return httpx.post(f"{url}{path}", content=body, headers={"Authorization": f"Bearer {token}".strip()}).status_code


def test_alertmanager_is_answered_before_anything_is_drawn(url: str, world: RelayWorld) -> None:
    """The picture waits, the call does not."""
    assert _post(url, call()) == 200
    assert world.count("pictures_waiting") == 1
    assert world.sent == []


def test_only_a_caller_with_the_token_may_call(url: str, world: RelayWorld, tmp_path: Path) -> None:
    """Another token, none, or a file that is gone: refused; a token that is exchanged is known at once."""
    assert _post(url, call(), token="another") == 401
    assert httpx.post(f"{url}/alerts", content=call()).status_code == 401
    (tmp_path / "token").write_text("")
    assert _post(url, call(), token="") == 401
    (tmp_path / "token").unlink()
    assert _post(url, call()) == 401
    (tmp_path / "token").write_text("new")
    assert _post(url, call(), token="new") == 200
    assert world.count("pictures_waiting") == 1


def test_a_body_that_is_too_large_or_no_call_is_refused(url: str, world: RelayWorld) -> None:
    """Before it is read, where its length says so."""
    assert _post(url, b"x" * (LARGEST_BYTES + 1)) == 413
    assert _post(url, b"{}") == 400
    assert _post(url, call(), path="/other") == 404
    assert world.count("pictures_waiting") == 0


def test_a_length_that_is_none_is_refused(url: str) -> None:
    """Neither negative nor thousands of digits nor a body without an end."""
    address = urlsplit(url)
    for said in ("Content-Length: -1", f"Content-Length: {'9' * 5000}", "Transfer-Encoding: chunked"):
        with socket.create_connection((str(address.hostname), address.port or 0), timeout=10) as connection:
            request = f"POST /alerts HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {TOKEN}\r\n{said}\r\n\r\n"
            connection.sendall(request.encode())
            assert b" 413 " in connection.recv(1024)


def test_metrics_and_probes_are_answered(url: str) -> None:
    """Every series is there before its first event."""
    assert httpx.get(f"{url}/-/ready").status_code == httpx.get(f"{url}/-/healthy").status_code == 200
    assert httpx.get(f"{url}/anything").status_code == 404
    text = httpx.get(f"{url}/metrics").text
    assert 'pictures_failed_total{channel="slack",reason="no_message"} 0.0' in text
    assert 'pictures_sent_total{channel="email"} 0.0' in text


def test_a_port_that_is_taken_is_said(url: str, world: RelayWorld, tmp_path: Path) -> None:
    """As what a user can solve."""
    port = urlsplit(url).port or 0
    with pytest.raises(VitalsError, match="--port"), serving(world.relay, world.health, tmp_path, "127.0.0.1", port):
        pass


def test_a_call_that_is_refused_is_a_picture_that_failed(url: str, world: RelayWorld) -> None:
    """A token that was exchanged on one side only, or a receiver of a newer configuration, is seen in the metrics."""
    assert _post(url, call(), token="another") == 401
    assert _post(url, call(receiver="a-new-one-pictures")) == 400
    assert _post(url, b"x" * (LARGEST_BYTES + 1)) == 413

    assert world.count("pictures_failed_total", channel="alertmanager", reason="not_allowed") == 1
    assert world.count("pictures_failed_total", channel="alertmanager", reason="not_understood") == 2
