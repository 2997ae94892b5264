"""Where pictures follow a notification, as ``model.json`` has it: the relay knows no other place to send one to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import Field

from vitals.rendered.entry import Entry


class SlackThreads(Entry):
    """Replies in a Slack channel: its id, and the secret file with the token of the bot that replies."""

    kind: Literal["slack"] = "slack"
    channel_id: str
    token_file: str


class MailThreads(Entry):
    """Mails to a mailbox, in the thread of the notification."""

    kind: Literal["email"] = "email"
    to: str


Threads = Annotated[SlackThreads | MailThreads, Field(discriminator="kind")]


class MailServer(Entry):
    """The mail server that Alertmanager uses, too.

    Attributes:
        smarthost: ``host:port``.
        sender: Whom mails are from.
        username: With which it signs in; ``None`` where that is not needed.
        password_file: The secret file with the password.
        require_tls: Whether nothing is sent without TLS.
    """

    smarthost: str
    sender: str
    username: str | None
    password_file: str | None
    require_tls: bool


class PicturesEntry(Entry):
    """What the relay of pictures works with.

    Attributes:
        token_file: The secret file with the token by which it knows Alertmanager.
        every_s: How long a group of alerts waits for its next picture, in seconds.
        slack_api: Base URL of Slack's Web API, or of what stands in for it.
        mail: The mail server; ``None`` where no picture follows by mail.
        receivers: The channels that a picture goes to, by the receiver that hears of it.
    """

    token_file: str
    every_s: float
    slack_api: str
    mail: MailServer | None
    receivers: Mapping[str, tuple[Threads, ...]]

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of channels that a picture goes to, each once."""
        return tuple(sorted({one.kind for those in self.receivers.values() for one in those}))

    @property
    def bots(self) -> tuple[str, ...]:
        """The names of the secret files with the tokens of bots, each once."""
        there = (one for those in self.receivers.values() for one in those)
        return tuple(dict.fromkeys(one.token_file for one in there if isinstance(one, SlackThreads)))

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of all secret files that the relay reads."""
        password = self.mail.password_file if self.mail else None
        return tuple(dict.fromkeys((self.token_file, *self.bots, *((password,) if password else ()))))
