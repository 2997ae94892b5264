"""What Alertmanager says of a notification, read as what it is: data of anyone who can reach the relay.

Reference: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from vitals.local.relay.problem import NoPictureError

LARGEST_BYTES = 1024 * 1024
"""Of a call: fifty alerts, as Alertmanager is asked for, with 20 KiB each; ours have two."""
NAME_CHARACTERS = 100
LINE_CHARACTERS = 500
"""As in the text of the notification itself, so that both have one headline."""
_INVISIBLE = re.compile("[\\s\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")
"""What starts a line in any notation, and what turns the direction of writing."""


class _Alert(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["firing", "resolved"]
    labels: dict[str, str]
    annotations: dict[str, str] = Field(default_factory=dict)
    fingerprint: Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{16}$")]


class _Call(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    version: Literal["4"]
    receiver: str
    group_key: Annotated[str, Field(alias="groupKey"), StringConstraints(min_length=1, max_length=16 * 1024)]
    alerts: tuple[_Alert, ...] = Field(max_length=200)


@dataclass(frozen=True, slots=True)
class Notice:
    """A notification that people got, or are getting.

    Attributes:
        receiver: Which receiver of pictures was called.
        group_key: Alertmanager's name for the group of alerts.
        fingerprints: Its numbers of the alerts that fire.
        title: The headline of the notification, in one line.
        summary: What the first alert says of itself, in one line.
        link: The address of the panel of the first alert, as it says it; empty where it says none.
        at: Unix seconds at which it was heard of.
    """

    receiver: str
    group_key: str
    fingerprints: frozenset[str]
    title: str
    summary: str
    link: str
    at: float

    @property
    def group(self) -> str:
        """The group of alerts as this receiver hears of it: what has one picture at a time."""
        return f"{self.receiver} {self.group_key}"

    @property
    def thread(self) -> str:
        """The Message-ID that begins the thread of its mails, as Alertmanager writes it (notify/email)."""
        return f"<alert-{sha256(self.group_key.encode()).hexdigest()[:16]}-@alertmanager>"


def parse(body: bytes, at: float) -> Notice | None:
    """Read a call.

    Args:
        body: Its body, at most ``LARGEST_BYTES``.
        at: Unix seconds at which it arrived.

    Returns:
        None where nothing fires in it.

    Raises:
        NoPictureError: It is not a call of Alertmanager.
    """
    try:
        call = _Call.model_validate_json(body)
    except (ValidationError, RecursionError) as error:
        raise NoPictureError("not_understood", "the body is not a call of Alertmanager") from error
    firing = [one for one in call.alerts if one.status == "firing"]
    if not firing:
        return None
    first = firing[0]
    name, service = (line(first.labels.get(label, ""), NAME_CHARACTERS) for label in ("alertname", "service"))
    return Notice(
        receiver=call.receiver,
        group_key=call.group_key,
        fingerprints=frozenset(one.fingerprint for one in firing),
        title=f"[FIRING] {name}{f': {service}' if service else ''}",
        summary=line(first.annotations.get("summary", ""), LINE_CHARACTERS),
        link=first.annotations.get("dashboard_url", ""),
        at=at,
    )


def line(text: str, most: int) -> str:
    """Text from outside as one line of at most ``most`` characters, with an ellipsis when it is cut."""
    clean = _INVISIBLE.sub(" ", text.encode("utf-8", "replace").decode()).strip()
    return clean if len(clean) <= most else f"{clean[:most]}…"
