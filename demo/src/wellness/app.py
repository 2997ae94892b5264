"""The API as one ASGI application: telemetry around everything, then visitors, then the routes.

Telemetry is outermost, so it measures all that a client waits for, faults and waiting in line included; it asks who the
user was when the request is over, so it also sees the visitor's id that the next layer finds.
"""

from __future__ import annotations

from fastapi import FastAPI
from starlette.types import ASGIApp

from vitals_telemetry import ApiTelemetry, TelemetryMiddleware

from .backends import Backends
from .bounded import BoundedMiddleware, ReplicaBound
from .faults import Switchboard
from .routes import api, health
from .visitors import VisitorMiddleware


def api_app(
    backends: Backends, telemetry: ApiTelemetry, switchboard: Switchboard, bound: ReplicaBound | None = None
) -> ASGIApp:
    """Build the application.

    Args:
        backends: What the routes use.
        telemetry: The instruments; its ``user_of`` is `wellness.visitors.user_of`.
        switchboard: The faults that may strike.
        bound: What this replica bears; as much as the machine gives where nothing is said.
    """
    app = FastAPI(title="Wellness analytics", docs_url=None, redoc_url=None)
    app.state.backends = backends
    app.state.switchboard = switchboard
    app.include_router(api)
    app.include_router(health)
    app.add_middleware(VisitorMiddleware)
    if bound is not None:
        app.add_middleware(BoundedMiddleware, bound=bound)
    return TelemetryMiddleware(app, telemetry=telemetry, unmeasured=("/healthz",))
