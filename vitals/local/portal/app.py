"""The portal as one Starlette application: routes, who may ask, and what a browser may do with the answer.

The caller binds it to loopback. A page elsewhere that points its own host name at 127.0.0.1 is refused by the
Host header, and only our own pages may change something (:mod:`vitals.local.portal.own_pages`): a silence, a drill.
"""

from pathlib import Path

import httpx
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.local.portal.api import api_routes
from vitals.local.portal.assets import VEGA_PATH, serve_vega
from vitals.local.portal.dashboards import DashboardFolder
from vitals.local.portal.drill_routes import drill_routes
from vitals.local.portal.history import history_routes
from vitals.local.portal.interfaces import DrillControl, StackInterface
from vitals.local.portal.opening import Opening
from vitals.local.portal.own_pages import OwnPages, new_token
from vitals.local.portal.pages import error_page, page_routes
from vitals.local.portal.picture_routes import picture_routes
from vitals.local.portal.prometheus import AlertmanagerClient, Prometheus, QueryError
from vitals.local.portal.query import query_routes
from vitals.local.portal.rules import Rules
from vitals.local.portal.runbooks import Runbooks
from vitals.local.portal.silence_routes import silence_routes
from vitals.local.portal.sources import Sources
from vitals.local.silences.api import SilenceApi

_STATIC = Path(__file__).parent / "static"
_HOSTS = ["127.0.0.1", "localhost"]
_TIMEOUT_S = 10.0
_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def create_app(
    *,
    prometheus_url: str,
    alertmanager_url: str,
    dashboards: Path,
    runbooks: Path,
    rules: Path,
    interface: StackInterface,
    drills: DrillControl | None = None,
    pictures: Path | None = None,
) -> Starlette:
    """Make the portal.

    Args:
        prometheus_url: Base URL of a Prometheus; it need not answer yet.
        alertmanager_url: Base URL of an Alertmanager; it need not answer yet.
        dashboards: Folder of classic Grafana dashboards, one ``<uid>.json`` each.
        runbooks: Folder of runbooks, one ``<AlertName>.md`` each.
        rules: Folder of rule files, one ``<group>.yaml`` each.
        interface: What the supervisor knows.
        drills: Who performs drills; None where none can be started.
        pictures: Folder of the pictures that followed notifications, which need not be there; None where none do.

    Returns:
        The application. It holds no connection between requests and needs no lifespan.
    """
    client = BoundedClient(
        within_s=_TIMEOUT_S, trust_env=False, limits=httpx.Limits(max_connections=16, max_keepalive_connections=0)
    )
    prometheus = Prometheus(client, prometheus_url)
    token = new_token()
    sources = Sources(
        prometheus=prometheus,
        alertmanager=AlertmanagerClient(client, alertmanager_url),
        dashboards=DashboardFolder(dashboards),
        runbooks=Runbooks(runbooks),
        rules=Rules(rules),
        interface=interface,
        opening=Opening(prometheus),
        silences=SilenceApi(client, alertmanager_url),
        drills=drills,
        token=token,
    )

    def refused(request: Request, error: Exception) -> Response:
        status, message = _explain(error)
        if request.url.path.startswith("/api/"):
            return JSONResponse({"error": message}, status_code=status)
        return error_page(sources, request, status=status, message=message)

    return Starlette(
        routes=[
            *page_routes(sources),
            *api_routes(sources),
            *history_routes(sources),
            *query_routes(sources),
            *silence_routes(sources),
            *drill_routes(sources),
            *picture_routes(pictures),
            Route(VEGA_PATH, serve_vega, methods=["GET"]),
            Mount("/static", StaticFiles(directory=_STATIC)),
        ],
        middleware=[
            Middleware(TrustedHostMiddleware, allowed_hosts=_HOSTS, www_redirect=False),
            Middleware(_Headers),
            Middleware(OwnPages, token=token),
        ],
        exception_handlers={HTTPException: refused, VitalsError: refused, QueryError: refused},
    )


def _explain(error: Exception) -> tuple[int, str]:
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    return (400 if isinstance(error, VitalsError) else 502), str(error)


class _Headers:
    """Adds the security headers to every answer; what names no other life time is not kept by the browser."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                extra = _HEADERS | ({} if b"cache-control" in present else {"Cache-Control": "no-cache"})
                message["headers"] = [
                    *message["headers"],
                    *((name.lower().encode(), value.encode()) for name, value in extra.items()),
                ]
            await send(message)

        await self._app(scope, receive, send_with_headers)
