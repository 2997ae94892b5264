"""What any local program may send to the receivers: it costs no more than its size, and is a refusal at worst."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.local.stack.open_ports import KEY, PATHS, PROTOBUF, post, with_intake
from vitals.local.portal.interfaces import Delivery
from vitals.local.stack.receivers.inbox import MOST_BYTES, Inbox
from vitals.local.stack.receivers.message import LINE_CHARACTERS, alerts_of, shortened
from vitals.local.stack.traces.otlp import LARGEST_BYTES


@pytest.mark.parametrize("path", PATHS)
def test_a_body_that_says_that_it_is_too_large_is_refused_unread(path: str, tmp_path: Path) -> None:
    """The answer comes while nothing of the body has been sent, and the connection is closed."""

    async def ask(_: httpx.AsyncClient, url: str) -> bytes:
        host, port = url.removeprefix("http://").split(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(
            f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/x-protobuf\r\n"
            f"Content-Length: {2**40}\r\n\r\n".encode()
        )
        answer = await asyncio.wait_for(reader.read(), 10)
        writer.close()
        return answer

    answer, got, _ = with_intake(tmp_path, ask)

    assert answer.startswith(b"HTTP/1.1 413 ")
    assert got == []


@pytest.mark.parametrize("path", PATHS)
def test_a_body_without_a_length_is_read_to_the_limit_only(path: str, tmp_path: Path) -> None:
    """Chunks that never end are refused at the limit: what has been sent by then is little more than that."""
    sent = [0]

    async def chunks() -> Any:  # noqa: ANN401  an asynchronous generator
        while sent[0] < 64 * LARGEST_BYTES:
            sent[0] += 65536
            yield b"\0" * 65536

    async def ask(client: httpx.AsyncClient, url: str) -> int:
        try:
            return (await client.post(url + path, content=chunks(), headers=PROTOBUF)).status_code
        except httpx.TransportError:  # closed while the client still writes
            return 413

    status, got, _ = with_intake(tmp_path, ask)

    assert status == 413
    assert got == []
    assert sent[0] < 4 * LARGEST_BYTES


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 60_000,
        b'{"a":' * 60_000,
        b"9" * 60_000,
        b'{"attachments": 5}',
        b'{"attachments": {"a": 1}}',
        b'{"attachments": [{"title": ["x"], "text": {}}], "channel": 5, "text": 7}',
        b"\xff\xfe",
        b"payload",
    ],
)
def test_json_that_is_deep_or_of_other_types_does_not_crash(body: bytes, tmp_path: Path) -> None:
    """Slack and PagerDuty answer as they do to anything invalid."""
    assert PATHS
    for path in PATHS[:3]:
        answer, got, _ = post(tmp_path, path, content=body)
        assert answer.status_code in {200, 400, 413}
        assert [delivery.alerts for delivery in got] in ([], [()])
        (tmp_path / "traces.sqlite").unlink()


def _event(**details: Any) -> dict[str, Any]:  # noqa: ANN401  JSON
    payload = {"summary": "X: y", "source": "s", "severity": "critical", "custom_details": details}
    return {"routing_key": KEY, "event_action": "trigger", "payload": payload}


@pytest.mark.parametrize(
    "details",
    [
        {"firing": [{"labels": "text"}, {"labels": {"severity": "x"}}, 5, None]},
        {"firing": [{"labels": {"alertname": 5, "service": ["x"]}}]},
        {"firing": [{"labels": {"alertname": "A"}}] * 10_000},
        {"firing": "- alertname = A\n" * 30_000},
        {"firing": " " * 300_000 + "x", "resolved": "\n" * 50_000},
    ],
)
def test_details_of_any_form_are_taken(details: dict[str, Any], tmp_path: Path) -> None:
    """An entry that is not an alert is left out, and no more than a hundred of a kind are kept."""
    answer, (delivery,), _ = post(tmp_path, "/v2/enqueue", json=_event(**details))

    assert answer.status_code == 202
    assert len(delivery.alerts) <= 100


def test_half_a_character_does_not_fail(tmp_path: Path) -> None:
    """JSON can write a lone surrogate, UTF-8 cannot: it must not reach the portal's answers."""
    event = json.dumps({**_event(firing=[{"labels": {"alertname": "A\ud800"}}]), "client": "c\ud800"})
    answer, (delivery,), _ = post(tmp_path, "/v2/enqueue", content=event)

    assert answer.status_code == 202
    assert (delivery.receiver, delivery.alerts[0].name) == ("c?", "A?")
    wrong = json.dumps({**_event(), "routing_key": "\ud800" * 32})
    (tmp_path / "traces.sqlite").unlink()
    assert post(tmp_path, "/v2/enqueue", content=wrong)[0].status_code == 400


@pytest.mark.parametrize(
    "piece",
    ["\n", " ", "- a = ", "- alertname = X\n", "- alertname = X\n- path = a" + " " * 1000, "=", "<", "[FIRING] ", "Aa"],
)
def test_reading_a_text_takes_time_in_proportion_to_it(piece: str) -> None:
    """Sixteen times the text takes nowhere near two hundred and fifty-six times as long: at most sixty-four."""

    def took(length: int) -> float:
        """Seconds of this thread's processor time, which other programs do not add to; the best of five."""
        text = (piece * (length // len(piece) + 1))[:length] + "x"
        times = []
        for _ in range(5):
            begun = time.thread_time()
            alerts_of(text, text)
            times.append(time.thread_time() - begun)
        return min(times)

    assert took(64_000) < 64 * max(took(4000), 0.0005)


def test_what_is_kept_of_a_line_is_bounded() -> None:
    """A line is cut, and says so."""
    assert shortened("x" * LINE_CHARACTERS) == "x" * LINE_CHARACTERS
    assert len(shortened("x" * 10_000)) == LINE_CHARACTERS
    assert shortened("x" * 10_000).endswith("…")


def test_the_inbox_is_bounded_by_bytes(tmp_path: Path) -> None:
    """Long deliveries push older ones out of memory and off the disk; the newest is there."""
    path = tmp_path / "deliveries.jsonl"
    inbox = Inbox(path, pytest.fail)
    for number in range(60):
        summary = f"{number} " + "x" * (MOST_BYTES // 16)
        inbox.add(Delivery(channel="slack", receiver="#x", at=0.0, status="firing", alerts=(), summary=summary))

    kept = inbox.all()
    assert 10 < len(kept) < 17
    assert kept[-1].summary.startswith("59 ")
    assert path.stat().st_size <= 2 * MOST_BYTES
