"""A Slack incoming webhook: ``POST /services/<workspace>/<app>/<token>``.

Answers are the real ones, plain text: 200 ``ok``, 400 ``invalid_payload`` or ``no_text``, 403 ``invalid_token``,
404 ``no_service``. The last path part is the secret; a request without it is refused as Slack refuses it.
"""

import asyncio
import hmac
import json
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs
from xml.sax.saxutils import unescape

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vitals.local.portal.interfaces import Delivery
from vitals.local.stack.receivers.body import read_body
from vitals.local.stack.receivers.message import alerts_of, is_resolved, readable, shortened
from vitals.local.stack.receivers.slack_api import SlackWorkspace

WORKSPACE = "T00000000/B00000000"
LARGEST_BYTES = 1024 * 1024
"""Of a message: the 40,000 characters that Slack takes, escaped as badly as JSON allows, and room for the rest."""
_FORM_FIELDS = 10
_ATTACHMENTS = 100
"""Slack's own bound."""


def webhook_path(token: str) -> str:
    """Return the path of the webhook's address; the whole address is a secret."""
    return f"/services/{WORKSPACE}/{token}"


def slack_routes(
    token: str, deliver: Callable[[Delivery], None], workspace: SlackWorkspace | None = None
) -> list[Route]:
    """Make the webhook.

    Args:
        token: The only token that is taken.
        deliver: Gets every accepted message.
        workspace: Remembers them for a bot that replies; None where there is none.
    """

    async def post(request: Request) -> Response:
        arrived = time.time()
        path = request.path_params
        if f"{path['workspace']}/{path['app']}" != WORKSPACE:
            return PlainTextResponse("no_service", status_code=404)
        if not hmac.compare_digest(path["token"].encode(), token.encode()):
            return PlainTextResponse("invalid_token", status_code=403)
        body = await read_body(request, LARGEST_BYTES)
        is_form = request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded")
        refused = await asyncio.to_thread(take, body, is_form=is_form, arrived=arrived)
        return PlainTextResponse(refused or "ok", status_code=400 if refused else 200)

    def take(body: bytes, *, is_form: bool, arrived: float) -> str:
        payload = _payload(body, is_form=is_form)
        if payload is None:
            return "invalid_payload"
        if not any(payload.get(key) for key in ("text", "attachments", "blocks")):
            return "no_text"
        if workspace is not None:
            workspace.posted(payload, arrived)
        deliver(_delivery(payload, arrived))
        return ""

    return [Route("/services/{workspace}/{app}/{token}", post, methods=["POST"])]


def _payload(body: bytes, *, is_form: bool) -> dict[str, Any] | None:
    try:
        text = parse_qs(body.decode(), max_num_fields=_FORM_FIELDS)["payload"][0] if is_form else body
        payload = json.loads(text)
    except (ValueError, KeyError, RecursionError):
        return None
    return payload if isinstance(payload, dict) and isinstance(payload.get("attachments") or [], list) else None


def _delivery(payload: dict[str, Any], arrived: float) -> Delivery:
    attachments = [entry for entry in (payload.get("attachments") or ())[:_ATTACHMENTS] if isinstance(entry, dict)]
    titles = [title for entry in attachments if (title := _words(entry, "title"))]
    texts = [_words(entry, key) for entry in attachments for key in ("pretext", "text", "fallback")]
    summary = shortened(titles[0] if titles else _words(payload, "text"))
    return Delivery(
        channel="slack",
        receiver=shortened(_words(payload, "channel")) or "the webhook's own channel",
        at=arrived,
        status="resolved" if is_resolved(summary) else "firing",
        alerts=alerts_of(summary, *texts),
        summary=summary,
        text=readable("\n\n".join(_shown(payload, attachments))),
    )


def _shown(payload: Mapping[str, Any], attachments: list[dict[str, Any]]) -> list[str]:
    """What a person sees in the channel: the text, then each attachment's; ``fallback`` is for who sees none."""
    pieces = [_words(payload, "text")]
    for entry in attachments:
        own = [_words(entry, key) for key in ("pretext", "title", "text")]
        pieces += own if any(own) else [_words(entry, "fallback")]
    return [piece for piece in pieces if piece]


def _words(entry: Mapping[str, Any], key: str) -> str:
    """The text of a field as a person reads it: Slack's three escapes are undone."""
    value = entry.get(key)
    return unescape(value) if isinstance(value, str) else ""
