"""Who is notified: a team, its channels and its hours. Secrets appear only as names of files."""

from __future__ import annotations

import difflib
from typing import Any

from pydantic import Field, field_validator, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.channel import NotificationChannel
from vitals.model.catalog.channels_of_chats import (
    Discord,
    Mattermost,
    MicrosoftTeams,
    Rocketchat,
    Slack,
    Telegram,
    Webex,
    Wechat,
)
from vitals.model.catalog.channels_of_incidents import (
    Email,
    IncidentIo,
    Jira,
    Opsgenie,
    PagerDuty,
    Pushover,
    Sns,
    VictorOps,
    Webhook,
)
from vitals.model.catalog.fields import STRICT, Name
from vitals.model.catalog.hours import Hours
from vitals.model.catalog.time_zone import TimeZone

KINDS: tuple[type[NotificationChannel], ...] = (
    Discord,
    Email,
    IncidentIo,
    Jira,
    Mattermost,
    MicrosoftTeams,
    Opsgenie,
    PagerDuty,
    Pushover,
    Rocketchat,
    Slack,
    Sns,
    Telegram,
    VictorOps,
    Webex,
    Webhook,
    Wechat,
)
"""Every kind of channel: all that Alertmanager 0.31 sends to, but for the retired connectors of Office 365."""
_NAMES = {kind.__name__.lower(): kind.__name__ for kind in KINDS}


@dataclass(frozen=True, config=STRICT)
class Team:
    """A team that owns services.

    Attributes:
        name: Value of the ``owner`` label.
        email: Its mailbox.
        slack: Its Slack channel.
        pagerduty: Its PagerDuty service.
        channels: Whatever else it has: other kinds, and a second one of these three. A team needs one of all.
        time_zone: Whose clock decides its hours; the environment's where it is None.
        working_hours: Within which information is sent; those of the routing policy where it is None.
    """

    name: Name
    email: Email | None = None
    slack: Slack | None = None
    pagerduty: PagerDuty | None = None
    channels: tuple[NotificationChannel, ...] = Field(default=(), strict=False)
    time_zone: TimeZone | None = None
    working_hours: Hours | None = None

    @field_validator("channels", mode="before")
    @classmethod
    def _are_channels(cls, given: Any) -> Any:  # noqa: ANN401  whatever people write
        several = tuple(given) if isinstance(given, tuple | list) else (given,)
        for one in several:
            if not isinstance(one, KINDS):
                word = one if isinstance(one, str) else type(one).__name__
                close = difflib.get_close_matches(word.lower().replace("_", ""), _NAMES, n=1)
                hint = f"Did you mean {_NAMES[close[0]]}(...)" if close else f"There are {', '.join(_NAMES.values())}"
                raise ValueError(  # noqa: TRY004 pydantic reports only ValueError
                    f"{word!r} is not a channel that Alertmanager can send to. {hint}"
                )
        return several

    @model_validator(mode="before")
    @classmethod
    def _has_no_field_for_every_kind(cls, given: Any) -> Any:  # noqa: ANN401  pydantic's own form of arguments
        for field in given.kwargs or {}:
            kind = _NAMES.get(field.replace("_", ""))
            if kind and field not in cls.__dataclass_fields__:
                raise ValueError(f"there is no field {field!r}: write channels=({kind}(...),)")
        return given

    @model_validator(mode="after")
    def _can_be_notified(self) -> Team:
        if not self.every_channel:
            raise ValueError(
                "it has no channel, so it would hear of nothing. Give it one, such as pagerduty=PagerDuty(...) or "
                "channels=(MicrosoftTeams(...),)"
            )
        if len(set(self.every_channel)) < len(self.every_channel):
            raise ValueError("one channel is named twice, so everything would be sent there twice. Remove one")
        if self.working_hours and self.working_hours.time_zone:
            raise ValueError("working_hours follow the team's own clock. Say its zone as time_zone of the team")
        return self

    @property
    def every_channel(self) -> tuple[NotificationChannel, ...]:
        """All its channels, in the order in which they are declared."""
        named = (self.slack, self.email, self.pagerduty)
        return (*(one for one in named if one), *self.channels)

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret files that its receivers read."""
        return tuple(dict.fromkeys(name for channel in self.every_channel for name in channel.secrets))
