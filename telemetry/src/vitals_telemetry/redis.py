"""The hook for redis-py, synchronous and asynchronous: clients that report what they fetch.

``watch_redis(client, telemetry)`` gives a client of a subclass that has all that the first one has. It overrides the
public methods ``execute_command``, through which every command passes, and ``pipeline``; nothing of the library is
replaced. A fetch is one of the commands in ``FETCHES``; other commands pass unseen. The commands of a pipeline that
fetch count as hits and misses each, and the whole pipeline as one fetch time. After ``WATCH`` a pipeline asks at once,
by ``immediate_execute_command``; each such fetch counts by itself. The clients of a cluster spread their commands in
another way and are refused; those of a sentinel (``master_for``, ``slave_for``) are ordinary clients.

The size is what Redis itself reports at each scrape: ``used_memory`` and the keys of the client's database. Clients of
one Redis report the same size, so take the maximum over replicas, not the sum.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any, overload

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.client import Pipeline as AsyncPipeline
from redis.client import Pipeline

from vitals_telemetry.cache import CacheTelemetry, Fetched
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.measured import on_loop
from vitals_telemetry.mistakes import Mistakes

SYSTEM = "redis"
"""Redis's name in traces."""

_MISTAKES = Mistakes(logging.getLogger(__name__))


def _one(answer: Any) -> Fetched:  # noqa: ANN401 - whatever Redis answered
    return Fetched(0, 1) if answer is None else Fetched(1, 0)


def _all(answer: Any) -> Fetched:  # noqa: ANN401
    misses = sum(value is None for value in answer)
    return Fetched(len(answer) - misses, misses)


def _any(answer: Any) -> Fetched:  # noqa: ANN401
    return Fetched(1, 0) if answer else Fetched(0, 1)


FETCHES: dict[str, Callable[[Any], Fetched]] = {
    "GET": _one,
    "GETDEL": _one,
    "GETEX": _one,
    "HGET": _one,
    "HGETALL": _any,
    "HMGET": _all,
    "MGET": _all,
}
"""The commands that look something up, and what an answer says about hits and misses."""


def _read(answer: Any, command: Sequence[Any], fetched: Fetched) -> None:  # noqa: ANN401
    """Write into ``fetched`` what an answer says.

    An error of a command in a pipeline is a miss. So is an answer that a callback of the application's own has turned
    into something that says nothing.
    """
    found = Fetched()
    if not isinstance(answer, Exception):
        try:
            found = FETCHES[_name(command)](answer)
        except Exception:
            _MISTAKES.note("an answer of Redis says neither hit nor miss, so it counts as a miss")
    fetched.hits, fetched.misses = found.hits, found.misses


def _name(command: Sequence[Any]) -> str:
    """Return a command's name as ``FETCHES`` has it; an empty one for what is not a command."""
    first = command[0] if command else ""
    return first.decode("latin-1").upper() if isinstance(first, bytes) else str(first).upper()


def _fetching(stack: Sequence[Any]) -> list[tuple[int, Sequence[Any]]]:
    """Return place and command of what fetches in a pipeline's commands."""
    return [(place, staged[0]) for place, staged in enumerate(stack) if _name(staged[0]) in FETCHES]


def _read_all(answers: Sequence[Any], fetching: Sequence[tuple[int, Sequence[Any]]], fetched: Fetched) -> None:
    found = [Fetched() for _ in fetching]
    for (place, command), one in zip(fetching, found, strict=True):
        if place < len(answers):
            _read(answers[place], command, one)
    fetched.hits, fetched.misses = sum(one.hits for one in found), sum(one.misses for one in found)


class _WatchedRedis(Redis):
    telemetry: CacheTelemetry

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self.telemetry.fetch(_name(args)) as fetched:
            answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002
        made = _WatchedPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        made.telemetry = self.telemetry
        return made


