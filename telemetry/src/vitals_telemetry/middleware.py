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
import time
from collections.abc import Collection

from opentelemetry import context, trace

from vitals_telemetry.api import ApiTelemetry
from vitals_telemetry.asgi import ASGIApp, Message, Receive, Scope, Send
from vitals_telemetry.routes import route_template
from vitals_telemetry.tracing import end_server_span, server_tracer, start_server_span

_CLIENT_LEFT = 499
_SERVER_ERROR = 500


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
        self._unmeasured = frozenset(unmeasured)
        self._tracer_provider = tracer_provider
        self._tracer: trace.Tracer | None = None
        self._tracer_known = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one ASGI connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope.get("path") in self._unmeasured:
            scope["fastapi.telemetry"] = None
            await self._app(scope, receive, send)
            return
        own_span = self._start_span(scope) if self._tracer is not None or not self._tracer_known else None
        if own_span is not None:
            token = context.attach(trace.set_span_in_context(own_span))
        # An empty context holds no span; asking it first spares an untraced service a search for one.
        span = trace.get_current_span() if context.get_current() else trace.INVALID_SPAN
        telemetry = self._telemetry
        status = ended_ns = 0
        client_left = finished = False
        error: type[BaseException] | None = None

        # Closures, because an object per request would make the middleware a fifth dearer.
        async def watched_receive() -> Message:
            nonlocal client_left
            message = await receive()
            if message["type"] == "http.disconnect":
                client_left = True
            return message

        async def watched_send(message: Message) -> None:
            nonlocal status, client_left, finished, ended_ns
            try:
                await send(message)
            except OSError:
                client_left = True
                raise
            kind = message["type"]
            if kind == "http.response.start":
                status = _CLIENT_LEFT if client_left else message["status"]
            elif not finished and (
                kind == "http.response.pathsend"
                or (kind == "http.response.body" and not message.get("more_body", False))
            ):
                finished = True
                ended_ns = 0 if own_span is None else time.time_ns()
                telemetry.request_finished(scope, route_template(scope), status, started, span)

        started = telemetry.request_started()
        try:
            await self._app(scope, watched_receive, watched_send)
        except BaseException as raised:
            error = type(raised)
            raise
        finally:
            if not finished:
                status = _status_of_unfinished(status, error, client_left=client_left)
                ended_ns = time.time_ns()
                telemetry.request_finished(scope, route_template(scope), status, started, span)
            if own_span is not None:
                context.detach(token)
                template = route_template(scope)
                end_server_span(own_span, scope, template, status=status, error=error, ended_ns=ended_ns)

    def _start_span(self, scope: Scope) -> trace.Span | None:
        if not self._tracer_known:
            self._tracer = server_tracer(self._tracer_provider or trace.get_tracer_provider())
            self._tracer_known = True
        if self._tracer is None:
            return None
        scope["fastapi.telemetry"] = None
        return start_server_span(self._tracer, scope)


def _status_of_unfinished(status: int, error: type[BaseException] | None, *, client_left: bool) -> int:
    """Return the status of a request whose answer, begun with ``status`` unless that is 0, was not completed."""
    if client_left or error is asyncio.CancelledError:
        return status or _CLIENT_LEFT
    return _SERVER_ERROR if error is not None else status or _SERVER_ERROR
