"""Where a channel leads: a name that is open, or the name of the file that holds the secret."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_OPEN = ("channel", "to", "chat_id", "room_id", "project", "topic_arn", "to_user", "to_party", "to_tag")
"""Fields of Alertmanager that name a destination openly."""
_SECRET = ("routing_key_file", "webhook_url_file", "url_file", "api_key_file", "user_key_file")
"""Fields that name the file whose content says where a notification goes; two keys are two destinations."""


def destination(kind: str, settings: Mapping[str, Any]) -> str:
    """Where a channel leads.

    Args:
        kind: Alertmanager's word for it, such as ``slack``.
        settings: Its settings.

    Returns:
        Empty where they do not say.
    """
    # VictorOps' routing key is the name of a route; that of PagerDuty, in a file of another team's, is the secret.
    for field in (*_OPEN, *(["routing_key"] if kind == "victorops" else [])):
        if value := settings.get(field):
            return str(value)
    for field in _SECRET:
        if value := settings.get(field):
            return str(value).rpartition("/")[2]
    return ""
