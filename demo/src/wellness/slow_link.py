"""A connection to the database that can be made slow: a TCP forwarder on loopback, between the client and the server.

The database's own client then really waits, so a drill measures what a slow network would give, with nothing faked
inside the client or its telemetry. Answers come later by the same time each and keep their order; requests pass at
once. It refuses to look into what it forwards.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress

_CHUNK = 64 * 1024
_MOST_WAITING = 256


@asynccontextmanager
async def slow_link(address: str, delay: Callable[[], float]) -> AsyncIterator[str]:
    """Forward connections to an address while the block runs.

    Args:
        address: ``HOST:PORT`` of the server.
        delay: Seconds by which an answer that arrives now is to come later.

    Yields:
        ``HOST:PORT`` to connect to in place of ``address``.
    """
    host, _, port = address.rpartition(":")
    running: set[asyncio.Task[None]] = set()

    async def forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of the server runs in a task
        running.add(task)
        try:
            async with _closing(writer):
                there, back = await asyncio.open_connection(host, int(port))
                async with _closing(back):
                    await _both_ways((reader, back), (there, writer), delay)
        except (OSError, asyncio.CancelledError):
            # An end is gone, or the block has ended: both ends learn it by being closed. The cancellation stops here,
            # because asyncio's streams report a cancelled handler as an error.
            pass
        finally:
            running.discard(task)

    server = await asyncio.start_server(forward, "127.0.0.1", 0)
    try:
        yield f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        for task in tuple(running):
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


@asynccontextmanager
async def _closing(writer: asyncio.StreamWriter) -> AsyncIterator[None]:
    try:
        yield
    finally:
        writer.close()
        with suppress(OSError):
            await writer.wait_closed()


_Ends = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def _both_ways(requests: _Ends, answers: _Ends, delay: Callable[[], float]) -> None:
    """Forward until either side closes."""
    ways = [asyncio.create_task(_forward(*requests)), asyncio.create_task(_forward_later(*answers, delay))]
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _forward(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while chunk := await reader.read(_CHUNK):
        writer.write(chunk)
        await writer.drain()


async def _forward_later(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: Callable[[], float]
) -> None:
    """Forward each chunk once its time has come, and read on meanwhile, so that delays do not add up."""
    loop = asyncio.get_running_loop()
    chunks: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue(_MOST_WAITING)

    async def write() -> None:
        while True:
            due, chunk = await chunks.get()
            if not chunk:
                return
            if (wait := due - loop.time()) > 0:
                await asyncio.sleep(wait)
            writer.write(chunk)
            await writer.drain()

    async with asyncio.TaskGroup() as group:
        group.create_task(write())
        while chunk := await reader.read(_CHUNK):
            await chunks.put((loop.time() + delay(), chunk))
        await chunks.put((0.0, b""))
