"""Asks a Prometheus for a long range in pieces that it answers, with bounded memory.

Prometheus refuses more than 11,000 points per series, and a busy one gives up on what reads too many samples. A piece
that was too much is asked again in halves; the server's own limits decide, not a guess of ours.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from vitals.errors import VitalsError
from vitals.http_client import BoundedClient, LongAnswerError
from vitals.verify.backtest.replay import LabelSet

MOST_POINTS = 11_000
"""Points of one series in one answer, the limit of Prometheus' HTTP API."""
_LEAST_POINTS = 300
"""A server that cannot answer even for so few evaluations at once will not answer for a month of them."""
_ANSWERS_A_NUMBER_WITHIN_S = 10.0
"""A server that needs longer for a query that reads nothing has no time for any other."""
_TOO_MUCH = ("timed out", "too many samples", "exceeded maximum", "canceled", "limit")
"""Words with which Prometheus and its relatives give up on a query that would work on a shorter range."""
_RESULTS = {"query": ("value", "histogram"), "query_range": ("values", "histograms")}
"""Where each series of an answer has its points, by what was asked."""
_LONGEST_REASON = 300


class ServerGoneError(VitalsError):
    """The server does not answer at all, so no alert can be judged."""


class QueryRefusedError(VitalsError):
    """The server answers, and not to this query."""


class _TooMuchError(Exception):
    pass


