"""Channels beside chats: incident services that wake people, mail, tickets, and programs."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import StringConstraints
from pydantic.dataclasses import dataclass

from vitals.model.catalog.channel import NotificationChannel, SecretFile, Way
from vitals.model.catalog.channels_of_chats import PublicUrl
from vitals.model.catalog.fields import STRICT

_Plain = Annotated[str, StringConstraints(pattern=r"^[^{}\n]+$")]
"""A name in which nothing is a template."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class PagerDuty(NotificationChannel):
    """A PagerDuty service; ``routing_key_file`` holds its Events v2 integration key."""

    kind: ClassVar[str] = "pagerduty"
    way: ClassVar[Way] = "incident"

    routing_key_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Opsgenie(NotificationChannel):
    """An Opsgenie integration, or Jira Service Management's; ``api_key_file`` holds its key.

    ``api`` is another address of the service, such as that of the European Union.
    """

    kind: ClassVar[str] = "opsgenie"
    way: ClassVar[Way] = "incident"

    api_key_file: SecretFile
    responder_team: _Plain | None = None
    api: PublicUrl | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class VictorOps(NotificationChannel):
    """A route of VictorOps, today Splunk On-Call, by its routing key; ``api_key_file`` holds the integration's key."""

    kind: ClassVar[str] = "victorops"
    way: ClassVar[Way] = "incident"

    route: Annotated[str, StringConstraints(pattern=r"^[^\s{}/]+$")]
    api_key_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class IncidentIo(NotificationChannel):
    """An alert source of incident.io: the files hold its URL and its token. Alertmanager knows it from 0.29 on."""

    kind: ClassVar[str] = "incidentio"
    way: ClassVar[Way] = "incident"

    url_file: SecretFile
    token_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Pushover(NotificationChannel):
    """A user or group of Pushover: the files hold its key, and the token of the application that sends.

    Its address cannot be said to Alertmanager, so nothing stands in for it on one machine.
    """

    kind: ClassVar[str] = "pushover"
    way: ClassVar[Way] = "incident"

    user_key_file: SecretFile
    token_file: SecretFile


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Email(NotificationChannel):
    """A mailbox that a team reads; the environment's ``smtp`` says by which server.

    ``pictures`` sends the picture of an alert's panel into the same thread, where the environment has pictures.
    """

    kind: ClassVar[str] = "email"
    way: ClassVar[Way] = "mail"

    to: Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$")]
    pictures: bool = False


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Jira(NotificationChannel):
    """A Jira project in which an issue is opened, kept up to date, and closed where ``resolve_transition`` says how.

    Attributes:
        api: With the version of the interface: ``https://example.atlassian.net/rest/api/2``.
        user: Whose API token it is, on Jira Cloud; None for a personal access token of Jira Data Center.
    """

    kind: ClassVar[str] = "jira"
    way: ClassVar[Way] = "ticket"

    api: Annotated[str, StringConstraints(pattern=r"^https?://[^\s@]+/rest/api/[23]$")]
    project: Annotated[str, StringConstraints(pattern=r"^[A-Z][A-Z0-9_]*$")]
    token_file: SecretFile
    user: _Plain | None = None
    issue_type: _Plain = "Bug"
    resolve_transition: _Plain | None = None


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Sns(NotificationChannel):
    """A topic of Amazon SNS.

    The keys are those of ``profile`` in the environment's ``aws_credentials_file``: Alertmanager takes AWS' own file
    and no other.
    """

    kind: ClassVar[str] = "sns"
    way: ClassVar[Way] = "program"

    topic_arn: Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w.-]+$")]
    profile: Annotated[str, StringConstraints(pattern=r"^[\w.-]+$")] = "default"
    role_arn: Annotated[str, StringConstraints(pattern=r"^arn:aws[a-z-]*:iam::\d{12}:role/\S+$")] | None = None

    @property
    def region(self) -> str:
        """Where the topic is."""
        return self.topic_arn.split(":")[3]


@dataclass(frozen=True, config=STRICT, kw_only=True)
class Webhook(NotificationChannel):
    """A program that takes Alertmanager's own JSON; ``url_file`` holds its address, ``token_file`` a bearer token."""

    kind: ClassVar[str] = "webhook"
    way: ClassVar[Way] = "program"

    url_file: SecretFile
    token_file: SecretFile | None = None
