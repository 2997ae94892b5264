"""gRPC channels that report each call to a database's telemetry, built on the public interfaces of grpcio.

A synchronous channel passes calls through an interceptor. An asynchronous one takes interceptors only where it is made,
which is not ours to say, so it is wrapped: ``grpc.aio.Channel`` is an interface. Messages, errors and cancellation pass
as they are; calls that stream requests are not timed.
"""

from __future__ import annotations

import inspect
import logging
import weakref
from collections.abc import Callable, Iterator
from typing import Any

import grpc
import grpc.aio

from vitals_telemetry.database import DatabaseTelemetry, Operation
from vitals_telemetry.firestore_shape import Shape, shape_of
from vitals_telemetry.grpc_streams import ReadStream
from vitals_telemetry.metrics import OTHER
from vitals_telemetry.mistakes import Mistakes

_MISTAKES = Mistakes(logging.getLogger(__name__))

_NO_FAILURES = {
    grpc.StatusCode.OK,
    grpc.StatusCode.CANCELLED,
    grpc.StatusCode.NOT_FOUND,
    grpc.StatusCode.ALREADY_EXISTS,
}
"""How a call may end without the database having failed.

The service asked for something that it gets an answer about.
"""


def _begin(telemetry: DatabaseTelemetry, method: str | bytes, request: Any) -> Operation:  # noqa: ANN401
    name = method.decode() if isinstance(method, bytes) else method
    try:
        shape = shape_of(name, request)
    except Exception:
        _MISTAKES.note(f"a call of the database has no shape that is known; it counts as {OTHER!r}")
        shape = Shape(OTHER, OTHER, OTHER)
    return telemetry.start(*shape)


def _end(operation: Operation, code: grpc.StatusCode | None) -> None:
    operation.end(error=None if code is None or code in _NO_FAILURES else code.name)


def _started(operation: Operation, start: Callable[[], Any]) -> Any:  # noqa: ANN401
    """Start a call; one that cannot be started, such as on a channel that is closed, has failed."""
    try:
        return start()
    except BaseException as error:
        operation.end(error=type(error).__qualname__)
        raise


def _reported(call: Any, operation: Operation) -> Any:  # noqa: ANN401
    """Return a synchronous call that reports its end.

    gRPC cancels a call that is held no more. It holds the callback while the call runs, so the callback must not
    hold the call; one that is gone by the time it ends was cancelled that way.
    """
    if inspect.isgenerator(call):
        return _read_out(call, operation)
    held = weakref.ref(call)

    def ended() -> None:
        done = held()
        _end(operation, grpc.StatusCode.CANCELLED if done is None else done.code())

    try:
        if call.done() or not call.add_callback(ended):
            ended()
    except Exception:
        _MISTAKES.note("a call of gRPC does not report when it ends, so it is not counted")
    return call


def _read_out(parts: Iterator[Any], operation: Operation) -> Iterator[Any]:
    """Pass on a stream that another instrumentation has turned into a generator, and report its end."""
    code: grpc.StatusCode | None = grpc.StatusCode.CANCELLED
    try:
        yield from parts
        code = None
    except grpc.RpcError as error:
        code = error.code() if callable(getattr(error, "code", None)) else grpc.StatusCode.UNKNOWN
        raise
    finally:
        _end(operation, code)


