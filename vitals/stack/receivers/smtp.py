"""An SMTP server for the mails that Alertmanager sends, on the supervisor's own event loop.

It takes every mail for any address, keeps none of its body, and never sends one on.
"""

import asyncio
import contextlib
import re
import socket
import time
from collections.abc import AsyncIterator, Callable
from email import message_from_bytes, policy

from aiosmtpd.smtp import SMTP, Envelope, Session

from vitals.portal.feeds import Delivery
from vitals.stack.receivers.message import alerts_of, is_resolved

LARGEST_BYTES = 4 * 1024 * 1024


class _Mailbox:
    def __init__(self, deliver: Callable[[Delivery], None]) -> None:
        self._deliver = deliver

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        arrived = time.time()
        message = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        summary = str(message["subject"] or "")
        body = message.get_body(preferencelist=("plain", "html"))
        text = re.sub(r"<[^>]*>", " ", str(body.get_content())) if body is not None else ""
        for address in envelope.rcpt_tos:
            self._deliver(
                Delivery(
                    channel="email",
                    receiver=str(address),
                    at=arrived,
                    status="resolved" if is_resolved(summary) else "firing",
                    alerts=alerts_of(summary, text),
                    summary=summary,
                )
            )
        return "250 Message accepted for delivery"


@contextlib.asynccontextmanager
async def mailbox(listener: socket.socket, deliver: Callable[[Delivery], None]) -> AsyncIterator[str]:
    """Take mails on an already listening socket while the context is open, and close the socket at its end.

    Args:
        listener: A listening loopback socket.
        deliver: Gets one delivery per recipient of every mail.

    Yields:
        The address as ``host:port``.
    """
    loop = asyncio.get_running_loop()
    handler = _Mailbox(deliver)
    server = await loop.create_server(
        lambda: SMTP(handler, hostname="localhost", data_size_limit=LARGEST_BYTES, loop=loop), sock=listener
    )
    host, port = listener.getsockname()[:2]
    try:
        yield f"{host}:{port}"
    finally:
        server.close()
        await server.wait_closed()
