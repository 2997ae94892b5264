"""The portal's JSON: everything that the page shows, for the page itself, ``vitals trace`` and scripts."""

import time
from dataclasses import asdict
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vitals.local.draw.dashboard import Dashboard
from vitals.local.draw.template import ALL, Choice, substitute
from vitals.local.portal.alerts import list_alerts
from vitals.local.portal.asked import asked_board, asked_size, asked_theme, asked_variables, asked_window
from vitals.local.portal.panels import picture
from vitals.local.portal.prometheus import QueryError
from vitals.local.portal.runbooks import render_markdown
from vitals.local.portal.sources import Sources
from vitals.local.portal.variables import Resolved, choices, resolve
from vitals.local.portal.waterfall import waterfall

_TRACES = 50
_LONGEST_ID = 20
"""Ids of panels have seven digits at most; Python refuses to read a number of thousands."""


def api_routes(sources: Sources) -> list[Route]:
    """Return the routes below ``/api``; all are GET and answer JSON."""
    return [*_status_routes(sources), *_board_routes(sources), *_trace_routes(sources)]


def _status_routes(sources: Sources) -> list[Route]:
    async def health(request: Request) -> JSONResponse:
        del request
        parts = await run_in_threadpool(sources.feeds.health)
        since = await run_in_threadpool(sources.feeds.real_since)
        return JSONResponse({"at": time.time(), "real_since": since, "parts": [asdict(part) for part in parts]})

    async def alerts(request: Request) -> JSONResponse:
        del request
        problems: list[str] = []
        found: list[list[dict[str, Any]]] = []
        for source in (sources.prometheus, sources.alertmanager):
            try:
                found.append(await source.alerts())
            except QueryError as error:
                problems.append(str(error))
                found.append([])

        def answer() -> JSONResponse:
            alerts = list_alerts(found[0], found[1], sources.feeds.deliveries())
            return JSONResponse({"alerts": alerts, "problems": problems})

        return await run_in_threadpool(answer)

    async def deliveries(request: Request) -> JSONResponse:
        del request

        def answer() -> JSONResponse:
            return JSONResponse({"deliveries": [asdict(one) for one in reversed(sources.feeds.deliveries())]})

        return await run_in_threadpool(answer)

    return [
        Route("/api/health", health, methods=["GET"]),
        Route("/api/alerts", alerts, methods=["GET"]),
        Route("/api/deliveries", deliveries, methods=["GET"]),
    ]


def _board_routes(sources: Sources) -> list[Route]:
    async def boards(request: Request) -> JSONResponse:
        del request
        listed = [
            {"uid": board.uid, "title": board.title, "description": board.description, "url": board_url(board)}
            for board in sources.boards.all()
        ]
        problems = [f"{problem.file}: {problem.reason}" for problem in sources.boards.problems()]
        return JSONResponse({"boards": listed, "problems": problems})

    async def board(request: Request) -> JSONResponse:
        found = asked_board(sources.boards, request.path_params["uid"])
        query = request.query_params
        opens = await sources.opening.of(found, real_since=await run_in_threadpool(sources.feeds.real_since))
        window = asked_window(query, default_from=opens)
        problems: list[str] = []
        resolved: list[Resolved] = []
        try:
            resolved = await resolve(found, asked_variables(query), window, sources.prometheus)
        except QueryError as error:
            problems.append(str(error))
        return JSONResponse({**_board_json(found, opens, resolved), "problems": problems})

    async def panels(request: Request) -> JSONResponse:
        query = request.query_params
        found = asked_board(sources.boards, query.get("uid", ""))
        wanted = query.get("id", "")
        panel = found.panel(int(wanted)) if wanted.isdecimal() and len(wanted) <= _LONGEST_ID else None
        if panel is None:
            ids = ", ".join(str(one.id) for one in found.panels)
            raise HTTPException(404, f"Board {found.uid!r} has no panel {wanted[:_LONGEST_ID]!r}. Panels: {ids}.")
        size = asked_size(query)
        real_since = await run_in_threadpool(sources.feeds.real_since)
        opens = await sources.opening.of(found, real_since=real_since)
        window = asked_window(query, default_from=opens, width=size.width, min_step_s=panel.min_step_s)
        resolved = await resolve(found, asked_variables(query), window, sources.prometheus)
        drawn = await picture(
            found,
            panel,
            choices=choices(resolved, window),
            window=window,
            size=size,
            theme=asked_theme(query),
            prometheus=sources.prometheus,
            real_since=real_since,
        )
        return JSONResponse({"id": panel.id, "title": panel.title, **asdict(drawn)})

    return [
        Route("/api/boards", boards, methods=["GET"]),
        Route("/api/boards/{uid}", board, methods=["GET"]),
        Route("/api/panels", panels, methods=["GET"]),
    ]


def _trace_routes(sources: Sources) -> list[Route]:
    async def traces(request: Request) -> JSONResponse:
        del request
        recent = await run_in_threadpool(sources.feeds.recent_traces, _TRACES)
        return JSONResponse({"traces": [asdict(one) for one in recent]})

    async def trace(request: Request) -> JSONResponse:
        trace_id = request.path_params["trace_id"].lower()
        spans = await run_in_threadpool(sources.feeds.trace, trace_id)
        if not spans:
            raise HTTPException(404, f"There is no trace {trace_id!r}. Traces are kept for about an hour.")
        return JSONResponse({"trace_id": trace_id, **asdict(waterfall(spans))})

    return [
        Route("/api/traces", traces, methods=["GET"]),
        Route("/api/traces/{trace_id}", trace, methods=["GET"]),
    ]


def board_url(board: Dashboard) -> str:
    """Return the path of a board's page, as Grafana writes it."""
    return f"/d/{board.uid}/{board.slug}"


def _board_json(board: Dashboard, opens: str, resolved: list[Resolved]) -> dict[str, Any]:
    titles = {
        one.variable.name: Choice(("All",) if one.choice.values == (ALL,) else one.choice.values) for one in resolved
    }
    return {
        "uid": board.uid,
        "title": board.title,
        "description": board.description,
        "url": board_url(board),
        "from": opens,
        "variables": [
            {
                "name": one.variable.name,
                "label": one.variable.label,
                "options": ([ALL] if one.variable.include_all else []) + list(one.options),
                "selected": one.choice.values,
            }
            for one in resolved
            if not one.variable.hidden
        ],
        "panels": [
            {
                "id": panel.id,
                "type": panel.kind,
                "title": substitute(panel.title, titles),
                "description": substitute(panel.description, titles),
                "grid": asdict(panel.grid),
                "html": render_markdown(str(panel.options.get("content") or "")) if panel.kind == "text" else None,
            }
            for panel in board.panels
        ],
    }
