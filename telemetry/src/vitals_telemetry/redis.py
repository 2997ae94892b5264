"""The hook for redis-py, synchronous and asynchronous: clients that report what they fetch.

``watch_redis(client, telemetry)`` gives a client of a subclass that has all that the first one has. It overrides the
public methods ``execute_command``, through which every command passes, and ``pipeline``; nothing of the library is
replaced. Whatever the client makes of itself, such as ``client()`` with a connection of its own, is watched, too. A
fetch is one of the commands in ``FETCHES``; other commands pass unseen. The commands of a pipeline that
fetch count as hits and misses each, and the whole pipeline as one fetch time. After ``WATCH`` a pipeline asks at once,
by ``immediate_execute_command``; each such fetch counts by itself. The clients of a cluster spread their commands in
another way and are refused; those of a sentinel (``master_for``, ``slave_for``) are ordinary clients.

The size is what Redis itself reports at each scrape: ``used_memory`` and the keys of the client's database. It is asked
over a connection that is opened for it: one of the client's pool would be missing there, which a small pool answers
with an error, and a client of a single connection may be waiting in ``BLPOP``. Clients of one Redis report the same
size, so take the maximum over replicas, not the sum.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, overload

from redis import Redis
from redis.asyncio import Redis as AsyncRedis
from redis.asyncio.client import Pipeline as AsyncPipeline
from redis.asyncio.retry import Retry as AsyncRetry
from redis.backoff import NoBackoff
from redis.client import Pipeline
from redis.retry import Retry

from vitals_telemetry.cache import CacheTelemetry, Fetched
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.measured import ANSWER_TIME, OnLoop
from vitals_telemetry.mistakes import Mistakes

SYSTEM = "redis"
"""Redis's name in traces."""

_MISTAKES = Mistakes(logging.getLogger(__name__))
_HOOKED = ("execute_command", "pipeline")
_USED_MEMORY = re.compile(rb"used_memory:(\d+)")


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
    if isinstance(first, bytes):
        return first.decode("latin-1").upper()
    return str.__str__(first).upper() if isinstance(first, str) else ""


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
    _vitals_telemetry: CacheTelemetry

    def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self._vitals_telemetry.fetch(_name(args)) as fetched:
            answer = super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:  # noqa: FBT001, FBT002
        made = super().pipeline(transaction, shard_hint)
        if isinstance(made, Pipeline):  # which a class of the service's own may have made
            made.__class__ = _watched(type(made), _WatchedPipeline, self._vitals_telemetry)
        return made


class _WatchedPipeline(Pipeline):
    _vitals_telemetry: CacheTelemetry

    def immediate_execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self._vitals_telemetry.fetch(_name(args)) as fetched:
            answer = super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        fetching = _fetching(self.command_stack)
        if not fetching:
            return super().execute(raise_on_error)
        with self._vitals_telemetry.fetch("pipeline") as fetched:
            fetched.misses = len(fetching)
            answers: list[Any] = super().execute(raise_on_error)
            _read_all(answers, fetching, fetched)
            return answers


class _WatchedAsyncRedis(AsyncRedis):
    _vitals_telemetry: CacheTelemetry
    _vitals_sizes: tuple[OnLoop, ...]

    async def execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        for size in self._vitals_sizes:
            size.is_here()
        if _name(args) not in FETCHES:
            return await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self._vitals_telemetry.fetch(_name(args)) as fetched:
            answer = await super().execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> AsyncPipeline:  # noqa: FBT001, FBT002
        made = super().pipeline(transaction, shard_hint)
        if isinstance(made, AsyncPipeline):  # which a class of the service's own may have made
            made.__class__ = _watched(type(made), _WatchedAsyncPipeline, self._vitals_telemetry)
        return made


