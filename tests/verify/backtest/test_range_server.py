"""A long range is asked in pieces that a Prometheus answers; what it cannot answer is said."""

from __future__ import annotations

import json
from collections.abc import Callable
from urllib.parse import parse_qs

import httpx
import pytest

from vitals.http_client import BoundedClient
from vitals.verify.backtest.range_server import (
    MOST_POINTS,
    BacktestRange,
    QueryRefusedError,
    RangeServer,
    ServerGoneError,
)

pytestmark = pytest.mark.anyio

Answer = Callable[[str, dict[str, str]], httpx.Response]
MONTH = BacktestRange.of(0, 30 * 86_400, 15)


def success(data: object) -> httpx.Response:
    """An answer as Prometheus gives it."""
    return httpx.Response(200, json={"status": "success", "data": data})


def matrix(*series: tuple[dict[str, str], list[int]]) -> httpx.Response:
    """A range of which only the moments matter."""
    result = [{"metric": labels, "values": [[at, "1"] for at in moments]} for labels, moments in series]
    return success({"resultType": "matrix", "result": result})


def failure(text: str, status: int = 422) -> httpx.Response:
    """An error as Prometheus words it."""
    return httpx.Response(status, json={"status": "error", "errorType": "execution", "error": text})


async def moments(answer: Answer, asked: BacktestRange) -> list[int]:
    """All moments of the empty set of labels."""

    def handle(request: httpx.Request) -> httpx.Response:
        form = {key: found[0] for key, found in parse_qs(request.content.decode()).items()}
        return answer(request.url.path.removeprefix("/api/v1/"), form)

    async with BoundedClient(within_s=60, transport=httpx.MockTransport(handle)) as client:
        server = RangeServer("http://prometheus.example/", client)
        return [at async for piece in server.moments("up", asked) for at in piece.get((), ())]


def evaluated(most: int) -> tuple[Answer, list[int]]:
    """A server that answers each evaluation, refuses more than so many at once, and notes how many were asked."""
    sizes: list[int] = []

    def answer(_: str, form: dict[str, str]) -> httpx.Response:
        start, end, step = (int(form[key]) for key in ("start", "end", "step"))
        sizes.append((end - start) // step + 1)
        if sizes[-1] > most:
            return failure("query processing would load too many samples into memory in query execution")
        return matrix(({}, list(range(start, end + 1, step))))

    return answer, sizes


async def test_a_month_is_asked_in_pieces_without_gap_or_overlap() -> None:
    """Each within the limit of 11,000 points, and together every evaluation once."""
    answer, sizes = evaluated(MOST_POINTS)

    assert await moments(answer, MONTH) == list(range(0, 30 * 86_400 + 1, 15))
    assert len(sizes) == 16
    assert max(sizes) == MOST_POINTS


async def test_a_piece_that_is_too_much_is_asked_in_halves() -> None:
    """Nothing is lost by it, and the server decides how much it bears."""
    answer, sizes = evaluated(3000)

    assert await moments(answer, MONTH) == list(range(0, 30 * 86_400 + 1, 15))
    assert sizes[:3] == [11_000, 5_500, 2_750]


async def test_a_server_that_bears_nothing_is_said() -> None:
    """It is asked a few times and not for ever."""
    answer, sizes = evaluated(0)

    def alive(path: str, form: dict[str, str]) -> httpx.Response:
        return success({"resultType": "vector", "result": []}) if path == "query" else answer(path, form)

    with pytest.raises(QueryRefusedError, match="too many samples"):
        await moments(alive, MONTH)
    assert len(sizes) < 10


async def test_a_server_that_does_not_answer_in_time_is_gone() -> None:
    """Where not even a number comes back, there is no use in asking for the next alert."""

    def slow(_: str, __: dict[str, str]) -> httpx.Response:
        raise httpx.ReadTimeout("")

    with pytest.raises(ServerGoneError, match="no answer in time"):
        await moments(slow, MONTH)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(502, text="<html>Bad gateway</html>"),
        httpx.Response(200, text=json.dumps(["not", "prometheus"])),
    ],
)
async def test_what_is_no_prometheus_is_said(answer: httpx.Response) -> None:
    """A proxy in front of one, or another program."""
    with pytest.raises(ServerGoneError, match="HTTP"):
        await moments(lambda _, __: answer, MONTH)


async def test_a_refused_query_is_the_answer_for_one_alert_only() -> None:
    """The words of Prometheus are kept."""
    with pytest.raises(QueryRefusedError, match="parse error"):
        await moments(lambda _, __: failure("parse error: unexpected end", 400), MONTH)


async def test_labels_twice_are_refused_as_prometheus_does() -> None:
    """An alert has no name of a metric, so two that differ in nothing else are one."""
    twice = matrix(({"__name__": "a"}, [0]), ({"__name__": "b"}, [15]))

    with pytest.raises(QueryRefusedError, match="twice"):
        await moments(lambda _, __: twice, MONTH)


def test_a_range_is_whole_multiples_of_its_step() -> None:
    """So a rule that waits for a slot of the clock is evaluated in it."""
    assert BacktestRange.of(1, 59, 15) == BacktestRange(15, 45, 15)
    assert BacktestRange.of(15, 60, 15).points == 4


@pytest.mark.parametrize(
    "content",
    [
        '{"status": "success", "data": null}',
        '{"status": "success", "data": [1, null]}',
        '{"status": "success", "data": {"result": [null]}}',
        '{"status": "success", "data": {"result": [{"metric": null, "values": [[1, "1"]]}]}}',
        '{"status": "success", "data": {"result": [{"metric": {}}]}}',
        "[" * 100_000,
    ],
    ids=lambda content: content[:60],
)
async def test_another_program_is_not_taken_for_a_prometheus(content: str) -> None:
    """JSON of another shape is said to be none of Prometheus' answers."""
    with pytest.raises(ServerGoneError, match="no answer of the Prometheus API"):
        await moments(lambda *_: httpx.Response(200, text=content), MONTH)
