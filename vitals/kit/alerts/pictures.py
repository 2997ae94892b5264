"""How a picture follows a notification: what marks the message that it belongs to, and who is informed to send it.

The text goes out as it always does. Beside its receiver stands another one, for the same alerts at the same times, with
nothing but the relay in it: Alertmanager sends to both at once and waits for neither.
"""

from __future__ import annotations

from vitals.errors import VitalsError
from vitals.model.catalog import Email, Environment, NotificationChannel, Slack
from vitals.rendered import names

Config = dict[str, object]

FOOTER = "{{ with .Alerts.Firing }}alert {{ (index . 0).Fingerprint }}{{ end }}"
"""Alertmanager's own number of the first alert that fires: hexadecimal digits, which no value of a label can change."""
_ANSWERS_WITHIN = "5s"
"""The relay answers before it draws, in milliseconds; what takes longer hangs, and Alertmanager tries again."""
_ALERTS = 50
"""The relay draws one; the others are there to find the message, which names the first of those that fired then."""


def has_pictures(channel: NotificationChannel, on: Environment) -> bool:
    """Whether a picture follows what is sent to a channel."""
    return bool(on.pictures and isinstance(channel, Slack | Email) and channel.pictures)


def slack_mark(channel: Slack, on: Environment) -> Config:
    """The line by which the relay finds the message that it replies to."""
    return {"footer": FOOTER} if has_pictures(channel, on) else {}


def mail_thread(channel: Email, on: Environment) -> Config:
    """One thread for each group for ever: with a date in it, a mail and its picture could be of two days."""
    return {"threading": {"enabled": True, "thread_by_date": "none"}} if has_pictures(channel, on) else {}


def receiver_of_pictures(name: str, on: Environment) -> Config:
    """The receiver by which the relay hears of what people are notified of.

    Args:
        name: Of the receiver of people.
        on: Where it runs.

    Raises:
        VitalsError: There are no pictures.
    """
    if on.pictures is None:
        raise VitalsError(f"The environment {on.name!r} has no pictures, so none can follow. Set its pictures.")
    token = {"type": "Bearer", "credentials_file": f"{on.secrets_dir}/{on.pictures.token_file}"}
    webhook: Config = {
        "url": f"{on.pictures.url}{names.PICTURES_PATH}",
        "http_config": {"authorization": token, "follow_redirects": False},
        "send_resolved": False,
        "max_alerts": _ALERTS,
        "timeout": _ANSWERS_WITHIN,
    }
    return {"name": f"{name}{names.PICTURES_ENDING}", "webhook_configs": [webhook]}
