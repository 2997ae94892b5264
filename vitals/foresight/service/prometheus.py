"""Answers of Prometheus over a range of time, row by row; every way in which it can fail is one error.

An answer is bounded in time and size: a label without bounds makes one that no memory holds.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import httpx
import numpy as np

from vitals.foresight.series import FloatArray
from vitals.foresight.service.history import STEP_S
from vitals.http_client import BlockingClient, LongAnswerError

CHUNK_S = 10_000 * STEP_S
"""Prometheus refuses an answer of more than 11,000 rows a series."""
TIMEOUT_S = 20.0
"""A third of a cycle: one question that hangs must not cost the others their minute."""
MOST_BYTES = 32 * 2**20
"""Twice what ``MOST_SERIES`` series of ``CHUNK_S`` are; as lists of Python it takes six times as much memory."""
MOST_SERIES = 50
"""Of one question: more would be a label without bounds, and the service would keep a history of each value."""
_TOO_MUCH = ("too many samples", "response too large")
"""Words of Prometheus, and of what speaks its API, for an answer that it does not give because of its size."""
_LONGEST_REASON = 300
"""Characters of a reason that are passed on: a query may be in it."""


class AskingError(Exception):
    """Prometheus did not answer a question; the next minute asks again."""


class TooLargeError(AskingError):
    """The answer is larger than can be held; one over a shorter time may not be."""


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
        self._client = BlockingClient(within_s=TIMEOUT_S, most_bytes=MOST_BYTES, trust_env=False)

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def ask(self, query: str, start: float, end: float) -> list[Answered]:
        """Ask for a row per minute, from ``start`` to ``end``, both included and at most ``CHUNK_S`` apart.

        Raises:
            TooLargeError: The answer is larger than ``MOST_BYTES``, or than Prometheus itself gives.
            AskingError: It did not answer, or not with series; the message says how.
        """
        wanted = {"query": query, "start": f"{start:.0f}", "end": f"{end:.0f}", "step": f"{STEP_S:.0f}"}
        try:
            response = self._client.post(self._url, data=wanted)
        except LongAnswerError as error:
            raise TooLargeError(str(error)) from error
        except httpx.HTTPError as error:
            raise AskingError(f"{type(error).__name__}: {error}") from error
        try:
            body = response.json()
            if body["status"] != "success":
                raise _refusal(body)
            return sorted(map(_answered, body["data"]["result"]), key=lambda one: sorted(one.labels.items()))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise AskingError(f"HTTP {response.status_code} without an answer of Prometheus ({error})") from error


def _refusal(body: Mapping[str, object]) -> AskingError:
    reason = f"{body.get('errorType', 'error')}: {body.get('error', 'no reason given')}"[:_LONGEST_REASON]
    return (TooLargeError if any(words in reason for words in _TOO_MUCH) else AskingError)(reason)


def _answered(element: Mapping[str, object]) -> Answered:
    labels, rows = element["metric"], element["values"]
    if not isinstance(labels, dict) or not isinstance(rows, list) or not rows:
        raise TypeError("the result is not a matrix")
    times = np.array([float(row[0]) for row in rows], dtype=np.float64)
    values = np.array([float(row[1]) for row in rows], dtype=np.float64)
    if not np.all(np.diff(times) > 0):
        raise TypeError("its rows are not in the order of their times")
    return Answered(labels, times, values)
