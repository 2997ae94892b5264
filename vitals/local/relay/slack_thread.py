"""A reply with a picture, below the message that Alertmanager wrote, by Slack's Web API.

The message is looked for among the newest of its channel: an incoming webhook does not return what it wrote. Its footer
names an alert that fires, as Alertmanager numbers it. A picture is only ever a reply; where there is no such message,
none is sent. Reference: https://docs.slack.dev/reference/methods.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Mapping
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx

from vitals.local.relay.notice import Notice
from vitals.local.relay.picture import PanelPicture
from vitals.local.relay.problem import NoPictureError
from vitals.local.relay.secret_file import secret
from vitals.rendered import SlackThreads

ANSWER_WITHIN_S = 10.0
"""For each request; three of them make a reply."""
LOOKS_AFTER_S = (0.0, 1.0, 2.0, 4.0, 8.0, 15.0)
"""Seconds before each look at the channel: half a minute in all, for the message can come later."""
_EARLIER_S = 120.0
"""How much older than the call the message may be: Slack's clock, and what the drawing took."""
_LOOKED_AT = 100
"""Messages of the channel that are read: in an outage several alerts notify at once, never a hundred in two minutes."""
_LARGEST_ANSWER = 4 * 1024 * 1024
"""Of bytes: a hundred messages, each of 40,000 characters at most and hardly any of more than 2,000."""
_ALT_CHARACTERS = 1000
"""Slack's own bound of a description for those who do not see the picture."""


class SlackReplier:
    """Replies in Slack.

    Args:
        api: Base URL of the Web API.
        secrets: The folder in which the bots' tokens lie; they are read anew for each reply.
        sleep: How to wait.
    """

    def __init__(self, api: str, secrets: Path, sleep: Callable[[float], None] = time.sleep) -> None:
        self._api = api.rstrip("/")
        self._secrets = secrets
        self._sleep = sleep

    def reply(self, where: SlackThreads, notice: Notice, picture: PanelPicture) -> None:
        """Reply to the message of a notification.

        Raises:
            NoPictureError: It was not found, or Slack did not take the picture.
        """
        headers = {"Authorization": f"Bearer {secret(self._secrets, where.token_file)}"}
        try:
            with httpx.Client(headers=headers, timeout=ANSWER_WITHIN_S, follow_redirects=False) as client:
                thread = self._message(client, where.channel_id, notice)
                self._upload(client, where.channel_id, thread, picture)
        except httpx.HTTPError as error:
            raise NoPictureError("unreachable", f"Slack does not answer ({type(error).__name__})") from error

    def _message(self, client: httpx.Client, channel: str, notice: Notice) -> str:
        """The time stamp of the newest message about one of the alerts, by which Slack knows it."""
        asked = {"channel": channel, "oldest": f"{notice.at - _EARLIER_S:.6f}", "limit": str(_LOOKED_AT)}
        marks = {f"alert {one}" for one in notice.fingerprints}
        for wait_s in LOOKS_AFTER_S:
            self._sleep(wait_s)
            listed = self._call(client, "GET", "conversations.history", params=asked).get("messages")
            for message in listed if isinstance(listed, list) else ():
                if _footers(message) & marks and isinstance(message.get("ts"), str):
                    return str(message["ts"])
        raise NoPictureError(
            "no_message",
            f"no message about {notice.title} is in the channel {channel}: is it the one that the webhook writes to?",
        )

    def _upload(self, client: httpx.Client, channel: str, thread: str, picture: PanelPicture) -> None:
        name, description = f"{picture.stem}.png", picture.description[:_ALT_CHARACTERS]
        about = {"filename": name, "length": str(len(picture.png)), "alt_txt": description}
        place = self._call(client, "POST", "files.getUploadURLExternal", data=about)
        address, file = str(place.get("upload_url", "")), str(place.get("file_id", ""))
        if not self._is_slacks(address):
            raise NoPictureError("refused", "Slack names an address for the upload that is not its own")
        with httpx.Client(timeout=ANSWER_WITHIN_S, follow_redirects=False) as plain:  # the address is the secret here
            headers = {"Content-Type": "application/octet-stream"}
            with plain.stream("POST", address, content=picture.png, headers=headers) as sent:
                status = sent.status_code  # what else it says is not read, however long it is
        if status != HTTPStatus.OK:
            raise NoPictureError("refused", f"Slack did not take the upload (HTTP {status})")
        finished = {
            "files": json.dumps([{"id": file, "title": description}]),
            "channel_id": channel,
            "thread_ts": thread,
        }
        self._call(client, "POST", "files.completeUploadExternal", data=finished)

    def _is_slacks(self, address: str) -> bool:
        """Whether an address is Slack's: of the API's own origin, or below slack.com."""
        try:
            asked, ours = urlsplit(address), urlsplit(self._api)
            same = (asked.scheme, asked.hostname, asked.port) == (ours.scheme, ours.hostname, ours.port)
        except ValueError:
            return False
        return same or (asked.scheme == "https" and (asked.hostname or "").endswith(".slack.com"))

    def _call(
        self,
        client: httpx.Client,
        verb: str,
        method: str,
        *,
        params: Mapping[str, str] | None = None,
        data: Mapping[str, str] | None = None,
    ) -> Mapping[str, Any]:
        body = bytearray()
        with client.stream(verb, f"{self._api}/{method}", params=params, data=data) as response:
            for part in response.iter_bytes():
                body += part
                if len(body) > _LARGEST_ANSWER:
                    raise NoPictureError("refused", f"{method}: an answer of more than {_LARGEST_ANSWER} bytes")
        try:
            answer = json.loads(body)
        except (ValueError, RecursionError):
            answer = None
        if response.status_code != HTTPStatus.OK or not isinstance(answer, dict) or answer.get("ok") is not True:
            said = str(answer.get("error")) if isinstance(answer, dict) else "no answer of the Web API"
            raise NoPictureError("refused", f"{method}: {said[:100]} (HTTP {response.status_code})")
        return answer


def _footers(message: object) -> set[str]:
    """The footers of a message of a program; people have none."""
    if not isinstance(message, dict) or not isinstance(message.get("attachments"), list):
        return set()
    attachments = (one for one in message["attachments"] if isinstance(one, dict))
    return {one["footer"] for one in attachments if isinstance(one.get("footer"), str)}
