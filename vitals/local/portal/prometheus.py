"""Ask Prometheus for what panels, variables and alerts need, each question once.

A dashboard asks the same annotation query for every panel. Questions that are equal share one answer for a moment, so
that drawing twenty panels costs Prometheus no more than their different queries.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import Any

import httpx

from vitals.local.draw.window import Window

_SHARED_FOR_S = 2.0


class QueryError(Exception):
    """Prometheus (or Alertmanager) did not answer, or refused the question; the message is for the page."""


class UnansweredError(QueryError):
    """There was no answer at all, or none that is one of this API."""


class JsonApi:
    """A JSON API on loopback, asked with GET; equal questions within two seconds share one answer."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, name: str) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._name = name
        self._answers: dict[str, tuple[float, asyncio.Task[Any]]] = {}

    async def get(self, path: str, params: Mapping[str, str] | None = None) -> Any:  # noqa: ANN401 JSON
        """Return the parsed answer.

        Raises:
            UnansweredError: No answer, or one that is not JSON.
            QueryError: The status is not 200; carries the server's own words.
        """
        now = time.monotonic()
        self._answers = {key: kept for key, kept in self._answers.items() if now - kept[0] < _SHARED_FOR_S}
        key = f"{path}?{httpx.QueryParams(params or {})}"
        if key not in self._answers:
            self._answers[key] = (now, asyncio.create_task(self._fetch(path, params)))
        return await asyncio.shield(self._answers[key][1])

    async def _fetch(self, path: str, params: Mapping[str, str] | None) -> Any:  # noqa: ANN401 JSON
        try:
            answer = await self._client.get(f"{self._base_url}{path}", params=dict(params or {}))
            body = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            reason = str(error) or type(error).__name__
            raise UnansweredError(f"{self._name} does not answer ({reason}).") from error
        if answer.is_error:
            said = body.get("error") if isinstance(body, dict) else body
            raise QueryError(f"{self._name} refused the query: {said or answer.reason_phrase}")
        return body


class Prometheus:
    """The part of Prometheus' HTTP API that the portal uses; every method may raise ``QueryError``."""

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._api = JsonApi(client, base_url, "Prometheus")

    async def range(self, expr: str, window: Window) -> dict[str, Any]:
        """Return the ``data`` of a range query over the window."""
        params = {"query": expr, "step": str(window.step), "start": f"{window.start:.0f}", "end": f"{window.end:.0f}"}
        return dict((await self._api.get("/api/v1/query_range", params))["data"])

    async def instant(self, expr: str, window: Window) -> dict[str, Any]:
        """Return the ``data`` of an instant query at the window's end."""
        params = {"query": expr, "time": f"{window.latest:.0f}"}
        return dict((await self._api.get("/api/v1/query", params))["data"])

    async def exemplars(self, expr: str, window: Window) -> list[dict[str, Any]]:
        """Return exemplars by series, ``{"seriesLabels": {...}, "exemplars": [...]}`` each."""
        answer = await self._api.get("/api/v1/query_exemplars", {"query": expr, **_ends(window)})
        return list(answer.get("data") or [])

    async def label_values(self, label: str, selector: str, window: Window) -> list[str]:
        """Return the values of a label within the window, sorted; ``selector`` may be empty."""
        params = _ends(window) | ({"match[]": selector} if selector else {})
        return sorted((await self._api.get(f"/api/v1/label/{label}/values", params)).get("data") or [])

    async def label_names(self, window: Window) -> list[str]:
        """Return the names of all labels within the window, sorted."""
        return sorted((await self._api.get("/api/v1/labels", _ends(window))).get("data") or [])

    async def series(self, selector: str, window: Window) -> list[dict[str, str]]:
        """Return the labels of the series that a selector finds within the window."""
        params = _ends(window) | {"match[]": selector}
        return list((await self._api.get("/api/v1/series", params)).get("data") or [])

    async def alerts(self) -> list[dict[str, Any]]:
        """Return pending and firing alerts as Prometheus lists them."""
        return list((await self._api.get("/api/v1/alerts"))["data"]["alerts"])


class AlertmanagerClient:
    """The part of Alertmanager's HTTP API that the portal uses; may raise ``QueryError``."""

    def __init__(self, client: httpx.AsyncClient, base_url: str) -> None:
        self._api = JsonApi(client, base_url, "Alertmanager")

    async def alerts(self) -> list[dict[str, Any]]:
        """Return the alerts that Alertmanager holds, with state and receivers."""
        return list(await self._api.get("/api/v2/alerts"))


def _ends(window: Window) -> dict[str, str]:
    return {"start": f"{window.start:.0f}", "end": f"{window.latest:.0f}"}
