"""The portal's JSON: everything that the page shows, for the page itself, ``vitals trace`` and scripts."""

import time
from dataclasses import asdict, replace
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from vitals.local.draw.dashboard import DrawnDashboard
from vitals.local.draw.template import ALL, Choice, substitute
from vitals.local.portal.alerts import list_alerts
from vitals.local.portal.panels import picture
from vitals.local.portal.prometheus import QueryError
from vitals.local.portal.query_parameters import (
    requested_dashboard,
    requested_size,
    requested_theme,
    requested_variables,
    requested_window,
)
from vitals.local.portal.runbooks import render_markdown
from vitals.local.portal.sources import Sources
from vitals.local.portal.variables import ResolvedVariable, choices, resolve
from vitals.local.portal.waterfall import waterfall

_TRACES = 50
_WHOLE = 200
"""Messages that are sent with their text, 8 KiB each at most: more than a page is scrolled through."""
_LONGEST_ID = 20
"""Ids of panels have seven digits at most; Python refuses to read a number of thousands."""


def api_routes(sources: Sources) -> list[Route]:
    """Return the routes below ``/api`` that only read; all answer JSON."""
    return [*_status_routes(sources), *_dashboard_routes(sources), *_trace_routes(sources)]


def _status_routes(sources: Sources) -> list[Route]:
    async def health(request: Request) -> JSONResponse:
        del request
        parts = await run_in_threadpool(sources.interface.health)
        since = await run_in_threadpool(sources.interface.real_since)
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
            alerts = list_alerts(found[0], found[1], sources.interface.deliveries())
            return JSONResponse({"alerts": alerts, "problems": problems})

        return await run_in_threadpool(answer)

    async def deliveries(request: Request) -> JSONResponse:
        whole = request.query_params.get("text") == "1"

        def answer() -> JSONResponse:
            found = list(reversed(sources.interface.deliveries()))
            if whole:
                return JSONResponse({"deliveries": list(map(asdict, found[:_WHOLE])), "total": len(found)})
            return JSONResponse({"deliveries": [asdict(replace(one, text="")) for one in found], "total": len(found)})

        return await run_in_threadpool(answer)

    return [
        Route("/api/health", health, methods=["GET"]),
        Route("/api/alerts", alerts, methods=["GET"]),
        Route("/api/deliveries", deliveries, methods=["GET"]),
    ]


def _dashboard_routes(sources: Sources) -> list[Route]:
    async def dashboards(request: Request) -> JSONResponse:
        del request
        listed = [
            {
                "uid": dashboard.uid,
                "title": dashboard.title,
                "description": dashboard.description,
                "url": dashboard_url(dashboard),
            }
            for dashboard in sources.dashboards.all()
        ]
        problems = [f"{problem.file}: {problem.reason}" for problem in sources.dashboards.problems()]
        return JSONResponse({"dashboards": listed, "problems": problems})

    async def dashboard(request: Request) -> JSONResponse:
        found = requested_dashboard(sources.dashboards, request.path_params["uid"])
        query = request.query_params
        opens = await sources.opening.of(found, real_since=await run_in_threadpool(sources.interface.real_since))
        window = requested_window(query, default_from=opens)
        problems: list[str] = []
        resolved: list[ResolvedVariable] = []
        try:
            resolved = await resolve(found, requested_variables(query), window, sources.prometheus)
        except QueryError as error:
            problems.append(str(error))
        problems += [f"{one.variable.label}: {one.problem}" for one in resolved if one.problem]
        return JSONResponse({**_dashboard_json(found, opens, resolved), "problems": problems})

    async def panels(request: Request) -> JSONResponse:
        query = request.query_params
        found = requested_dashboard(sources.dashboards, query.get("uid", ""))
        wanted = query.get("id", "")
        panel = found.panel(int(wanted)) if wanted.isdecimal() and len(wanted) <= _LONGEST_ID else None
        if panel is None:
            ids = ", ".join(str(one.id) for one in found.panels)
            raise HTTPException(404, f"Dashboard {found.uid!r} has no panel {wanted[:_LONGEST_ID]!r}. Panels: {ids}.")
        size = requested_size(query)
        real_since = await run_in_threadpool(sources.interface.real_since)
        opens = await sources.opening.of(found, real_since=real_since)
        window = requested_window(query, default_from=opens, width=size.width, min_step_s=panel.min_step_s)
        resolved = await resolve(found, requested_variables(query), window, sources.prometheus)
        drawn = await picture(
            found,
            panel,
            choices=choices(resolved, window),
            window=window,
            size=size,
            theme=requested_theme(query),
            prometheus=sources.prometheus,
            real_since=real_since,
        )
        return JSONResponse({"id": panel.id, "title": panel.title, **asdict(drawn)})

    return [
        Route("/api/dashboards", dashboards, methods=["GET"]),
        Route("/api/dashboards/{uid}", dashboard, methods=["GET"]),
        Route("/api/panels", panels, methods=["GET"]),
    ]


def _trace_routes(sources: Sources) -> list[Route]:
    async def traces(request: Request) -> JSONResponse:
        del request
        recent = await run_in_threadpool(sources.interface.recent_traces, _TRACES)
        return JSONResponse({"traces": [asdict(one) for one in recent]})

    async def trace(request: Request) -> JSONResponse:
        trace_id = request.path_params["trace_id"].lower()
        spans = await run_in_threadpool(sources.interface.trace, trace_id)
        if not spans:
            raise HTTPException(404, f"There is no trace {trace_id!r}. Traces are kept for about an hour.")
        return JSONResponse({"trace_id": trace_id, **asdict(waterfall(spans))})

    return [
        Route("/api/traces", traces, methods=["GET"]),
        Route("/api/traces/{trace_id}", trace, methods=["GET"]),
    ]


def dashboard_url(dashboard: DrawnDashboard) -> str:
    """Return the path of a dashboard's page, as Grafana writes it."""
    return f"/d/{dashboard.uid}/{dashboard.slug}"


def _dashboard_json(dashboard: DrawnDashboard, opens: str, resolved: list[ResolvedVariable]) -> dict[str, Any]:
    titles = {
        one.variable.name: Choice(("All",) if one.choice.values == (ALL,) else one.choice.values) for one in resolved
    }
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.description,
        "url": dashboard_url(dashboard),
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
            for panel in dashboard.panels
        ],
    }
