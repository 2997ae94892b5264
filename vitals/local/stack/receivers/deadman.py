"""Where Alertmanager calls with the Watchdog: ``POST /heartbeat/<token>``, its own webhook form.

It takes only what proves that the chain works: a call that says that the Watchdog fires. The last path part is the
secret; a call without it is refused, and so is one about anything else, because a heartbeat that anything can make
proves nothing. Reference: https://prometheus.io/docs/alerting/latest/configuration/#webhook_config.
"""

import hmac
from collections.abc import Callable
from typing import Literal

from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitals.local.stack.receivers.body import read_body

_LARGEST_BYTES = 64 * 1024
"""Of a call: a group of one alert, which is ours."""


class _Alert(BaseModel):
    model_config = ConfigDict(extra="ignore")

    status: Literal["firing", "resolved"]
    labels: dict[str, str]


class _Call(BaseModel):
    model_config = ConfigDict(extra="ignore")

    version: Literal["4"]
    alerts: tuple[_Alert, ...]


def heartbeat_path(token: str) -> str:
    """Return the path of the address to call; the whole address is a secret."""
    return f"/heartbeat/{token}"


def heartbeat_routes(token: str, watchdog: str, hear: Callable[[], None]) -> list[Route]:
    """Make the endpoint.

    Args:
        token: The only token that is taken.
        watchdog: Name of the alert whose firing is the heartbeat.
        hear: Called at each heartbeat.
    """

    async def call(request: Request) -> Response:
        if not hmac.compare_digest(request.path_params["token"].encode(), token.encode()):
            return JSONResponse({"error": "no such address"}, status_code=404)
        try:
            body = await read_body(request, _LARGEST_BYTES)
            found = _Call.model_validate_json(body)
        except ValidationError as error:
            return JSONResponse({"error": f"this is not a call of Alertmanager: {error.error_count()} problems"}, 400)
        beats = [one for one in found.alerts if (one.labels.get("alertname"), one.status) == (watchdog, "firing")]
        if not beats:
            return JSONResponse({"error": f"{watchdog} does not fire in this call"}, status_code=400)
        hear()
        return JSONResponse({"heard": watchdog})

    return [Route("/heartbeat/{token}", call, methods=["POST"])]
