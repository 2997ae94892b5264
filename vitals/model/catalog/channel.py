"""What every channel has in common: of what it is notified, when, and how long after an alert fired.

A channel is a destination that Alertmanager can send to. Its secrets are names of files, never values: they lie in the
environment's secrets folder, and neither the catalogue nor a rendered file nor Pulumi's state holds one.
"""

from __future__ import annotations

import re
from dataclasses import fields
from typing import Annotated, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator
from pydantic.dataclasses import dataclass

from vitals.model.catalog.fields import STRICT, Duration, OneOrMore, seconds
from vitals.model.catalog.hours import Hours

Way = Literal["chat", "mail", "incident", "ticket", "program"]
"""How a kind of channel reaches people: the routing policy says which ways an urgency takes."""
Urgency = Literal["critical", "warning", "info"]
WORKING_HOURS, OUT_OF_HOURS = "working-hours", "out-of-hours"

_LIKE_A_SECRET = re.compile(r"(?=.*\d)[0-9a-z]{24,}|xox[a-z]-.*|\d{6,}:.*")
"""A long word of letters and digits without a hyphen or dot (a PagerDuty key has 32), a Slack or a Telegram token."""


def _secret_file(name: str) -> str:
    if "/" in name or ":" in name or len(name) > 80 or _LIKE_A_SECRET.fullmatch(name):  # noqa: PLR2004 as FileName
        raise ValueError(
            "this is the name of a file in the environment's secrets folder, never a path and never the secret itself. "
            "Write a name such as 'payments-pagerduty-key', and put the secret into that file"
        )
    if not re.fullmatch(r"[a-z0-9][a-z0-9.-]*", name):
        raise ValueError("names of secret files are lower-case letters, digits, dots and hyphens")
    return name


SecretFile = Annotated[str, AfterValidator(_secret_file)]
"""The name of a secret's file inside the environment's secrets folder; never a path, never the secret."""


@dataclass(frozen=True, config=STRICT, kw_only=True)
class NotificationChannel:
    """A destination of notifications.

    Attributes:
        severities: Of which urgencies it is notified; those that the routing policy gives its way where it names none.
        during: When it is notified: always, within or outside the team's working hours, or in hours of its own. What
            still fires when its hours begin is sent then; what is over by then never was, and the end of what it was
            notified of is not sent outside them.
        after: Only what still fires so long after it began, such as ``15m``: the second receiver of an escalation.
            Alertmanager knows no acknowledgement; a silence is what keeps an alert in hand from going further.
    """

    kind: ClassVar[str]
    """Alertmanager's own word: its settings are ``<kind>_configs``."""
    way: ClassVar[Way]

    severities: OneOrMore[Urgency] = Field(default=(), strict=False)
    during: Hours | Literal["working-hours", "out-of-hours"] | None = None
    after: Duration | None = None

    @model_validator(mode="after")
    def _waits_less_than_a_repetition(self) -> NotificationChannel:
        if self.after and seconds(self.after) > 24 * 3600:
            raise ValueError(
                f"after {self.after} is longer than a day, in which every alert is repeated to those who had it first. "
                "Give a time such as '15m'"
            )
        return self

    @property
    def secrets(self) -> tuple[str, ...]:
        """The names of the secret files that it reads."""
        named = (getattr(self, field.name) for field in fields(self) if field.name.endswith("_file"))
        return tuple(name for name in named if name)