class _WatchedPipeline(Pipeline):
    telemetry: CacheTelemetry

    def immediate_execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self.telemetry.fetch(_name(args)) as fetched:
            answer = super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        fetching = _fetching(self.command_stack)
        if not fetching:
            return super().execute(raise_on_error)
        with self.telemetry.fetch("pipeline") as fetched:
            fetched.misses = len(fetching)
            answers: list[Any] = super().execute(raise_on_error)
            _read_all(answers, fetching, fetched)
            return answers


class _WatchedAsyncRedis(AsyncRedis):
    telemetry: CacheTelemetry

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self.telemetry.fetch(_name(args)) as fetched:
            answer = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> AsyncPipeline:  # noqa: FBT001, FBT002
        made = _WatchedAsyncPipeline(self.connection_pool, self.response_callbacks, transaction, shard_hint)
        made.telemetry = self.telemetry
        return made


class _WatchedAsyncPipeline(AsyncPipeline):
    telemetry: CacheTelemetry

    async def immediate_execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return await super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self.telemetry.fetch(_name(args)) as fetched:
            answer = await super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        fetching = _fetching(self.command_stack)
        if not fetching:
            return await super().execute(raise_on_error)
        with self.telemetry.fetch("pipeline") as fetched:
            fetched.misses = len(fetching)
            answers: list[Any] = await super().execute(raise_on_error)
            _read_all(answers, fetching, fetched)
            return answers


@overload
def watch_redis(client: Redis, telemetry: CacheTelemetry) -> Redis: ...
@overload
def watch_redis(client: AsyncRedis, telemetry: CacheTelemetry) -> AsyncRedis: ...
def watch_redis(client: Redis | AsyncRedis, telemetry: CacheTelemetry) -> Redis | AsyncRedis:
    """Return a client that reports each fetch and the size of the cache; use it in place of the one given.

    Args:
        client: A ``redis.Redis`` or ``redis.asyncio.Redis`` with a pool of its own. For an asynchronous one, call this
            on the event loop that will use it. The answer closes the pool where the one given would.
        telemetry: Where it reports.

    Raises:
        TelemetryError: The client is of another kind, such as that of a cluster, or the size of a cache of this name is
            measured already.
    """
    if not isinstance(client, (Redis, AsyncRedis)) or isinstance(client, (Pipeline, AsyncPipeline)):
        raise TelemetryError(_refusal(client))
    watched: Any
    if isinstance(client, AsyncRedis):
        watched = _again(client, _WatchedAsyncRedis)
        telemetry.measure_size(on_loop(lambda: _used_memory(client)), on_loop(lambda: _keys(client)))
    else:
        watched = _again(client, _WatchedRedis)
        telemetry.measure_size(lambda: float(client.info("memory")["used_memory"]), lambda: float(client.dbsize()))
    watched.telemetry = telemetry
    known: Redis | AsyncRedis = watched
    return known


def _again(client: Redis | AsyncRedis, watched: type[Any]) -> Any:  # noqa: ANN401
    """Return a client with all that ``client`` has, connections included, of a class that is watched besides."""
    kind = type(client)
    if not issubclass(kind, watched):
        own = kind in (Redis, AsyncRedis)
        kind = watched if own else type(f"Watched{kind.__name__}", (watched, kind), {})
    again = object.__new__(kind)
    vars(again).update(vars(client))
    return again


def _refusal(client: object) -> str:
    kind = f"{type(client).__module__}.{type(client).__qualname__}"
    for ancestor in type(client).__mro__:
        if ancestor.__module__.partition(".")[0] == "redis":
            kind = f"{ancestor.__module__}.{ancestor.__qualname__}"
            break
    return (
        f"A {kind} cannot be watched, because its commands take another way than those of redis.Redis and "
        "redis.asyncio.Redis, so its fetches would be missing without a word. Give watch_redis such a client (that "
        "of a sentinel is one: sentinel.master_for(...)), or put `with telemetry.fetch() as fetched:` around each "
        "look-up and report the size with telemetry.measure_size(...)."
    )


async def _used_memory(client: AsyncRedis) -> float:
    return float((await client.info("memory"))["used_memory"])


async def _keys(client: AsyncRedis) -> float:
    return float(await client.dbsize())
