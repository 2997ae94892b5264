"""Stands in for every service that Alertmanager can send to, but mail, Slack and PagerDuty: one address below a token.

Alertmanager is answered as each service answers it, so that it goes on; what is sent is recorded and not judged. The
kind is Alertmanager's own word: ``/channels/<token>/<kind>/...``.
"""

import asyncio
import hmac
import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any, get_args
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from vitals.local.portal.interfaces import DeliveredAlert, Delivery
from vitals.local.stack.receivers.body import read_body
from vitals.local.stack.receivers.message import alert_of, alerts_of, is_resolved, shortened
from vitals.rendered import Channel

LARGEST_BYTES = 1024 * 1024
"""Of a message: twice what the most generous of these services takes (incident.io, 512 KB)."""
_LISTED = 100
_KINDS = frozenset(get_args(Channel)) - {"slack", "email", "pagerduty", "deadman", "pushover"}
_REMEMBERED = 2000
"""Incidents and issues whose end may still come: as many as the inbox keeps deliveries."""

Body = Mapping[str, Any]


def channels_path(token: str) -> str:
    """Return the path below which each kind has its address."""
    return f"/channels/{token}"


def channel_routes(token: str, deliver: Callable[[Delivery], None]) -> list[Route]:
    """Make the endpoint.

    Args:
        token: The only token that is taken.
        deliver: Gets every message.
    """
    services = _Services(deliver)

    async def take(request: Request) -> Response:
        arrived = time.time()
        kind = request.path_params["kind"]
        if not hmac.compare_digest(request.path_params["token"].encode(), token.encode()) or kind not in _KINDS:
            return PlainTextResponse("no such address", status_code=404)
        body = await read_body(request, LARGEST_BYTES)
        rest = request.path_params.get("rest", "")
        return await asyncio.to_thread(services.take, kind, rest, _parsed(body), arrived)

    methods = ["GET", "POST", "PUT"]
    base = "/channels/{token}/{kind}"
    return [Route(base, take, methods=methods), Route(base + "/{rest:path}", take, methods=methods)]


class _Services:
    """What the services of one run remember: which incident or issue was about what."""

    def __init__(self, deliver: Callable[[Delivery], None]) -> None:
        self._deliver = deliver
        self._open: dict[str, tuple[str, tuple[DeliveredAlert, ...]]] = {}

    def take(self, kind: str, rest: str, body: Body, arrived: float) -> Response:
        """Record what arrived and answer as the service does."""
        if kind == "wechat" and rest.startswith("gettoken"):
            return JSONResponse({"errcode": 0, "access_token": "local", "expires_in": 7200})
        if kind == "jira" and (label := _label(body)) is not None:
            issue = {"key": label, "fields": {"status": {"statusCategory": {"key": "new"}}}}
            found = [issue] if label in self._open else []
            return JSONResponse({"issues": found, "total": len(found)})
        if kind == "jira" and "transitions" in rest:
            return JSONResponse({"transitions": []})
        self._deliver(self._delivery(kind, rest, body, arrived))
        return _ANSWERS.get(kind, lambda: PlainTextResponse("ok"))()

    def _delivery(self, kind: str, rest: str, body: Body, arrived: float) -> Delivery:
        alerts, over = _listed_alerts(body)
        words = [text for text in _texts(body) if text.strip()]
        headline = shortened(words[0]) if words else (f"{alerts[0].name}: {alerts[0].service}" if alerts else "")
        alerts = alerts or alerts_of(headline, *words[1:])
        over = over or is_resolved(headline) or _says_over(body, words)
        key = _key(kind, rest, body)
        if kind == "opsgenie" and rest.endswith("/close"):
            headline, alerts = self._open.pop(key, (headline, alerts))
            over = True
        elif key:
            self._open[key] = headline, alerts
            while len(self._open) > _REMEMBERED:
                del self._open[next(iter(self._open))]
        return Delivery(
            channel=kind,  # type: ignore[arg-type]  # one of _KINDS
            receiver=shortened(_receiver(body)),
            at=arrived,
            status="resolved" if over else "firing",
            alerts=alerts,
            summary=headline,
        )


