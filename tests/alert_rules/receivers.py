"""The far ends of the routes for tests: a Slack webhook, PagerDuty's Events v2 and a mailbox, all on loopback.

They keep each message whole, because the tests ask how many alerts one message carries and what it says.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from vitals.local.processes.ports import LOOPBACK, free_ports


@dataclass(frozen=True, slots=True)
class Message:
    """One notification.

    Attributes:
        channel: ``slack``, ``email`` or ``pagerduty``.
        title: Slack's title, the mail's subject, PagerDuty's summary; its key when it only resolves.
        text: Everything else that it says.
        resolved: Whether it says that the alert is over.
    """

    channel: str
    title: str
    text: str
    resolved: bool


@dataclass(slots=True)
class Receivers:
    """What arrived, and where to send it."""

    slack_url: str = ""
    pagerduty_url: str = ""
    smtp_address: str = ""
    messages: list[Message] = field(default_factory=list)

    def of(self, service: str) -> list[Message]:
        """The messages about one service, in the order of their arrival."""
        return [message for message in list(self.messages) if service in message.title + message.text]

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802  aiosmtpd's
        """Take a mail."""
        mail = message_from_bytes(envelope.original_content or b"", policy=policy.default)
        body = mail.get_body(preferencelist=("plain",))
        subject = str(mail["subject"])
        text = str(body.get_content()) if body else ""
        self.messages.append(Message("email", subject, text, subject.startswith("[RESOLVED]")))
        return "250 OK"

    def post(self, path: str, body: dict[str, Any]) -> int:
        """Take a webhook call and return the status of the answer."""
        if path == "/slack":
            (attachment,) = body["attachments"]
            title = str(attachment["title"])
            self.messages.append(Message("slack", title, str(attachment["text"]), title.startswith("[RESOLVED]")))
            return 200
        title = str((body.get("payload") or {}).get("summary"))
        self.messages.append(
            Message("pagerduty", title, json.dumps(body, ensure_ascii=False), body["event_action"] == "resolve")
        )
        return 202


@contextmanager
def listening() -> Iterator[Receivers]:
    """Receivers that listen until the end of the block."""
    receivers = Receivers()

    class Webhook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = receivers.post(self.path, json.loads(body))
            self.send_response(status)
            self.end_headers()
            self.wfile.write(b"{}" if status == 202 else b"ok")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer((LOOPBACK, 0), Webhook)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    mailbox = Controller(receivers, hostname=LOOPBACK, port=free_ports(["smtp"])["smtp"])
    mailbox.start()
    base = f"http://{LOOPBACK}:{server.server_port}"
    receivers.slack_url, receivers.pagerduty_url = f"{base}/slack", f"{base}/pagerduty"
    receivers.smtp_address = f"{LOOPBACK}:{mailbox.port}"
    try:
        yield receivers
    finally:
        mailbox.stop()
        server.shutdown()
        thread.join()
        server.server_close()
