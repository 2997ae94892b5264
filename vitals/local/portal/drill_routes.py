"""Drills at a button: which there are, how the one that runs is doing, start and stop."""

import time
from dataclasses import asdict

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vitals.errors import VitalsError
from vitals.local.portal.interfaces import DrillControl
from vitals.local.portal.sources import Sources

_NOT_HERE = (
    "This stack was started by another command than `vitals up`, so drills are not performed at its portal. Nothing "
    "was done. `vitals drill NAME` performs one."
)


def drill_routes(sources: Sources) -> list[Route]:
    """Return the routes below ``/api/drills``; a change answers with the state after it."""
    control = sources.drills

    def state(status: int = 200) -> JSONResponse:
        progress = control.progress() if control is not None else None
        return JSONResponse(
            {
                "at": time.time(),
                "possible": control is not None,
                "why_not": "" if control is not None else _NOT_HERE,
                "drills": [asdict(one) for one in control.listed()] if control is not None else [],
                "progress": asdict(progress) if progress is not None else None,
            },
            status_code=status,
        )

    def required() -> DrillControl:
        if control is None:
            raise VitalsError(_NOT_HERE)
        return control

    async def listed(request: Request) -> JSONResponse:
        del request
        return state()

    async def start(request: Request) -> JSONResponse:
        required().start(request.path_params["name"])
        return state(202)

    async def stop(request: Request) -> JSONResponse:
        del request
        required().stop()
        return state(202)

    return [
        Route("/api/drills", listed, methods=["GET"]),
        Route("/api/drills", stop, methods=["DELETE"]),
        Route("/api/drills/{name}", start, methods=["POST"]),
    ]
