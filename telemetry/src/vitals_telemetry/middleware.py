"""The ASGI middleware that watches every HTTP request of a service.

It is plain ASGI, because a request/response middleware would hide the end of a stream. It measures from the moment
the request arrives until the last byte of the body is handed to the server, and counts each request exactly once,
however it ends. It refuses to change anything: messages, exceptions, lifespan and websocket scopes pass as they are.

==================================================  =====================================
How the request ended                               ``status``
==================================================  =====================================
the whole answer was sent                           the answer's, even if the application raises afterwards
the application raised before that                  500
the application returned without any answer         500, which is what the server then sends
the client left, or the request was cancelled       the answer's if it had begun, else 499
==================================================  =====================================

A client's leaving is noticed where the application or the server notices it: by reading ``http.disconnect``, by a send
that fails, or by a cancelled request.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection

from opentelemetry import trace
from opentelemetry.context import get_current
from opentelemetry.trace import INVALID_SPAN, get_current_span

from vitals_telemetry.api import ApiTelemetry
from vitals_telemetry.asgi import ASGIApp, Message, Receive, Scope, Send
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.mistakes import Mistakes
from vitals_telemetry.routes import known_routes, route_template
from vitals_telemetry.tracing import ServerSpan, server_tracer, start_server_span

_CLIENT_LEFT = 499
_SERVER_ERROR = 500
_NO_MESSAGE = "the application or the server passes messages that are none of ASGI, so a request may be counted wrongly"

_MISTAKES = Mistakes(logging.getLogger(__name__))


class TelemetryMiddleware:
    """Counts, times and traces the HTTP requests of the application that it wraps.

    Wrap the whole application, outside every other middleware: ``app = TelemetryMiddleware(app, telemetry=...)``.
    There it sees the route and the user that the inner layers find, and it switches off FastAPI's own server span,
    which would repeat ours with the path and query in clear text. A layer in between must pass the scope on, not a
    copy of it.

    Args:
        app: The application.
        telemetry: Where the numbers go.
        unmeasured: Paths of health checks. They are served and neither counted nor traced: a probe that succeeds while
            every user is refused would hide the outage.
        tracer_provider: Who makes server spans; None is the one that ``configure_tracing`` has set by the time of the
            first request, and no spans if it has not been called by then.
    """

    def __init__(
        self,
        app: ASGIApp,
        *,
        telemetry: ApiTelemetry,
        unmeasured: Collection[str] = (),
        tracer_provider: trace.TracerProvider | None = None,
    ) -> None:
        self._app = app
        self._telemetry = telemetry
        if isinstance(unmeasured, str):
            raise TelemetryError(
                f"unmeasured is the text {unmeasured!r}, of which each character would be a path that is not measured. "
                f"Give a collection of paths: ({unmeasured!r},)."
            )
        self._unmeasured = frozenset(unmeasured)
        self._tracer_provider = tracer_provider
        self._tracer: trace.Tracer | None = None
        self._begun = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope.get("type") != "http" or (self._unmeasured and _is_among(self._unmeasured, scope.get("path"))):
            await self._pass_on(scope, receive, send)
            return
        if not self._begun:
            self._begin()
        traced = None if self._tracer is None else self._start_span(self._tracer, scope)
        # An empty context holds no span; asking it first spares an untraced service a search for one.
        span = traced.span if traced is not None else get_current_span() if get_current() else INVALID_SPAN
        telemetry = self._telemetry
        status = 0
        counted = client_left = False
        error: type[BaseException] | None = None

        # Closures, because an object per request would make the middleware a fifth dearer.
        async def watched_receive() -> Message:
            nonlocal client_left
            message = await receive()
            if _says_good_bye(message):
                client_left = True
            return message

        async def watched_send(message: Message) -> None:
            nonlocal status, client_left, counted
            try:
                await send(message)
            except OSError:
                client_left = True
                raise
            try:
                kind = message["type"]
                if kind == "http.response.start":
                    status = _CLIENT_LEFT if client_left else message["status"]
                elif not counted and (
                    (kind == "http.response.body" and not message.get("more_body")) or kind == "http.response.pathsend"
                ):
                    counted = True
                    if traced is not None:
                        traced.answered()
                    telemetry.request_finished(scope, route_template(scope), status, started, span)
            except Exception:
                _MISTAKES.note(_NO_MESSAGE)

        started = telemetry.request_started()
        try:
            await self._app(scope, watched_receive, watched_send)
        except BaseException as raised:
            error = type(raised)
            raise
        finally:
            if not counted:
                status = _status_of_unfinished(status, error, client_left=client_left)
                telemetry.request_finished(scope, route_template(scope), status, started, span)
            if traced is not None:
                traced.end(scope, route_template(scope), status=status, error=error)

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve what is not measured."""
        if scope.get("type") == "lifespan":
            self._expect_routes()
        elif scope.get("type") == "http":
            scope["fastapi.telemetry"] = None
        await self._app(scope, receive, send)

    def _begin(self) -> None:
        """Do before the first request what is known only now: who makes spans, and which routes there are."""
        self._begun = True
        try:
            self._tracer = server_tracer(self._tracer_provider or trace.get_tracer_provider())
        except Exception:
            _MISTAKES.note("there is no tracer, so requests have no spans")
        self._expect_routes()

    def _expect_routes(self) -> None:
        routes = known_routes(self._app)
        try:
            self._telemetry.expect([(path, method) for path, method in routes if path not in self._unmeasured])
        except Exception:
            _MISTAKES.note("the routes of the application are not known, so each shows from its first request on")

    def _start_span(self, tracer: trace.Tracer, scope: Scope) -> ServerSpan | None:
        scope["fastapi.telemetry"] = None
        return start_server_span(tracer, scope)


def _says_good_bye(message: Message) -> bool:
    try:
        return bool(message["type"] == "http.disconnect")
    except Exception:
        _MISTAKES.note(_NO_MESSAGE)
        return False


def _is_among(paths: frozenset[str], path: object) -> bool:
    return isinstance(path, str) and path in paths


def _status_of_unfinished(status: int, error: type[BaseException] | None, *, client_left: bool) -> int:
    """Return the status of a request whose answer, begun with ``status`` unless that is 0, was not completed."""
    if client_left or error is asyncio.CancelledError:
        return status or _CLIENT_LEFT
    return _SERVER_ERROR if error is not None else status or _SERVER_ERROR
