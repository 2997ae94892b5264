"""Chats that Alertmanager can write to: each an address or a token that is secret, and perhaps a room."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, StringConstraints, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.channel import NotificationChannel, SecretFile, Way
from vitals.model.catalog.fields import STRICT

PublicUrl = Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+$")]
"""An address without a user or password in it."""
_Word = Annotated[str, StringConstraints(pattern=r"^[^\s{}]+$")]
"""An id or name without white space, in which nothing is a template."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class SlackReplies:
    """The bot that answers a notification with a picture: an incoming webhook can write, and cannot reply.

    The bot needs the scopes ``channels:history`` (``groups:history`` in a private channel), to find the notification,
    and ``files:write``, and sees only channels that it was invited to.

    Attributes:
        channel_id: What Slack calls the channel, at the foot of its details: a bot does not know its name.
        token_file: The secret file with the bot's token.
    """

    channel_id: Annotated[str, StringConstraints(pattern=r"^[CG][A-Z0-9]{8,20}$")]
    token_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Slack(NotificationChannel):
    """A Slack channel; ``webhook_file`` holds the incoming webhook's URL, which is the secret.

    ``pictures`` is who replies with the picture of an alert's panel, where the environment has pictures.
    """

    kind: ClassVar[str] = "slack"
    way: ClassVar[Way] = "chat"

    channel: Annotated[str, StringConstraints(pattern=r"^#[a-z0-9_-]{1,79}$")]
    webhook_file: SecretFile
    pictures: SlackReplies | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class MicrosoftTeams(NotificationChannel):
    """A channel of Microsoft Teams; ``webhook_file`` holds the URL of a workflow "when a webhook request is received".

    The connectors of Office 365, which Alertmanager calls ``msteams``, are retired: a workflow takes their place.
    """

    kind: ClassVar[str] = "msteamsv2"
    way: ClassVar[Way] = "chat"

    webhook_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Discord(NotificationChannel):
    """A Discord channel; ``webhook_file`` holds its webhook's URL."""

    kind: ClassVar[str] = "discord"
    way: ClassVar[Way] = "chat"

    webhook_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Mattermost(NotificationChannel):
    """A Mattermost channel; ``webhook_file`` holds the incoming webhook's URL. Alertmanager knows it from 0.30 on."""

    kind: ClassVar[str] = "mattermost"
    way: ClassVar[Way] = "chat"

    webhook_file: SecretFile
    channel: _Word | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Telegram(NotificationChannel):
    """A Telegram chat: its number, negative for a group; ``bot_token_file`` holds the token of the bot that writes.

    ``topic`` is the number of a topic in a group that has some.
    """

    kind: ClassVar[str] = "telegram"
    way: ClassVar[Way] = "chat"

    chat: int
    bot_token_file: SecretFile
    topic: int | None = None

    @model_validator(mode="after")
    def _is_a_chat(self) -> Telegram:
        if self.chat == 0:
            raise ValueError("0 is the number of no chat. A group's is negative, such as -1001234567890")
        return self


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Webex(NotificationChannel):
    """A Webex room by its id; ``bot_token_file`` holds the access token of the bot that writes."""

    kind: ClassVar[str] = "webex"
    way: ClassVar[Way] = "chat"

    room: _Word
    bot_token_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Rocketchat(NotificationChannel):
    """A channel of a Rocket.Chat server: the files hold both parts of a personal access token."""

    kind: ClassVar[str] = "rocketchat"
    way: ClassVar[Way] = "chat"

    channel: Annotated[str, StringConstraints(pattern=r"^[#@][^\s{}]+$")]
    user_id_file: SecretFile
    token_file: SecretFile
    server: PublicUrl = "https://open.rocket.chat"


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Wechat(NotificationChannel):
    """Members, departments or tags of a WeCom corporation, several with ``|`` between them.

    ``secret_file`` holds the secret of the application ``agent`` that writes.
    """

    kind: ClassVar[str] = "wechat"
    way: ClassVar[Way] = "chat"

    corporation: _Word
    agent: Annotated[str, StringConstraints(pattern=r"^\d+$")]
    secret_file: SecretFile
    users: str = Field(default="", pattern=r"^[^\s{}]*$")
    departments: str = Field(default="", pattern=r"^[^\s{}]*$")
    tags: str = Field(default="", pattern=r"^[^\s{}]*$")

    @model_validator(mode="after")
    def _has_readers(self) -> Wechat:
        if not (self.users or self.departments or self.tags):
            raise ValueError("users, departments and tags are all empty, so it would be sent to no reader. Name one")
        return self
