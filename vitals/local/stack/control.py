"""The endpoint through which drills stop and start parts of a running stack.

A drill must be able to take a replica away without the supervisor bringing it back at once, so it asks the supervisor.
Only the owner of the run folder can: the endpoint is on loopback and wants the run's token from ``state.json`` (0600).
It refuses anything but the three verbs below.
"""

import hmac
from collections.abc import Awaitable, Callable, Mapping

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from vitals.errors import VitalsError
from vitals.local.processes.supervisor import Supervisor


def control_routes(supervisor: Supervisor, token: str) -> list[Route]:
    """Make ``POST /control/parts/{name}/{start|stop|restart}``.

    Each answers when it is done: 200, or 401 without the token, 404 for an unknown part or verb, 409 with the reason
    when the part could not be started.
    """
    verbs: Mapping[str, Callable[[str], Awaitable[None]]] = {
        "start": supervisor.start_part,
        "stop": supervisor.stop_part,
        "restart": supervisor.restart_part,
    }

    async def change(request: Request) -> Response:
        given = request.headers.get("authorization", "")
        if not hmac.compare_digest(given.encode(), f"Bearer {token}".encode()):
            return JSONResponse({"error": "the token of state.json is needed"}, status_code=401)
        name, verb = request.path_params["name"], request.path_params["verb"]
        if verb not in verbs or name not in supervisor.names:
            return JSONResponse({"error": f"no part {name!r} or no verb {verb!r}"}, status_code=404)
        try:
            await verbs[verb](name)
        except VitalsError as error:
            return JSONResponse({"error": str(error)}, status_code=409)
        return JSONResponse({"part": name, "done": verb})

    return [Route("/control/parts/{name}/{verb}", change, methods=["POST"])]
