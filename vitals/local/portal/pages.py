"""The portal's HTML: one frame around a few views; everything that moves is filled in by our own modules.

Text from outside (titles, names) goes through ``html.escape``; runbooks are rendered with HTML disabled.
"""

import html
from pathlib import Path
from string import Template

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse
from starlette.routing import Route

from vitals.local.portal.api import dashboard_url
from vitals.local.portal.assets import VEGA_PATH
from vitals.local.portal.query_parameters import requested_dashboard
from vitals.local.portal.rule_page import rule_html
from vitals.local.portal.runbooks import query_url
from vitals.local.portal.sources import Sources

_TEMPLATES = Path(__file__).parent / "templates"
_VIEWS = {
    "/query": ("query", "Query"),
    "/alerts": ("alerts", "Alert history"),
    "/notifications": ("notifications", "Notifications"),
    "/silences": ("silences", "Silences"),
    "/drills": ("drills", "Drills"),
    "/traces": ("traces", "Traces"),
}
"""Pages without content of their own, by path: the template and the title, in the order of the navigation."""


def page_routes(sources: Sources) -> list[Route]:
    """Return the routes of the pages people open."""

    def show(request: Request, view: str, title: str, **values: str) -> HTMLResponse:
        main = _template(view).substitute({name: html.escape(value) for name, value in values.items()})
        return _framed(sources, request, title=title, main=main)

    async def home(request: Request) -> HTMLResponse:
        dashboards = sources.dashboards.all()
        return show(request, "home", "Status", uid=dashboards[0].uid if dashboards else "")

    async def dashboard(request: Request) -> HTMLResponse:
        found = requested_dashboard(sources.dashboards, request.path_params["uid"])
        panel = request.query_params.get("viewPanel", "").removeprefix("panel-")
        return show(
            request, "dashboard", found.title, uid=found.uid, name=found.title, about=found.description, panel=panel
        )

    async def view(request: Request) -> HTMLResponse:
        template, title = _VIEWS[request.url.path]
        return show(request, template, title)

    async def graph(request: Request) -> RedirectResponse:
        """Prometheus' own address of a query, as its alerts have it."""
        return RedirectResponse(query_url(request.query_params.get("g0.expr", "")))

    async def trace(request: Request) -> HTMLResponse:
        return show(request, "trace", "Trace", trace_id=request.path_params["trace_id"])

    async def runbooks(request: Request) -> HTMLResponse:
        links = "".join(
            f'<li><a href="/runbooks/{html.escape(name)}">{html.escape(name)}</a></li>'
            for name in sources.runbooks.names()
        )
        main = f'<h1>Runbooks</h1><ul class="plain columns">{links}</ul>'
        return _framed(sources, request, title="Runbooks", main=main)

    async def runbook(request: Request) -> HTMLResponse:
        name = request.path_params["name"]
        body = sources.runbooks.html(name)
        if body is None:
            raise HTTPException(404, f"There is no runbook {name!r}; docs/runbooks/{name}.md does not exist.")
        return _framed(sources, request, title=name, main=f'<article class="prose">{body}</article>')

    async def rule(request: Request) -> HTMLResponse:
        group, alert = request.path_params["group"], request.path_params["alert"]
        found = sources.rules.of(group, alert)
        if not found:
            raise HTTPException(404, f"The rule group {group!r} of this stack has no alert {alert!r}.")
        main = f"<h1>{html.escape(alert)}</h1>" + "".join(map(rule_html, found))
        return _framed(sources, request, title=alert, main=f'<article class="prose">{main}</article>')

    return [
        Route("/", home, methods=["GET"]),
        Route("/d/{uid}", dashboard, methods=["GET"]),
        Route("/d/{uid}/{slug}", dashboard, methods=["GET"]),
        *(Route(path, view, methods=["GET"]) for path in _VIEWS),
        Route("/graph", graph, methods=["GET"]),
        Route("/traces/{trace_id}", trace, methods=["GET"]),
        Route("/runbooks", runbooks, methods=["GET"]),
        Route("/runbooks/{name}", runbook, methods=["GET"]),
        Route("/rules/{group}/{alert}", rule, methods=["GET"]),
    ]


def error_page(sources: Sources, request: Request, *, status: int, message: str) -> HTMLResponse:
    """Return a page that says what is wrong, inside the usual frame."""
    main = f"<h1>{status}</h1><p>{html.escape(message)}</p>"
    return _framed(sources, request, title=str(status), main=main, status=status)


def _framed(sources: Sources, request: Request, *, title: str, main: str, status: int = 200) -> HTMLResponse:
    here = request.url.path
    views = [(path, name) for path, (_, name) in _VIEWS.items()]
    dashboards = [(dashboard_url(dashboard), dashboard.title) for dashboard in sources.dashboards.all()]
    page = _template("page").substitute(
        title=html.escape(title),
        status=_links([("/", "Status")], here),
        dashboards=_links(dashboards, here),
        inside=' class="inside"' if here.startswith("/d/") else "",
        nav=_links([*views, ("/runbooks", "Runbooks")], here),
        main=main,
        vega=VEGA_PATH,
        token=html.escape(sources.token),
    )
    return HTMLResponse(page, status_code=status)


def _links(links: list[tuple[str, str]], here: str) -> str:
    return "".join(
        f'<li><a href="{html.escape(url)}"{_current(url, here)}>{html.escape(name)}</a></li>' for url, name in links
    )


def _current(url: str, here: str) -> str:
    """Mark the link whose page, or a page below it, is shown; a dashboard's slug does not matter."""
    section = url.rsplit("/", 1)[0] if url.startswith("/d/") else url
    inside = here == url or (section not in {"", "/"} and f"{here}/".startswith(f"{section}/"))
    return ' aria-current="page"' if inside else ""


def _template(name: str) -> Template:
    return Template((_TEMPLATES / f"{name}.html").read_text(encoding="utf-8"))
