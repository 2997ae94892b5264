"""Alertmanager's API of silences: list, make and end them."""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

import httpx

from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.local.silences.silence import NewSilence, Silence, covered, leave_heartbeat, read_silences
from vitals.model.conventions import ALERTNAME

_REFUSED_CHARACTERS = 300
"""Of an answer that says why: Alertmanager's own are shorter, and a proxy's page of HTML does not help."""


class SilenceApi:
    """One Alertmanager; every method may raise ``VitalsError`` with what to do about it."""

    def __init__(self, client: BoundedClient, base_url: str) -> None:
        self._client = client
        self._url = base_url.rstrip("/")

    async def all(self) -> list[Silence]:
        """Return what it holds, what is over included for as long as it remembers it."""
        documents = await self._list("/api/v2/silences")
        try:
            return read_silences(documents)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            raise self._other() from error

    async def alerts(self) -> list[Mapping[str, Any]]:
        """Return the alerts that it holds, silenced ones included, each with its ``labels``."""
        alerts = await self._list("/api/v2/alerts")
        if not all(isinstance(alert, dict) and isinstance(alert.get("labels"), dict) for alert in alerts):
            raise self._other()
        return alerts

    async def make(self, silence: NewSilence) -> tuple[str, list[str]]:
        """Make one that begins now; one that holds back the heartbeat, by whichever of its labels, is refused.

        Returns:
            Its id, and the names of the alerts that fire now and are held back.
        """
        alerts = await self.alerts()
        leave_heartbeat(silence.matchers, alerts)
        answer = await self._ask("POST", "/api/v2/silences", json=silence.document(time.time()))
        held = covered(silence.matchers, alerts)
        if not isinstance(answer, dict) or not answer.get("silenceID"):
            raise VitalsError(
                f"Alertmanager at {self._url} took the silence and does not say its id. Look with `vitals silence "
                "list`."
            )
        return str(answer["silenceID"]), sorted({str(alert["labels"].get(ALERTNAME, "")) for alert in held})

    async def end(self, silence_id: str) -> None:
        """End one now; whether it was over already makes no difference."""
        await self._ask("DELETE", f"/api/v2/silence/{quote(silence_id, safe='')}")

    async def _list(self, path: str) -> list[Any]:
        answer = await self._ask("GET", path)
        if not isinstance(answer, list):
            raise self._other()
        return answer

    def _other(self) -> VitalsError:
        return VitalsError(
            f"{self._url} answers, but not as an Alertmanager does, so no silence was changed as far as is known. Give "
            "the address below which /api/v2 is."
        )

    async def _ask(self, method: str, path: str, **content: Any) -> Any:  # noqa: ANN401 JSON
        try:
            answer = await self._client.request(method, f"{self._url}{path}", **content)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise VitalsError(
                f"Alertmanager at {self._url} does not answer ({str(error) or type(error).__name__}), so no silence "
                "was changed as far as is known. Look whether it runs, and ask again."
            ) from error
        if answer.status_code == httpx.codes.NOT_FOUND:
            raise VitalsError(
                f"Alertmanager at {self._url} has no such silence, so nothing was changed. `vitals silence list` shows "
                "those it has."
            )
        if not answer.is_success:
            said = answer.text.strip()[:_REFUSED_CHARACTERS] or answer.reason_phrase
            raise VitalsError(f"Alertmanager at {self._url} refused it ({answer.status_code}): {said}")
        if not answer.content:
            return None
        try:
            return answer.json()
        except (ValueError, RecursionError) as error:
            raise self._other() from error
