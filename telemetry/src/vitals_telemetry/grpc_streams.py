"""An asynchronous stream of gRPC that reports when its reader lets go of it.

grpcio keeps such a call, so it never says that it is done, with this hook and without. What its reader holds is
therefore an object of ours, whose collection is the end of the operation. The call itself is left as it is.
"""

from __future__ import annotations

import asyncio
import weakref
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from typing import Any

import grpc.aio


class ReadStream(grpc.aio.UnaryStreamCall):  # type: ignore[misc]
    """A call as its reader holds it.

    Args:
        call: The call that does the work; it must not hold what is made here.
        let_go: Called on the running event loop once this is not held any more.
    """

    def __init__(self, call: Any, let_go: Callable[[], None]) -> None:  # noqa: ANN401
        self._call = call
        with suppress(RuntimeError):  # no loop runs, so there is nothing to call on
            weakref.finalize(self, _soon, asyncio.get_running_loop(), let_go).atexit = False

    def __getattr__(self, name: str) -> Any:  # noqa: ANN401
        """Return what a call has besides the interface."""
        return getattr(self._call, name)

    def cancelled(self) -> bool:
        """See ``grpc.aio.RpcContext``."""
        return bool(self._call.cancelled())

    def done(self) -> bool:
        """See ``grpc.aio.RpcContext``."""
        return bool(self._call.done())

    def time_remaining(self) -> float | None:
        """See ``grpc.aio.RpcContext``."""
        left: float | None = self._call.time_remaining()
        return left

    def cancel(self) -> bool:
        """See ``grpc.aio.RpcContext``."""
        return bool(self._call.cancel())

    def add_done_callback(self, callback: Callable[..., Any]) -> None:
        """See ``grpc.aio.RpcContext``."""
        self._call.add_done_callback(callback)

    async def initial_metadata(self) -> Any:  # noqa: ANN401
        """See ``grpc.aio.Call``."""
        return await self._call.initial_metadata()

    async def trailing_metadata(self) -> Any:  # noqa: ANN401
        """See ``grpc.aio.Call``."""
        return await self._call.trailing_metadata()

    async def code(self) -> Any:  # noqa: ANN401
        """See ``grpc.aio.Call``."""
        return await self._call.code()

    async def details(self) -> Any:  # noqa: ANN401
        """See ``grpc.aio.Call``."""
        return await self._call.details()

    async def wait_for_connection(self) -> None:
        """See ``grpc.aio.Call``."""
        await self._call.wait_for_connection()

    async def __aiter__(self) -> AsyncIterator[Any]:
        """See ``grpc.aio.UnaryStreamCall``; the iterator holds this, as a reader may hold the iterator alone."""
        async for message in self._call:
            yield message

    async def read(self) -> Any:  # noqa: ANN401
        """See ``grpc.aio.UnaryStreamCall``."""
        return await self._call.read()


def _soon(loop: asyncio.AbstractEventLoop, let_go: Callable[[], None]) -> None:
    """Call on the loop: where objects are collected, a lock may be held that the call needs."""
    with suppress(RuntimeError):  # the loop is closed, and nothing is scraped any more
        loop.call_soon_threadsafe(let_go)