@dataclass(frozen=True, slots=True)
class BacktestRange:
    """Evaluations at whole multiples of a step.

    Attributes:
        start: Unix seconds of the first one, a multiple of the step.
        end: Unix seconds of the last one.
        step_s: Seconds between two.
    """

    start: int
    end: int
    step_s: int

    @classmethod
    def of(cls, start: float, end: float, step_s: int) -> BacktestRange:
        """The evaluations between two moments; those on the moments included."""
        return cls(-int(-start // step_s) * step_s, int(end // step_s) * step_s, step_s)

    @property
    def points(self) -> int:
        """How many evaluations."""
        return max(0, (self.end - self.start) // self.step_s + 1)


class RangeServer:
    """A Prometheus that is asked for ranges.

    Args:
        url: Its base URL.
        client: Used for every request; its bounds are those of one piece.
    """

    def __init__(self, url: str, client: BoundedClient) -> None:
        self.url = url.rstrip("/")
        self._client = client
        self._known: dict[tuple[str, int, int], bool] = {}

    async def require_answer(self) -> None:
        """Refuse a server that does not answer even a query that reads nothing, before it is asked for a month.

        Raises:
            ServerGoneError: It does not, within ten seconds.
        """
        try:
            async with asyncio.timeout(_ANSWERS_A_NUMBER_WITHIN_S):
                await self._data("query", {"query": "vector(1)"})
        except (_TooMuchError, TimeoutError) as error:
            raise self._gone(str(error) or "no answer in time") from None

    async def moments(self, query: str, asked: BacktestRange) -> AsyncIterator[dict[LabelSet, list[int]]]:
        """At which evaluations a query has a result, for each set of labels; one dictionary for each piece.

        Args:
            query: PromQL.
            asked: When.

        Raises:
            ServerGoneError: The server does not answer.
            QueryRefusedError: It refuses the query, or even short pieces are too much for it.
        """
        at, size = asked.start, MOST_POINTS
        while at <= asked.end:
            upto = min(asked.end, at + (size - 1) * asked.step_s)
            times = {"start": str(at), "end": str(upto), "step": str(asked.step_s)}
            try:
                data = await self._data("query_range", {"query": query, **times})
            except _TooMuchError as error:
                size = min(size, (upto - at) // asked.step_s + 1) // 2
                if size < _LEAST_POINTS:
                    raise await self._refused(error) from None
                continue
            yield _moments(data)
            at = upto + asked.step_s

    async def values(self, query: str, at: int) -> dict[LabelSet, float]:
        """The result of an instant query by its labels, without a metric name; what is not finite is left out.

        Args:
            query: PromQL.
            at: Unix seconds.

        Raises:
            ServerGoneError: The server does not answer.
            QueryRefusedError: It refuses the query, or the query is too much for it.
        """
        data = await self._undivided("query", {"query": query, "time": str(at)})
        found = ((_labels(one["metric"]), float(one["value"][1])) for one in data["result"])
        return {labels: value for labels, value in found if math.isfinite(value)}

    async def course(self, query: str, asked: BacktestRange) -> dict[LabelSet, list[tuple[int, float]]]:
        """Moment and value of each evaluation, for each set of labels; at most 11,000 evaluations.

        Args:
            query: PromQL.
            asked: When.

        Raises:
            ServerGoneError: The server does not answer.
            QueryRefusedError: It refuses the query, or the query is too much for it.
        """
        times = {"start": str(asked.start), "end": str(asked.end), "step": str(asked.step_s)}
        data = await self._undivided("query_range", {"query": query, **times})
        return {
            _labels(one["metric"]): [(round(at), float(value)) for at, value in one["values"]] for one in data["result"]
        }

    async def has_data(self, selector: str, start: int, end: int) -> bool:
        """Whether any series of a selector has a sample in a range; asked once."""
        key = (selector, start, end)
        if key not in self._known:
            asked = {"match[]": selector, "start": str(start), "end": str(end), "limit": "1"}
            self._known[key] = bool(await self._undivided("series", asked))
        return self._known[key]

    async def newest_in_memory(self) -> float | None:
        """Unix seconds of the newest sample that is not in a block yet; None where there is none."""
        try:
            answer = await self._client.get(f"{self.url}/api/v1/status/tsdb")
            head = answer.json()["data"]["headStats"]
            return head["maxTime"] / 1000 if head["numSeries"] else None
        except (httpx.HTTPError, ValueError, KeyError, TypeError):
            return None

    async def _undivided(self, path: str, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON of many shapes
        """What is not asked again in pieces: where it is too much, it is refused."""
        try:
            return await self._data(path, parameters)
        except _TooMuchError as error:
            raise await self._refused(error) from None

    async def _refused(self, too_much: _TooMuchError) -> QueryRefusedError:
        """The refusal of a query that is too much for a server that answers others."""
        await self.require_answer()
        return QueryRefusedError(f"too much for the Prometheus at {self.url}: {too_much}")

    def _gone(self, why: str) -> ServerGoneError:
        return ServerGoneError(
            f"The Prometheus at {self.url} does not answer ({why}), so nothing can be judged. Look whether it runs and "
            "the URL is right, then ask again; --last with a shorter range asks less of it."
        )

    async def _data(self, path: str, parameters: Mapping[str, str]) -> Any:  # noqa: ANN401 - JSON of many shapes
        # POST, because an expanded expression is longer than a URL may be.
        try:
            answer = await self._client.post(f"{self.url}/api/v1/{path}", data=dict(parameters))
        except httpx.ConnectTimeout as error:
            raise self._gone("no connection in time") from error
        except httpx.TimeoutException as error:
            raise _TooMuchError("no answer in time") from error
        except LongAnswerError as error:
            raise _TooMuchError(str(error)) from error
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise self._gone(str(error) or type(error).__name__) from error
        try:
            body = answer.json()
            if body["status"] == "success":
                if path in _RESULTS:
                    _require_result(body["data"], _RESULTS[path])
                return body["data"]
            said = str(body.get("error", "no reason given"))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise self._gone(f"HTTP {answer.status_code} and no answer of the Prometheus API") from None
        said = said[:_LONGEST_REASON]
        if any(word in said for word in _TOO_MUCH):
            raise _TooMuchError(said)
        raise QueryRefusedError(f"the Prometheus at {self.url} refuses the query: {said}")


def _require_result(data: Any, points: Sequence[str]) -> None:  # noqa: ANN401 - JSON
    """Raise what reading another shape raises, so that Prometheus is distinguished from another program."""
    for series in data["result"]:
        series["metric"].items()
        if not any(series.get(key) for key in points):
            raise KeyError(points[0])


def _moments(data: Any) -> dict[LabelSet, list[int]]:  # noqa: ANN401 - JSON
    found: dict[LabelSet, list[int]] = {}
    for series in data["result"]:
        labels = _labels(series["metric"])
        if labels in found:
            raise QueryRefusedError("its result has one set of labels twice, which Prometheus refuses of an alert")
        found[labels] = sorted(round(point[0]) for key in ("values", "histograms") for point in series.get(key, ()))
    return found


def _labels(metric: Mapping[str, str]) -> LabelSet:
    return tuple(sorted((name, value) for name, value in metric.items() if name != "__name__"))
