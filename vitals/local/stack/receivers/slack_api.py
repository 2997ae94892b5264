"""The part of Slack's Web API by which a bot replies with a picture, over the messages that the webhook took.

It is not Slack: all messages are in one channel, whatever its id. Answers have Slack's form: HTTP 200, and ``ok`` says
whether it is. Reference: https://docs.slack.dev/reference/methods.
"""

import hmac
import json
import secrets
import threading
import time
from collections import OrderedDict, deque
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vitals.local.portal.interfaces import Delivery
from vitals.local.stack.receivers.body import read_body
from vitals.local.stack.receivers.channels import channels_path
from vitals.local.stack.receivers.message import shortened

NAME = "slack-api"
"""Below the address of channels."""
LARGEST_UPLOAD = 2 * 1024 * 1024
"""Of bytes: twice what the relay sends."""
_LARGEST_CALL = 64 * 1024
_MESSAGES = 200
_UPLOADS = 20
"""Uploads that were begun and not finished."""


class SlackWorkspace:
    """Messages of one channel and files on their way to it; safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: deque[dict[str, Any]] = deque(maxlen=_MESSAGES)
        self._uploads: OrderedDict[str, tuple[int, bytes]] = OrderedDict()
        self._last = 0

    def posted(self, payload: Mapping[str, Any], at: float) -> None:
        """Remember a message of the webhook."""
        with self._lock:
            self._last = max(self._last + 1, round(at * 1e6))
            self._messages.append(
                {
                    "type": "message",
                    "subtype": "bot_message",
                    "ts": f"{self._last // 10**6}.{self._last % 10**6:06d}",
                    "text": payload.get("text") or "",
                    "attachments": payload.get("attachments") or [],
                }
            )

    def history(self, oldest: float, limit: int) -> list[dict[str, Any]]:
        """The newest messages since a moment, newest first."""
        with self._lock:
            return [one for one in reversed(self._messages) if float(one["ts"]) > oldest][:limit]

    def begin(self, length: int) -> str:
        """Begin an upload and return its id."""
        with self._lock:
            file = f"F{secrets.token_hex(8).upper()}"
            self._uploads[file] = (length, b"")
            while len(self._uploads) > _UPLOADS:
                self._uploads.popitem(last=False)
            return file

    def upload(self, file: str, content: bytes) -> bool:
        """Take the bytes of an upload that was begun with that length."""
        with self._lock:
            if file not in self._uploads or self._uploads[file][0] != len(content):
                return False
            self._uploads[file] = (len(content), content)
            return True

    def finish(self, file: str, thread: str) -> bytes | None:
        """End an upload as a reply to a message; None where there is no such message or file."""
        with self._lock:
            known = any(one["ts"] == thread for one in self._messages)
            return (self._uploads.pop(file, (0, b""))[1] or None) if known else None


def slack_api_path(base: str) -> str:
    """Return the path of the API below that of the other channels."""
    return f"{base}/{NAME}"


def slack_api_routes(
    token: str, workspace: SlackWorkspace, keep: Callable[[bytes], str], deliver: Callable[[Delivery], None]
) -> list[Route]:
    """Make the endpoints.

    Args:
        token: The bot's token, which is a part of the address, too.
        workspace: What the webhook fills.
        keep: Gets each picture, and returns its name.
        deliver: Gets a delivery for each picture.
    """

    def refused(error: str) -> Response:
        return JSONResponse({"ok": False, "error": error})

    def authorized(request: Request) -> bool:
        bearer = request.headers.get("authorization", "")
        return hmac.compare_digest(bearer.encode(), f"Bearer {token}".encode())

    async def call(request: Request) -> Response:
        if not authorized(request):
            return refused("invalid_auth")
        body = (await read_body(request, _LARGEST_CALL)).decode("utf-8", "replace")
        asked = {name: values[0] for name, values in parse_qs(f"{request.url.query}&{body}", max_num_fields=20).items()}
        method = request.path_params["method"]
        if method == "conversations.history":
            return history(asked)
        if method == "files.getUploadURLExternal":
            return begin(asked, str(request.url).rpartition("/")[0])
        return finish(asked) if method == "files.completeUploadExternal" else refused("unknown_method")

    def history(asked: Mapping[str, str]) -> Response:
        try:
            oldest, limit = float(asked.get("oldest", "0")), int(asked.get("limit", "100"))
        except ValueError:
            return refused("invalid_arguments")
        if not asked.get("channel"):
            return refused("channel_not_found")
        return JSONResponse({"ok": True, "messages": workspace.history(oldest, limit), "has_more": False})

    def begin(asked: Mapping[str, str], base: str) -> Response:
        length = asked.get("length", "")
        if not asked.get("filename") or not length.isdecimal() or not 0 < int(length[:9]) <= LARGEST_UPLOAD:
            return refused("invalid_arguments")
        file = workspace.begin(int(length))
        return JSONResponse({"ok": True, "file_id": file, "upload_url": f"{base}/upload/{file}"})

    def finish(asked: Mapping[str, str]) -> Response:
        try:
            (listed,) = json.loads(asked.get("files", ""))
            file, title = str(listed["id"]), str(listed.get("title", ""))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            return refused("invalid_arguments")
        content = workspace.finish(file, asked.get("thread_ts", ""))
        if content is None:
            return refused("file_not_found")
        deliver(
            Delivery(
                channel="slack",
                receiver=shortened(f"reply in {asked.get('channel_id', '')}"),
                at=time.time(),
                status="firing",
                alerts=(),
                summary=shortened(title),
                picture=keep(content),
            )
        )
        return JSONResponse({"ok": True, "files": [{"id": file, "title": title}]})

    async def upload(request: Request) -> Response:
        """Without a token: the address is the secret."""
        content = await read_body(request, LARGEST_UPLOAD)
        taken = workspace.upload(request.path_params["file"], content)
        return PlainTextResponse(
            f"OK - {len(content)}" if taken else "no such upload", status_code=200 if taken else 404
        )

    base = slack_api_path(channels_path(token))
    return [
        Route(f"{base}/upload/{{file}}", upload, methods=["POST"]),
        Route(f"{base}/{{method}}", call, methods=["GET", "POST"]),
    ]
