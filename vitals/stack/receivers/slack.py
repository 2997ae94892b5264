"""A Slack incoming webhook: ``POST /services/<workspace>/<app>/<token>``.

Answers are the real ones, plain text: 200 ``ok``, 400 ``invalid_payload`` or ``no_text``, 403 ``invalid_token``,
404 ``no_service``. The last path part is the secret; a request without it is refused as Slack refuses it.
"""

import hmac
import json
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from vitals.portal.feeds import Delivery
from vitals.stack.receivers.message import alerts_of, is_resolved

WORKSPACE = "T00000000/B00000000"


def webhook_path(token: str) -> str:
    """Return the path of the webhook's address; the whole address is a secret."""
    return f"/services/{WORKSPACE}/{token}"


def slack_routes(token: str, deliver: Callable[[Delivery], None]) -> list[Route]:
    """Make the webhook.

    Args:
        token: The only token that is taken.
        deliver: Gets every accepted message.
    """

    async def post(request: Request) -> Response:
        arrived = time.time()
        path = request.path_params
        if f"{path['workspace']}/{path['app']}" != WORKSPACE:
            return PlainTextResponse("no_service", status_code=404)
        if not hmac.compare_digest(path["token"].encode(), token.encode()):
            return PlainTextResponse("invalid_token", status_code=403)
        payload = await _payload(request)
        if payload is None:
            return PlainTextResponse("invalid_payload", status_code=400)
        if not any(payload.get(key) for key in ("text", "attachments", "blocks")):
            return PlainTextResponse("no_text", status_code=400)
        deliver(_delivery(payload, arrived))
        return PlainTextResponse("ok")

    return [Route("/services/{workspace}/{app}/{token}", post, methods=["POST"])]


async def _payload(request: Request) -> dict[str, Any] | None:
    try:
        if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
            payload = json.loads(parse_qs((await request.body()).decode())["payload"][0])
        else:
            payload = await request.json()
    except (ValueError, KeyError):
        return None
    return payload if isinstance(payload, dict) else None


def _delivery(payload: dict[str, Any], arrived: float) -> Delivery:
    attachments = [entry for entry in payload.get("attachments") or () if isinstance(entry, dict)]
    titles = [str(entry["title"]) for entry in attachments if entry.get("title")]
    texts = [str(entry[key]) for entry in attachments for key in ("pretext", "text", "fallback") if entry.get(key)]
    summary = titles[0] if titles else str(payload.get("text") or "")
    return Delivery(
        channel="slack",
        receiver=str(payload.get("channel") or "the webhook's own channel"),
        at=arrived,
        status="resolved" if is_resolved(summary) else "firing",
        alerts=alerts_of(summary, *texts),
        summary=summary,
    )
