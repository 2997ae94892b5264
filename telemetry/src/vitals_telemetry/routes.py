"""From a request to the template of its route: the only thing about a path that may become a label.

Starlette and FastAPI leave what they matched in the ASGI scope. This module reads it after routing, without importing
either, and refuses to answer with anything that the client wrote: where no template is known there is None.

What the frameworks leave (Starlette 1.x, FastAPI 0.116 and later; a test per case holds it):

* a plain route: ``scope["route"].path_format``;
* a route of an included FastAPI router: the prefix is only in ``scope["fastapi"]["effective_route_context"]``;
* a mounted application: ``root_path`` has the mount's *raw* path with its parameters filled in, so the templates are
  looked up once more in the routes of the outermost router, ``scope["router"]``;
* a route that FastAPI itself adds, such as ``/openapi.json``: only ``scope["endpoint"]``; looked up likewise.

The same routers say before any request which templates there are (``known_routes``).
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from vitals_telemetry.asgi import Scope
from vitals_telemetry.mistakes import Mistakes

_REST_OF_PATH = "/{path}"
_ANSWERED_BESIDE = {"HEAD", "OPTIONS"}
"""Methods that frameworks add to a route by themselves."""

_FRAMEWORKS = {"fastapi", "starlette"}
_MOST_LAYERS = 100

_MISTAKES = Mistakes(logging.getLogger(__name__))


def route_template(scope: Scope) -> str | None:
    """Return the template of the route that answered, such as ``/api/users/{id}``, or None if no route did.

    Args:
        scope: The scope of an HTTP request, after the application has routed it.
    """
    try:
        route = scope.get("route")
        if route is None or "app_root_path" in scope:
            return _looked_up(scope)
        if "fastapi" in scope and (fastapi := scope["fastapi"]) is not None:
            included = fastapi.get("effective_route_context")
            if included is not None and included.original_route is route:
                route = included
        template = getattr(route, "path_format", None)
        return template if template and isinstance(template, str) else None
    except Exception:
        _MISTAKES.note("the route of a request cannot be read, so the request counts as unmatched")
        return None


def _looked_up(scope: Scope) -> str | None:
    """Return the template by matching the path once more, where the scope has only what was matched last."""
    if "endpoint" not in scope or "router" not in scope:
        return None
    template = _look_up(scope["router"].routes, _path_below_root(scope), scope["method"])
    return template if isinstance(template, str) else None


def known_routes(app: object) -> set[tuple[str, str]]:
    """Return template and method of every route that an application or one that it wraps has, as far as is known.

    Args:
        app: An ASGI application; layers around a Starlette or FastAPI application are looked through where they keep
            it in ``app``, as Starlette's own middlewares do. Routes that the frameworks add for documentation are left
            out, and so are methods that they add to a route.
    """
    try:
        for _ in range(_MOST_LAYERS):
            if app is None or hasattr(app, "routes"):
                break
            app = getattr(app, "app", None)
        return set(_known(getattr(app, "routes", None) or (), ""))
    except Exception:
        _MISTAKES.note("the routes of the application cannot be read, so each shows from its first request on")
        return set()


def _known(routes: Iterable[Any], prefix: str) -> Iterator[tuple[str, str]]:
    for route in _flat(routes):
        template = prefix + route.path_format
        if hasattr(route, "routes") and route.routes:
            yield from _known(route.routes, template.removesuffix(_REST_OF_PATH))
        elif getattr(getattr(route, "endpoint", None), "__module__", "").partition(".")[0] not in _FRAMEWORKS:
            methods = set(getattr(route, "methods", None) or ("GET",))
            yield from ((template, method) for method in methods - _ANSWERED_BESIDE or methods)


def _path_below_root(scope: Scope) -> str:
    path: str = scope["path"]
    root: str = scope.get("app_root_path", scope.get("root_path", "")).rstrip("/")
    return path[len(root) :] if path.startswith(root + "/") else path


def _look_up(routes: Iterable[Any], path: str, method: str) -> str | None:
    """Match ``path`` as the routers do: the first route that also takes the method, else the first that fits."""
    fits_but_method: str | None = None
    for route in _flat(routes):
        match = route.path_regex.match(path)
        if match is None:
            continue
        template: str = route.path_format
        if hasattr(route, "routes"):
            if not route.routes:
                return template
            inner = _look_up(route.routes, "/" + match["path"], method)
            return None if inner is None else template.removesuffix(_REST_OF_PATH) + inner
        if not route.methods or method in route.methods:
            return template
        fits_but_method = fits_but_method or template
    return fits_but_method


def _flat(routes: Iterable[Any]) -> Iterator[Any]:
    """Yield HTTP routes and mounts, those of included routers and of hosts among them; no websocket routes."""
    for route in routes:
        if hasattr(route, "effective_route_contexts"):
            yield from _flat(context.starlette_route or context for context in route.effective_route_contexts())
        elif getattr(route, "path_regex", None) is not None and hasattr(route, "path_format"):
            if hasattr(route, "methods") or hasattr(route, "routes"):
                yield route
        elif hasattr(route, "routes"):
            yield from _flat(route.routes)
