"""A small Starlette service, instrumented as the readme of starlette-exporter shows: `PORT`."""

from __future__ import annotations

import sys

import uvicorn
from starlette_exporter import PrometheusMiddleware, handle_metrics

from tests.dialects.emitters.application import application

if __name__ == "__main__":
    app = application()
    app.add_middleware(PrometheusMiddleware)
    app.add_route("/metrics", handle_metrics)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
