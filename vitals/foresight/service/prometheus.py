"""Answers of Prometheus over a range of time, row by row; every way in which it can fail is one error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import numpy as np

from vitals.foresight.series import FloatArray
from vitals.foresight.service.history import STEP_S

CHUNK_S = 10_000 * STEP_S
"""Prometheus refuses an answer of more than 11,000 rows a series."""
TIMEOUT_S = 20.0
"""A third of a cycle: one question that hangs must not cost the others their minute."""
MOST_SERIES = 50
"""Of one question: more would be a label without bounds, and the service would keep a history of each value."""


class AskingError(Exception):
    """Prometheus did not answer a question; the next minute asks again."""


@dataclass(frozen=True, slots=True)
class Answered:
    """One series of an answer.

    Attributes:
        labels: As Prometheus gave them.
        times: Unix seconds, shape (n,).
        values: Shape (n,); may be NaN or infinite.
    """

    labels: Mapping[str, str]
    times: FloatArray
    values: FloatArray


class RangeReader:
    """Prometheus' HTTP API, or any that speaks it.

    Args:
        url: Base URL.
    """

    def __init__(self, url: str) -> None:
        self._url = f"{url.rstrip('/')}/api/v1/query_range"
        self._client = httpx.Client(timeout=TIMEOUT_S, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """Ask for a row per minute, from ``start`` to ``end``, both included and at most ``CHUNK_S`` apart.

        Raises:
            AskingError: It did not answer, or not with series; the message says how.
        """
        wanted = {"query": query, "start": f"{start:.0f}", "end": f"{end:.0f}", "step": f"{STEP_S:.0f}"}
        try:
            response = self._client.post(self._url, data=wanted)
            body = response.json()
            if body["status"] != "success":
                raise AskingError(f"{body.get('errorType', 'error')}: {body.get('error', 'no reason given')}")
            found = [_answered(one) for one in body["data"]["result"]]
        except httpx.HTTPError as error:
            raise AskingError(f"{type(error).__name__}: {error}") from error
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise AskingError(f"HTTP {response.status_code} without an answer of Prometheus ({error})") from error
        return sorted(found, key=lambda one: sorted(one.labels.items()))


def _answered(element: Mapping[str, object]) -> Answered:
    labels, rows = element["metric"], element["values"]
    if not isinstance(labels, dict) or not isinstance(rows, list):
        raise TypeError("the result is not a matrix")
    times = np.array([float(row[0]) for row in rows], dtype=np.float64)
    values = np.array([float(row[1]) for row in rows], dtype=np.float64)
    return Answered(labels, times, values)
