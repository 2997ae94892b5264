"""PagerDuty's Events API v2: ``POST /v2/enqueue``.

It checks what PagerDuty checks (required fields, their lengths and allowed values, the size of an event) and answers
as PagerDuty does: 202 with the deduplication key, 400 with the list of what is wrong, 413 for an event above 512 KB.
The routing key is a secret of this run; another one is refused.
"""

import asyncio
import hmac
import json
import time
import uuid
from collections.abc import Callable
from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, model_validator
from pydantic_core import ErrorDetails
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitals.local.portal.interfaces import DeliveredAlert, Delivery
from vitals.local.stack.receivers.body import read_body
from vitals.local.stack.receivers.message import alert_of, alerts_of, readable, shortened

LARGEST_BYTES = 512 * 1024
ROUTING_KEY_LENGTH = 32
_LISTED = 100


class _Payload(BaseModel):
    summary: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    source: Annotated[str, StringConstraints(min_length=1, max_length=1024)]
    severity: Literal["critical", "error", "warning", "info"]
    timestamp: datetime | None = None
    component: str | None = None
    group: str | None = None
    class_: Annotated[str | None, Field(alias="class")] = None
    custom_details: dict[str, Any] | str | None = None


class _Event(BaseModel):
    model_config = ConfigDict(extra="ignore")

    routing_key: Annotated[str, StringConstraints(min_length=ROUTING_KEY_LENGTH, max_length=ROUTING_KEY_LENGTH)]
    event_action: Literal["trigger", "acknowledge", "resolve"]
    dedup_key: Annotated[str, StringConstraints(max_length=255)] | None = None
    payload: _Payload | None = None
    client: str | None = None

    @model_validator(mode="after")
    def _has_what_its_action_needs(self) -> "_Event":
        if self.event_action == "trigger" and self.payload is None:
            raise ValueError("'payload' is missing or blank")
        if self.event_action != "trigger" and not self.dedup_key:
            raise ValueError("'dedup_key' is missing or blank")
        return self


def pagerduty_routes(routing_key: str, deliver: Callable[[Delivery], None]) -> list[Route]:
    """Make the endpoint.

    Args:
        routing_key: The only integration key that is taken, 32 characters.
        deliver: Gets every accepted event.
    """

    async def enqueue(request: Request) -> Response:
        arrived = time.time()
        try:
            body = await read_body(request, LARGEST_BYTES)
        except HTTPException as error:
            if error.status_code != HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
                raise
            answer = _invalid("Event object is too large", [f"the event has more than {LARGEST_BYTES} bytes"], 413)
            answer.headers["Connection"] = "close"
            return answer
        return await asyncio.to_thread(take, body, arrived)

    def take(body: bytes, arrived: float) -> Response:
        try:
            event = _Event.model_validate(json.loads(body))
        except ValidationError as error:
            return _invalid("Event object is invalid", [_problem(entry) for entry in error.errors()])
        except (ValueError, RecursionError):
            return _invalid("Event object is invalid", ["the body is not JSON"])
        if not hmac.compare_digest(event.routing_key.encode("utf-8", "replace"), routing_key.encode()):
            return _invalid("Event object is invalid", ["'routing_key' belongs to no service"])
        dedup_key = event.dedup_key or uuid.uuid4().hex
        deliver(_delivery(event, arrived, dedup_key))
        answer = {"status": "success", "message": "Event processed", "dedup_key": dedup_key}
        return JSONResponse(answer, status_code=202)

    return [Route("/v2/enqueue", enqueue, methods=["POST"])]


def _invalid(message: str, errors: list[str], status: int = 400) -> Response:
    return JSONResponse({"status": "invalid event", "message": message, "errors": errors}, status_code=status)


def _problem(entry: ErrorDetails) -> str:
    field = ".".join(str(part) for part in entry["loc"])
    return f"'{field}': {entry['msg']}" if field else str(entry["msg"])


def _delivery(event: _Event, arrived: float, dedup_key: str) -> Delivery:
    payload = event.payload
    summary = shortened(payload.summary if payload else dedup_key)
    return Delivery(
        channel="pagerduty",
        receiver=shortened(event.client or "PagerDuty"),
        at=arrived,
        status="resolved" if event.event_action == "resolve" else "firing",
        alerts=_alerts(summary, payload.custom_details if payload else None),
        summary=summary,
        text=readable(_shown(payload.custom_details) if payload else ""),
    )


def _shown(details: dict[str, Any] | str | None) -> str:
    """The details as PagerDuty shows them: text as it is, a table of fields as one field a line."""
    if not isinstance(details, dict):
        return details or ""
    return "\n".join(
        f"{name}: {value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)}"
        for name, value in details.items()
    )


def _alerts(summary: str, details: dict[str, Any] | str | None) -> tuple[DeliveredAlert, ...]:
    """Read the alerts from the details: text as we send it, or lists of alerts as Alertmanager does by itself."""
    if not isinstance(details, dict):
        return alerts_of(summary, details or "")
    kinds = [details.get(kind) for kind in ("firing", "resolved")]
    entries = [entry for kind in kinds if isinstance(kind, list) for entry in kind[:_LISTED]]
    listed = [entry["labels"] for entry in entries if isinstance(entry, dict) and isinstance(entry.get("labels"), dict)]
    if listed:
        return tuple(map(alert_of, listed))
    return alerts_of(summary, *(value for value in details.values() if isinstance(value, str)))
