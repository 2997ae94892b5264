"""A small FastAPI service, instrumented as the readme of prometheus-fastapi-instrumentator shows: `PORT`."""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI, HTTPException
from prometheus_fastapi_instrumentator import Instrumentator

app = FastAPI()


@app.get("/orders/{order}")
async def order(order: str) -> str:
    """Answer."""
    return order


@app.get("/refused")
async def refused() -> str:
    """Refuse."""
    raise HTTPException(503)


@app.get("/broken")
async def broken() -> str:
    """Fail."""
    raise RuntimeError("on purpose")


if __name__ == "__main__":
    Instrumentator().instrument(app).expose(app)
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="critical")