class _Interceptor(grpc.UnaryUnaryClientInterceptor, grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
    def __init__(self, telemetry: DatabaseTelemetry) -> None:
        self._telemetry = telemetry

    def intercept_unary_unary(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:  # noqa: ANN401
        operation = _begin(self._telemetry, details.method, request)
        return _reported(_started(operation, lambda: continuation(details, request)), operation)

    def intercept_unary_stream(self, continuation: Callable[..., Any], details: Any, request: Any) -> Any:  # noqa: ANN401
        operation = _begin(self._telemetry, details.method, request)
        return _reported(_started(operation, lambda: continuation(details, request)), operation)


class WatchedChannel(grpc.Channel):  # type: ignore[misc]
    """A synchronous channel that reports its calls and counts as a connection until it is closed.

    Args:
        channel: The channel that does the work.
        telemetry: Where to report.
    """

    def __init__(self, channel: grpc.Channel, telemetry: DatabaseTelemetry) -> None:
        self._channel = grpc.intercept_channel(channel, _Interceptor(telemetry))
        self._connection = telemetry.connected()
        weakref.finalize(self, self._connection.close)

    def subscribe(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        """See ``grpc.Channel``."""
        self._channel.subscribe(*arguments, **more)

    def unsubscribe(self, *arguments: Any, **more: Any) -> None:  # noqa: ANN401
        """See ``grpc.Channel``."""
        self._channel.unsubscribe(*arguments, **more)

    def unary_unary(self, *arguments: Any, **more: Any) -> grpc.UnaryUnaryMultiCallable:  # noqa: ANN401
        """See ``grpc.Channel``; calls are timed."""
        return self._channel.unary_unary(*arguments, **more)

    def unary_stream(self, *arguments: Any, **more: Any) -> grpc.UnaryStreamMultiCallable:  # noqa: ANN401
        """See ``grpc.Channel``; calls are timed to the end of the stream."""
        return self._channel.unary_stream(*arguments, **more)

    def stream_unary(self, *arguments: Any, **more: Any) -> grpc.StreamUnaryMultiCallable:  # noqa: ANN401
        """See ``grpc.Channel``."""
        return self._channel.stream_unary(*arguments, **more)

    def stream_stream(self, *arguments: Any, **more: Any) -> grpc.StreamStreamMultiCallable:  # noqa: ANN401
        """See ``grpc.Channel``."""
        return self._channel.stream_stream(*arguments, **more)

    def close(self) -> None:
        """Close the channel and count it as closed."""
        self._connection.close()
        self._channel.close()

    def __enter__(self) -> WatchedChannel:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class WatchedAioChannel(grpc.aio.Channel):  # type: ignore[misc]
    """An asynchronous channel that reports its calls and counts as a connection until it is closed.

    Args:
        channel: The channel that does the work.
        telemetry: Where to report.
    """

    def __init__(self, channel: grpc.aio.Channel, telemetry: DatabaseTelemetry) -> None:
        self._channel = channel
        self._telemetry = telemetry
        # Google's generated transport appends its debug log to this list of grpcio's own channel, whatever it is given.
        self._unary_unary_interceptors: list[Any] = getattr(channel, "_unary_unary_interceptors", [])
        self._connection = telemetry.connected()
        weakref.finalize(self, self._connection.close)

    async def __aenter__(self) -> WatchedAioChannel:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self, grace: float | None = None) -> None:
        """Close the channel and count it as closed."""
        self._connection.close()
        await self._channel.close(grace)

    def get_state(self, try_to_connect: bool = False) -> grpc.ChannelConnectivity:  # noqa: FBT001, FBT002
        """See ``grpc.aio.Channel``."""
        return self._channel.get_state(try_to_connect)

    async def wait_for_state_change(self, last_observed_state: grpc.ChannelConnectivity) -> None:
        """See ``grpc.aio.Channel``."""
        await self._channel.wait_for_state_change(last_observed_state)

    async def channel_ready(self) -> None:
        """See ``grpc.aio.Channel``."""
        await self._channel.channel_ready()

    def unary_unary(self, method: str, *arguments: Any, **more: Any) -> grpc.aio.UnaryUnaryMultiCallable:  # noqa: ANN401
        """See ``grpc.aio.Channel``; calls are timed."""
        return _UnaryUnary(self._channel.unary_unary(method, *arguments, **more), method, self._telemetry)

    def unary_stream(self, method: str, *arguments: Any, **more: Any) -> grpc.aio.UnaryStreamMultiCallable:  # noqa: ANN401
        """See ``grpc.aio.Channel``; calls are timed to the end of the stream."""
        return _UnaryStream(self._channel.unary_stream(method, *arguments, **more), method, self._telemetry)

    def stream_unary(self, *arguments: Any, **more: Any) -> grpc.aio.StreamUnaryMultiCallable:  # noqa: ANN401
        """See ``grpc.aio.Channel``."""
        return self._channel.stream_unary(*arguments, **more)

    def stream_stream(self, *arguments: Any, **more: Any) -> grpc.aio.StreamStreamMultiCallable:  # noqa: ANN401
        """See ``grpc.aio.Channel``."""
        return self._channel.stream_stream(*arguments, **more)


class _Timed:
    """Starts an asynchronous call and reports it when it is done."""

    def __init__(self, inner: Callable[..., Any], method: str, telemetry: DatabaseTelemetry) -> None:
        self._inner = inner
        self._method = method
        self._telemetry = telemetry

    def __call__(self, request: Any, **settings: Any) -> Any:  # noqa: ANN401
        operation = _begin(self._telemetry, self._method, request)
        call = _started(operation, lambda: self._inner(request, **settings))
        call.add_done_callback(lambda done: _end(operation, _code_of(done)))
        return self._held(call, operation)

    def _held(self, call: Any, operation: Operation) -> Any:  # noqa: ANN401
        """Return what the service holds of a call."""
        del operation
        return call


class _UnaryUnary(_Timed, grpc.aio.UnaryUnaryMultiCallable):  # type: ignore[misc]
    pass


class _UnaryStream(_Timed, grpc.aio.UnaryStreamMultiCallable):  # type: ignore[misc]
    def _held(self, call: Any, operation: Operation) -> Any:  # noqa: ANN401
        return ReadStream(call, lambda: _end(operation, grpc.StatusCode.CANCELLED))


def _code_of(done: grpc.aio.Call) -> grpc.StatusCode | None:
    """Return the status of a call that is done: its coroutine then answers without waiting."""
    asking = done.code()
    try:
        asking.send(None)
    except StopIteration as known:
        code: grpc.StatusCode = known.value
        return code
    asking.close()
    return None
