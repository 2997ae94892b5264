"""The portal's form of silences: what it lists, makes and ends in the stack's Alertmanager."""

import asyncio
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import parse_duration
from vitals.local.portal.sources import Sources
from vitals.local.silences.matcher import parse_matcher
from vitals.local.silences.silence import NewSilence, new_silence
from vitals.model.conventions import ALERTNAME

_MOST_MATCHERS = 20
"""An alert has fewer labels."""


def silence_routes(sources: Sources) -> list[Route]:
    """Return the routes below ``/api/silences``."""
    api = sources.silences

    async def listed(request: Request) -> JSONResponse:
        del request
        silences, alerts = await asyncio.gather(api.all(), api.alerts())
        held: dict[str, list[str]] = {}
        for alert in alerts:
            for one in alert["status"]["silencedBy"]:
                held.setdefault(str(one), []).append(str(alert["labels"].get(ALERTNAME, "")))
        shown = [{**asdict(one), "alerts": sorted(set(held.get(one.id, ())))} for one in silences]
        return JSONResponse({"silences": shown})

    async def make(request: Request) -> JSONResponse:
        made, alerts = await api.make(await _asked(request))
        return JSONResponse({"id": made, "alerts": alerts}, status_code=201)

    async def end(request: Request) -> JSONResponse:
        await api.end(request.path_params["silence_id"])
        return JSONResponse({"id": request.path_params["silence_id"]})

    return [
        Route("/api/silences", listed, methods=["GET"]),
        Route("/api/silences", make, methods=["POST"]),
        Route("/api/silences/{silence_id}", end, methods=["DELETE"]),
    ]


async def _asked(request: Request) -> NewSilence:
    try:
        body = await request.json()
    except (ValueError, RecursionError):
        body = None
    if not isinstance(body, Mapping):
        raise VitalsError("The form's content cannot be read, so nothing was silenced. Reload the page and try again.")
    matchers = [line for line in _text(body, "matchers").splitlines() if line.strip()]
    if len(matchers) > _MOST_MATCHERS:
        raise VitalsError(f"More than {_MOST_MATCHERS} matchers are given. Nothing was silenced. Leave some out.")
    lasts = parse_duration(_text(body, "lasts"))
    if lasts is None:
        raise VitalsError("The end is missing. Nothing was silenced. Say for how long: 30m, 2h or 1d.")
    return new_silence(
        [parse_matcher(line) for line in matchers],
        lasts_s=lasts,
        reason=_text(body, "reason"),
        author=_text(body, "author"),
    )


def _text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return value if isinstance(value, str) else ""
