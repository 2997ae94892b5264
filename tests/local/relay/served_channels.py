"""The ends of a notification as the local stack has them: Slack's webhook and Web API, PagerDuty, and a mailbox.

They speak the part of each protocol that is used, and refuse what the services refuse; they are not the services.
"""

from __future__ import annotations

import asyncio
import smtplib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message
from pathlib import Path

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from starlette.applications import Starlette

from vitals.local.portal.interfaces import Delivery
from vitals.local.processes.ports import free_ports, listen
from vitals.local.stack.receivers.kept_pictures import KeptPictures
from vitals.local.stack.receivers.pagerduty import pagerduty_routes
from vitals.local.stack.receivers.slack import slack_routes, webhook_path
from vitals.local.stack.receivers.slack_api import SlackWorkspace, slack_api_path, slack_api_routes
from vitals.local.stack.receivers.smtp import mailbox
from vitals.local.stack.serve import serving

TOKEN, BOT, KEY = "t" * 24, "b" * 32, "k" * 32


@dataclass(slots=True)
class ServedChannels:
    """Where they are, and what arrived.

    Attributes:
        pictures: The folder in which pictures are kept.
        http: Base URL of everything but mail.
        smtp: ``host:port``.
        delivered: In the order of arrival.
        workspace: What Slack knows.
        mails: Every mail whole, for its headers.
    """

    pictures: Path
    http: str = ""
    smtp: str = ""
    delivered: list[Delivery] = field(default_factory=list)
    workspace: SlackWorkspace = field(default_factory=SlackWorkspace)
    mails: list[Message] = field(default_factory=list)

    @property
    def webhook(self) -> str:
        """The secret address of Slack's incoming webhook."""
        return self.http + webhook_path(TOKEN)

    @property
    def pagerduty(self) -> str:
        """PagerDuty's Events API."""
        return f"{self.http}/v2/enqueue"

    @property
    def slack_api(self) -> str:
        """Base URL of Slack's Web API."""
        return self.http + slack_api_path(f"/channels/{BOT}")

    def texts(self, channel: str) -> list[Delivery]:
        """The notifications on a channel."""
        return [one for one in list(self.delivered) if one.channel == channel and not one.picture]

    def followed(self, channel: str) -> list[Delivery]:
        """The pictures that followed them."""
        return [one for one in list(self.delivered) if one.channel == channel and one.picture]


class _Keeping:
    """A mail server that keeps each mail whole and hands it on."""

    def __init__(self, mails: list[Message], address: str) -> None:
        self._mails = mails
        self._host, _, self._port = address.partition(":")

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        content = envelope.original_content or b""
        self._mails.append(message_from_bytes(content))
        with smtplib.SMTP(self._host, int(self._port)) as next_one:
            next_one.sendmail(str(envelope.mail_from), [str(one) for one in envelope.rcpt_tos], content)
        return "250 OK"


@contextmanager
def served_channels(pictures: Path) -> Iterator[ServedChannels]:
    """Serve them until the end of the block."""
    found, ready, loop = ServedChannels(pictures), threading.Event(), asyncio.new_event_loop()
    done = asyncio.Event()

    async def run() -> None:
        keep = KeptPictures(pictures).keep
        routes = [
            *slack_routes(TOKEN, found.delivered.append, found.workspace),
            *slack_api_routes(BOT, found.workspace, keep, found.delivered.append),
            *pagerduty_routes(KEY, found.delivered.append),
        ]
        async with (
            serving(Starlette(routes=routes), listen(0, "")) as found.http,
            mailbox(listen(0, ""), found.delivered.append, keep) as found.smtp,
        ):
            ready.set()
            await done.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(run(),))
    thread.start()
    try:
        assert ready.wait(20.0)
        keeping = Controller(_Keeping(found.mails, found.smtp), hostname="127.0.0.1", port=free_ports(["smtp"])["smtp"])
        keeping.start()
        found.smtp = f"127.0.0.1:{keeping.port}"
        try:
            yield found
        finally:
            keeping.stop()
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(20.0)
        loop.close()


def until(holds: object, what: str, within_s: float = 30.0) -> None:
    """Wait until something holds, and fail with its name when it does not."""
    assert callable(holds)
    deadline = time.monotonic() + within_s
    while not holds():
        assert time.monotonic() < deadline, f"waited {within_s:g} s in vain until {what}"
        time.sleep(0.02)
