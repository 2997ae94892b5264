"""An SMTP server for the mails that Alertmanager sends, on the supervisor's own event loop.

It takes every mail for any address, keeps of its body what a page shows, and never sends one on. No token is needed
to send one, so a mail is read in a thread, and everything about it is bounded: time, bytes, recipients, parts.
"""

import asyncio
import contextlib
import re
import socket
import time
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes, policy
from email.errors import MessageError
from email.header import decode_header
from email.message import Message

from aiosmtpd.smtp import SMTP, Envelope, Session

from vitals.local.portal.interfaces import Delivery
from vitals.local.stack.receivers.message import alerts_of, is_resolved, readable, shortened

LARGEST_BYTES = 1024 * 1024
"""Of a mail: three times our longest text, with every character four bytes and each written as three."""
_CONNECTION_BYTES = 8 * LARGEST_BYTES
"""Of all mails of a connection, and of a line that does not end."""
COMMAND_S = 15.0
"""For a command or the whole of a mail's data; Alertmanager's take milliseconds."""
MOST_CONNECTIONS = 320
"""As many as the other servers of this process may hold (:mod:`vitals.local.stack.timely`)."""
MOST_RECIPIENTS = 100
"""Of one mail: what every server has to take (RFC 5321, section 4.5.3.1.8)."""
_MOST_PARTS = 10
"""Each nested part costs the parser another look at every line; Alertmanager's mails have one level."""
_SUBJECT_CHARACTERS = 8192
_TAG = re.compile(r"<[^<>]*>")


class _Mailbox:
    def __init__(self, deliver: Callable[[Delivery], None], keep: Callable[[bytes], str]) -> None:
        self._deliver = deliver
        self._keep = keep

    async def handle_RCPT(  # noqa: N802  aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if len(envelope.rcpt_tos) >= MOST_RECIPIENTS:
            return "452 Too many recipients"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        arrived = time.time()
        content = envelope.original_content or b""
        if content.lower().count(b"boundary=") > _MOST_PARTS:
            return "550 Too many parts"
        try:
            await asyncio.to_thread(self._take, content, [str(one) for one in envelope.rcpt_tos], arrived)
        except (MessageError, LookupError, ValueError):
            return "550 The mail cannot be read"
        return "250 Message accepted for delivery"

    def _take(self, content: bytes, addresses: list[str], arrived: float) -> None:
        message = message_from_bytes(content, policy=policy.compat32)
        summary = shortened(_subject(str(message["subject"] or "")[:_SUBJECT_CHARACTERS]))
        text = _text(message)
        picture = self._picture(message)
        alerts = () if picture else alerts_of(summary, text)
        for address in addresses:
            self._deliver(
                Delivery(
                    channel="email",
                    receiver=shortened(address),
                    at=arrived,
                    status="resolved" if is_resolved(summary) else "firing",
                    alerts=alerts,
                    summary=summary,
                    text=readable(text),
                    picture=picture,
                )
            )

    def _picture(self, message: Message) -> str:
        """The name of the picture that a mail brings into the thread of a notification; empty for any other mail."""
        if not str(message["in-reply-to"] or "").startswith("<alert-"):
            return ""
        part = next((part for part in message.walk() if part.get_content_type() == "image/png"), None)
        content = part.get_payload(decode=True) if part is not None else None
        return self._keep(content) if isinstance(content, bytes) else ""


def _subject(raw: str) -> str:
    """A subject in one line, its encoded words read; bytes that are none of their encoding are replaced."""
    pieces = decode_header(" ".join(raw.split()))
    words = "".join(
        piece if isinstance(piece, str) else piece.decode(encoding or "ascii", errors="replace")
        for piece, encoding in pieces
    )
    return " ".join(words.split())


def _text(message: Message) -> str:
    """The first part of plain text, or else of HTML, without its tags."""
    found = {part.get_content_type(): part for part in reversed(list(message.walk()))}
    part = found.get("text/plain") or found.get("text/html")
    content = part.get_payload(decode=True) if part is not None else None
    return _TAG.sub(" ", content.decode("utf-8", errors="replace")) if isinstance(content, bytes) else ""


class _Connection(SMTP):
    """aiosmtpd, which remembers a line without end for ever and takes any number of connections, with bounds."""

    def __init__(self, handler: _Mailbox, connections: set["_Connection"], loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(handler, hostname="localhost", data_size_limit=LARGEST_BYTES, timeout=COMMAND_S, loop=loop)
        self._connections = connections
        self._received = 0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._connections.add(self)
        super().connection_made(transport)
        if len(self._connections) > MOST_CONNECTIONS:
            self._abort()

    def connection_lost(self, error: Exception | None) -> None:
        self._connections.discard(self)
        super().connection_lost(error)

    def data_received(self, data: bytes) -> None:
        self._received += len(data)
        if self._received > _CONNECTION_BYTES:
            self._abort()
        else:
            super().data_received(data)

    def _abort(self) -> None:
        if isinstance(self.transport, asyncio.WriteTransport):
            self.transport.abort()


@contextlib.asynccontextmanager
async def mailbox(
    listener: socket.socket, deliver: Callable[[Delivery], None], keep: Callable[[bytes], str] = lambda _: ""
) -> AsyncIterator[str]:
    """Take mails on an already listening socket while the context is open, and close the socket at its end.

    Args:
        listener: A listening loopback socket.
        deliver: Gets one delivery per recipient of every mail, in a thread.
        keep: Gets the picture of a mail that follows a notification, and returns its name.

    Yields:
        The address as ``host:port``.
    """
    loop = asyncio.get_running_loop()
    handler = _Mailbox(deliver, keep)
    connections: set[_Connection] = set()
    server = await loop.create_server(lambda: _Connection(handler, connections, loop), sock=listener)
    host, port = listener.getsockname()[:2]
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()
