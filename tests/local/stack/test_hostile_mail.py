"""What any local program may send as mail: it needs no token, so all of it is bounded."""

from __future__ import annotations

import asyncio
import smtplib
import socket
import threading
from collections.abc import Callable
from email.message import EmailMessage
from typing import Any

import pytest

from vitals.local.portal.interfaces import Delivery
from vitals.local.processes.ports import listen
from vitals.local.stack.receivers import smtp
from vitals.local.stack.receivers.message import LINE_CHARACTERS


def _mail(work: Callable[[str, int], Any]) -> tuple[Any, list[Delivery]]:
    got: list[Delivery] = []

    async def run() -> Any:  # noqa: ANN401  whatever work returns
        async with smtp.mailbox(listen(0, ""), got.append) as address:
            host, port = address.split(":")
            return await asyncio.to_thread(work, host, int(port))

    return asyncio.run(run()), got


@pytest.mark.parametrize(
    "body",
    ["\r\n" * 16_000 + "x", "<" * 900 + "\r\n", ("<" * 900 + "\r\n") * 500, (" " * 900 + "x\r\n") * 500],
    ids=["blank lines", "open tags", "many open tags", "spaces"],
)
@pytest.mark.parametrize("kind", ["plain", "html"])
def test_a_mail_of_any_text_is_read_beside_the_loop(kind: str, body: str) -> None:
    """It is taken, and in a thread of its own: the portal is served by the loop meanwhile."""
    text = f"Subject: [FIRING] Aa: y\r\nContent-Type: text/{kind}\r\n\r\n{body}\r\n"
    readers: list[str] = []

    async def run() -> None:
        def deliver(delivery: Delivery) -> None:
            readers.append(threading.current_thread().name)
            assert [alert.name for alert in delivery.alerts] == ["Aa"]

        async with smtp.mailbox(listen(0, ""), deliver) as address:
            host, port = address.split(":")
            await asyncio.to_thread(_send, host, int(port), text)

    asyncio.run(run())
    assert len(readers) == 1
    assert readers != [threading.main_thread().name]


def _send(host: str, port: int, text: str, recipients: int = 1) -> dict[str, tuple[int, bytes]]:
    with smtplib.SMTP(host, port, timeout=30) as client:
        return client.sendmail("a@example.org", [f"u{number}@example.org" for number in range(recipients)], text)


def test_a_mail_has_a_bounded_number_of_recipients_and_a_bounded_subject() -> None:
    """What is kept of one is small, however much was sent."""
    subject = "\r\n ".join("x" * 900 for _ in range(500))
    refused, got = _mail(lambda host, port: _send(host, port, f"Subject: {subject}\r\n\r\nbody\r\n", 200))

    assert len(got) == smtp.MOST_RECIPIENTS
    assert {code for code, _ in refused.values()} == {452}
    assert max(len(delivery.summary) for delivery in got) <= LINE_CHARACTERS


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("".join(f'Content-Type: multipart/mixed; boundary="{n}"\r\n\r\n--{n}\r\n' for n in range(2000)), 550),
        ("Subject: x\r\n\r\n" + ("y" * 900 + "\r\n") * 2000, 552),
        ("Subject: x\r\n\r\n" + "y" * 5000 + "\r\n", 500),
    ],
    ids=["nested parts", "too large", "long line"],
)
def test_a_mail_out_of_all_proportion_is_refused(text: str, code: int) -> None:
    """The sender hears why, and nothing is delivered."""

    def send(host: str, port: int) -> int:
        try:
            _send(host, port, text)
        except smtplib.SMTPResponseException as error:
            return error.smtp_code
        return 250

    assert _mail(send) == (code, [])


def test_subjects_in_other_scripts_and_broken_ones_are_taken() -> None:
    """An encoded word is read, and bytes that are none are replaced."""
    message = EmailMessage()
    message["Subject"] = "[RESOLVED] Aa: größer"
    message["From"], message["To"] = "a@example.org", "b@example.org"
    message.set_content("x")

    def send(host: str, port: int) -> None:
        with smtplib.SMTP(host, port, timeout=30) as client:
            client.send_message(message)
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: [FIRING] Aa: \xff\xfe\r\n\r\nx")
            client.sendmail("a@example.org", ["b@example.org"], b"Subject: =?utf-8?q?[FIRING]_Aa:_=0A=FF?=\r\n\r\nx")

    _, got = _mail(send)

    assert got[0].summary == "[RESOLVED] Aa: größer"
    assert [delivery.status for delivery in got] == ["resolved", "firing", "firing"]
    for delivery in got:
        delivery.summary.encode("utf-8")


def test_a_mail_client_that_does_not_go_on_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between commands, and within the data of a mail."""
    monkeypatch.setattr(smtp, "COMMAND_S", 0.5)

    def wait(host: str, port: int) -> list[bool]:
        closed = []
        for begin in (b"", b"EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\nSubject: x\r\n"):
            with socket.create_connection((host, port), timeout=15) as client:
                client.sendall(begin)
                while client.recv(4096):
                    pass
                closed.append(True)
        return closed

    assert _mail(wait)[0] == [True, True]


def test_a_line_without_end_ends_the_connection() -> None:
    """Aiosmtpd would collect it as long as it comes."""

    def send(host: str, port: int) -> int:
        sent = 0
        with socket.create_connection((host, port), timeout=15) as client:
            client.sendall(b"EHLO x\r\nMAIL FROM:<a@b.c>\r\nRCPT TO:<a@b.c>\r\nDATA\r\n")
            try:
                while sent < 64 * smtp.LARGEST_BYTES:
                    client.sendall(b"y" * 65536)
                    sent += 65536
            except OSError:
                pass
        return sent

    sent, got = _mail(send)

    assert sent < 32 * smtp.LARGEST_BYTES
    assert got == []
