"""Who is notified: a team and its three channels. Secrets appear only as names of files."""

from __future__ import annotations

from typing import Annotated

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT, FileName, Name
from vitals.model.catalog.time_zone import TimeZone


@dataclass(frozen=True, config=STRICT)
class Slack:
    """A Slack channel; ``webhook_file`` holds the incoming webhook's URL, which is the secret."""

    channel: Annotated[str, StringConstraints(pattern=r"^#[a-z0-9_-]{1,79}$")]
    webhook_file: FileName


@dataclass(frozen=True, config=STRICT)
class Email:
    """A mailbox that a team reads."""

    to: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]


@dataclass(frozen=True, config=STRICT)
class PagerDuty:
    """A PagerDuty service; ``routing_key_file`` holds its Events v2 integration key."""

    routing_key_file: FileName


@dataclass(frozen=True, config=STRICT)
class Team:
    """A team that owns services.

    Pages (critical) go to all three channels, warnings to e-mail and Slack, information to Slack only.

    Attributes:
        time_zone: Whose clock decides its working hours, 07:00 to 19:00 from Monday to Friday, within which information
            is sent; the environment's where it is None.
    """

    name: Name
    email: Email
    slack: Slack
    pagerduty: PagerDuty
    time_zone: TimeZone | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret files that its receivers read."""
        return (self.slack.webhook_file, self.pagerduty.routing_key_file)