class _WatchedAsyncPipeline(AsyncPipeline):
    _vitals_telemetry: CacheTelemetry

    async def immediate_execute_command(self, *args: Any, **options: Any) -> Any:  # noqa: ANN401
        if _name(args) not in FETCHES:
            return await super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
        with self._vitals_telemetry.fetch(_name(args)) as fetched:
            answer = await super().immediate_execute_command(*args, **options)  # type: ignore[no-untyped-call]
            _read(answer, args, fetched)
            return answer

    async def execute(self, raise_on_error: bool = True) -> list[Any]:  # noqa: FBT001, FBT002
        fetching = _fetching(self.command_stack)
        if not fetching:
            return await super().execute(raise_on_error)
        with self._vitals_telemetry.fetch("pipeline") as fetched:
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
        client: A ``redis.Redis`` or ``redis.asyncio.Redis``. The size of an asynchronous one is measured on the event
            loop that used it last. The answer closes the pool where the one given would.
        telemetry: Where it reports.

    Raises:
        TelemetryError: The client is of another kind, such as that of a cluster, or the size of a cache of this name is
            measured already.
    """
    if not isinstance(client, (Redis, AsyncRedis)) or isinstance(client, (Pipeline, AsyncPipeline)):
        raise TelemetryError(_refusal(client))
    if taken := [name for name in _HOOKED if name in vars(client)]:
        raise TelemetryError(
            f"Something has replaced {' and '.join(taken)} of this one client, so its fetches would be missing without "
            "a word. Call watch_redis first, and let the other instrumentation have what it returns."
        )
    watched: type[Any]
    if isinstance(client, AsyncRedis):
        sizes = OnLoop(lambda: _used_memory_later(client)), OnLoop(lambda: _keys_later(client))
        telemetry.measure_size(*sizes)
        watched = _watched(type(client), _WatchedAsyncRedis, telemetry)
        watched._vitals_sizes = sizes
    else:
        telemetry.measure_size(lambda: _used_memory(client), lambda: _keys(client))
        watched = _watched(type(client), _WatchedRedis, telemetry)
    again: Redis | AsyncRedis = object.__new__(watched)
    vars(again).update(vars(client))
    return again


@lru_cache(maxsize=128)  # a pipeline is made for each transaction, a class takes a hundred times as long
def _watched(kind: type[Any], hooks: type[Any], telemetry: CacheTelemetry) -> type[Any]:
    """Return the class of a client or pipeline as one that is watched; its objects can be turned into it."""
    bases = (kind,) if issubclass(kind, hooks) else (hooks, kind)
    name = f"Watched{kind.__name__.removeprefix('Watched')}"
    return type(name, bases, {"_vitals_telemetry": telemetry, "__module__": kind.__module__})


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


def _used_memory(client: Redis) -> float:
    return _memory_in(_asked(client, "INFO", "memory"))


def _keys(client: Redis) -> float:
    return float(_asked(client, "DBSIZE"))


async def _used_memory_later(client: AsyncRedis) -> float:
    return _memory_in(await _asked_later(client, "INFO", "memory"))


async def _keys_later(client: AsyncRedis) -> float:
    return float(await _asked_later(client, "DBSIZE"))


def _asked(client: Redis, *command: str) -> Any:  # noqa: ANN401 - whatever Redis answered
    """Ask once, over a connection of its own."""
    pool = client.connection_pool
    connection = pool.connection_class(**_as_in(pool.connection_kwargs, Retry(NoBackoff(), 0)))
    try:
        connection.send_command(*command)
        return connection.read_response()
    finally:
        connection.disconnect()


async def _asked_later(client: AsyncRedis, *command: str) -> Any:  # noqa: ANN401
    pool = client.connection_pool
    connection: Any = pool.connection_class(**_as_in(pool.connection_kwargs, AsyncRetry(NoBackoff(), 0)))
    try:
        await connection.connect()
        await connection.send_command(*command)
        return await connection.read_response()
    finally:
        await connection.disconnect()


def _as_in(pool: Mapping[str, Any], retry: object) -> dict[str, Any]:
    """Return how a pool makes its connections, for one that gives up when the scrape has gone on."""
    return {**pool, "retry": retry, "socket_timeout": ANSWER_TIME}


def _memory_in(info: str | bytes) -> float:
    found = _USED_MEMORY.search(info.encode() if isinstance(info, str) else info)
    if found is None:
        raise ValueError("INFO memory has no used_memory")
    return float(found[1])
