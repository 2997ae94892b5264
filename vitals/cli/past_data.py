"""What commands share that ask a Prometheus for its past: where, how far back, and how they end with an error."""

from __future__ import annotations

from typing import NoReturn

import httpx
import typer

from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.model.promql import duration

_PATIENCE_S = 120.0
"""Prometheus itself gives up on a query after two minutes."""


def prometheus_client() -> BoundedClient:
    """A client that waits for as long as Prometheus may work on a query."""
    return BoundedClient(within_s=_PATIENCE_S, timeout=httpx.Timeout(_PATIENCE_S, connect=10.0))


def look_back_s(last: str, *, shortest: str, longest: str) -> float:
    """The seconds of ``--last``.

    Raises:
        VitalsError: It is not a duration, or not one between these two.
    """
    try:
        span = duration(last)
    except ValueError as error:
        raise VitalsError(f"--last: {error}. Nothing was asked.") from None
    if not duration(shortest) <= span <= duration(longest):
        raise VitalsError(f"--last {last} is outside of {shortest} to {longest}. Nothing was asked.")
    return span


def leave(error: VitalsError, code: int) -> NoReturn:
    """End the command with an error and the exit code that its help gives it."""
    typer.secho(f"error: {error}", err=True, fg=typer.colors.RED)
    raise typer.Exit(code) from error