def _parsed(body: bytes) -> Body:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        found = {name: values[0] for name, values in parse_qs(body.decode("utf-8", "replace")).items()}
    return found if isinstance(found, dict) else {}


def _listed_alerts(body: Body) -> tuple[tuple[DeliveredAlert, ...], bool]:
    """The alerts of Alertmanager's own JSON, which a webhook and incident.io get, and whether all are over."""
    listed = body.get("alerts")
    if not isinstance(listed, list):
        return (), False
    labels = [
        one["labels"] for one in listed[:_LISTED] if isinstance(one, dict) and isinstance(one.get("labels"), dict)
    ]
    return tuple(map(alert_of, labels)), body.get("status") == "resolved"


_FIRST = ("Subject", "title", "entity_display_name", "message", "summary", "text", "markdown", "content")
_THEN = ("description", "state_message", "Message")


def _texts(value: object, depth: int = 0) -> Iterator[str]:
    """The texts of a message, the headline first, wherever a service puts them."""
    if depth > 8 or not isinstance(value, dict | list):  # noqa: PLR2004 an adaptive card has five levels
        return
    if isinstance(value, list):
        for one in value[:_LISTED]:
            yield from _texts(one, depth + 1)
        return
    for name in (*_FIRST, *_THEN):
        if isinstance(value.get(name), str):
            yield value[name]
    for inner in value.values():
        yield from _texts(inner, depth + 1)


def _says_over(body: Body, words: list[str]) -> bool:
    whole = "\n".join(words)
    return body.get("message_type") == "RECOVERY" or ("Resolved (" in whole and "Firing (" not in whole)


def _label(body: Body) -> str | None:
    """The label of an issue that is searched for; None where nothing is searched."""
    if "jql" not in body:
        return None
    found = re.search(r"ALERT\{[^}]*\}", str(body["jql"]))
    return found[0] if found else ""


def _key(kind: str, rest: str, body: Body) -> str:
    """What an incident or issue is known by, so that its end is of the same alerts."""
    if kind == "opsgenie":
        return str(body.get("alias") or rest.removesuffix("/close").rpartition("/")[2])
    fields = body.get("fields")
    labels = fields.get("labels") if kind == "jira" and isinstance(fields, dict) else None
    return str(next((one for one in labels if str(one).startswith("ALERT")), "")) if isinstance(labels, list) else ""


def _receiver(body: Body) -> str:
    fields = body.get("fields")
    project = fields.get("project") if isinstance(fields, dict) else None
    named = project.get("key") if isinstance(project, dict) else None
    names = ("chat_id", "roomId", "channel", "touser", "TopicArn", "receiver")
    return str(named or next((body[name] for name in names if body.get(name)), "the channel's own address"))


def _telegram() -> Response:
    sent = {"message_id": 1, "date": 0, "chat": {"id": 1, "type": "group"}}
    return JSONResponse({"ok": True, "result": sent})


def _sns() -> Response:
    text = (
        '<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>local</MessageId>'
        "</PublishResult><ResponseMetadata><RequestId>local</RequestId></ResponseMetadata></PublishResponse>"
    )
    return Response(text, media_type="text/xml")


_ANSWERS: dict[str, Callable[[], Response]] = {
    "discord": lambda: Response(status_code=204),
    "incidentio": lambda: JSONResponse({"status": "success"}, status_code=202),
    "jira": lambda: JSONResponse({"id": "1", "key": "LOCAL-1"}, status_code=201),
    "msteamsv2": lambda: Response(status_code=202),
    "opsgenie": lambda: JSONResponse({"result": "Request will be processed", "requestId": "local"}, status_code=202),
    "rocketchat": lambda: JSONResponse({"success": True}),
    "sns": _sns,
    "telegram": _telegram,
    "wechat": lambda: JSONResponse({"errcode": 0, "errmsg": "ok"}),
}
"""What each service says when it took a message; the others say 200."""
