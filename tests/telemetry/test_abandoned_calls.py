"""An abandoned call ends as it does without the hook: gRPC cancels it, and it is counted."""

from __future__ import annotations

import asyncio
import gc
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import grpc.aio
import pytest
from prometheus_client import CollectorRegistry

from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.grpc_channels import WatchedAioChannel, WatchedChannel

MOST_STREAMS = 4
METHOD = "/google.firestore.v1.Firestore/RunQuery"


class Endless(grpc.GenericRpcHandler):  # type: ignore[misc]
    """Answers every call with parts or an answer that take for ever, until the client cancels."""

    def __init__(self) -> None:
        self.running = 0
        self._lock = threading.Lock()

    def service(self, details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
        """Stream where a query is asked, and keep every other caller waiting."""
        if details.method == METHOD:
            return grpc.unary_stream_rpc_method_handler(self._parts)
        return grpc.unary_unary_rpc_method_handler(self._wait)

    def _enter(self, context: Any) -> threading.Event:  # noqa: ANN401
        over = threading.Event()
        with self._lock:
            self.running += 1

        def ended() -> None:
            with self._lock:
                self.running -= 1
            over.set()

        assert context.add_callback(ended)
        return over

    def _parts(self, _request: bytes, context: Any) -> Iterator[bytes]:  # noqa: ANN401
        over = self._enter(context)
        yield b"first"
        while not over.wait(0.05):
            yield b"next"

    def _wait(self, _request: bytes, context: Any) -> bytes:  # noqa: ANN401
        self._enter(context).wait(60)
        return b""


@pytest.fixture
def endless() -> Endless:
    """What the server does."""
    return Endless()


@pytest.fixture
def channel(endless: Endless, registry: CollectorRegistry) -> Iterator[WatchedChannel]:
    """A watched channel to a server that allows a few calls at once."""
    server = grpc.server(ThreadPoolExecutor(20), options=[("grpc.max_concurrent_streams", MOST_STREAMS)])
    server.add_generic_rpc_handlers((endless,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    telemetry = DatabaseTelemetry("d", system="s", registry=registry)
    with WatchedChannel(grpc.insecure_channel(f"127.0.0.1:{port}"), telemetry) as made:
        yield made
    server.stop(None).wait()


def eventually(condition: Callable[[], bool]) -> None:
    """Wait until something holds, at most ten seconds."""
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline, "did not come true within 10 s"
        gc.collect()
        time.sleep(0.01)


def ended(registry: CollectorRegistry) -> float:
    """How many operations were counted, and none as an error."""
    families = {family.name: family for family in registry.collect()}
    assert not [s for s in families["database_query_errors"].samples if s.value]
    return sum(s.value for s in families["database_query_duration_seconds"].samples if s.name.endswith("_count"))


def test_an_abandoned_stream_is_cancelled_and_counted(
    channel: WatchedChannel, endless: Endless, registry: CollectorRegistry
) -> None:
    """More queries than the server allows at once are begun and left: each frees its place and counts once."""
    query = channel.unary_stream(METHOD)
    for _ in range(2 * MOST_STREAMS):
        assert next(query(b"", timeout=30)) == b"first"
    eventually(lambda: endless.running == 0)
    eventually(lambda: ended(registry) == 2 * MOST_STREAMS)


def test_an_abandoned_future_is_cancelled_and_counted(
    channel: WatchedChannel, endless: Endless, registry: CollectorRegistry
) -> None:
    """The same for a call whose single answer is waited for later, and then not."""
    future = channel.unary_unary("/google.firestore.v1.Firestore/GetDocument").future(b"")
    eventually(lambda: endless.running == 1)
    assert ended(registry) == 0
    del future
    eventually(lambda: endless.running == 0)
    eventually(lambda: ended(registry) == 1)


def test_a_stream_that_is_cancelled_by_its_reader_counts_once(
    channel: WatchedChannel, endless: Endless, registry: CollectorRegistry
) -> None:
    """A reader that cancels, as a time limit of its own does, and then lets go."""
    stream = channel.unary_stream(METHOD)(b"")
    assert next(stream) == b"first"
    stream.cancel()
    eventually(lambda: ended(registry) == 1)
    del stream
    eventually(lambda: endless.running == 0)
    assert ended(registry) == 1


@pytest.mark.parametrize("how", ["broken off", "read", "closed", "failed", "cancelled"])
def test_an_abandoned_asynchronous_stream_is_counted(how: str, endless: Endless, registry: CollectorRegistry) -> None:
    """Such a call is kept by grpcio for good; the operation ends, once, when its reader lets go."""
    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((endless,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()

    async def read(channel: WatchedAioChannel, begun: asyncio.Event) -> None:
        call = channel.unary_stream(METHOD)(b"")
        if how == "read":
            assert await call.read() == b"first"
            begun.set()
            return
        async for part in call:
            assert part == b"first"
            begun.set()
            if how == "failed":
                raise LookupError("of the service")
            if how == "cancelled":
                await asyncio.sleep(60)
            break
        if how == "closed":
            assert call.cancel()

    async def use() -> None:
        telemetry = DatabaseTelemetry("d", system="s", registry=registry)
        async with WatchedAioChannel(grpc.aio.insecure_channel(f"127.0.0.1:{port}"), telemetry) as channel:
            begun = asyncio.Event()
            reading = asyncio.create_task(read(channel, begun))
            await asyncio.wait_for(begun.wait(), 30)
            reading.cancel()
            await asyncio.wait([reading])
            assert isinstance(reading.exception() if not reading.cancelled() else None, LookupError) == (
                how == "failed"
            )
            del reading
            deadline = time.monotonic() + 10
            while ended(registry) != 1 and time.monotonic() < deadline:
                gc.collect()
                await asyncio.sleep(0.01)
            assert ended(registry) == 1
        assert ended(registry) == 1

    asyncio.run(use())
    server.stop(None).wait()


def as_generators(channel: grpc.Channel) -> grpc.Channel:
    """Return a channel whose streams are generators, as OpenTelemetry's instrumentation of gRPC makes them."""

    class Generators(grpc.UnaryStreamClientInterceptor):  # type: ignore[misc]
        def intercept_unary_stream(self, continuation: Any, details: Any, request: Any) -> Iterator[Any]:  # noqa: ANN401
            yield from continuation(details, request)

    return grpc.intercept_channel(channel, Generators())


def test_a_stream_that_another_instrumentation_has_wrapped_counts(registry: CollectorRegistry) -> None:
    """Read to its end, left, and failed: each counts once, and the failure as one."""

    class Few(grpc.GenericRpcHandler):  # type: ignore[misc]
        def service(self, _details: grpc.HandlerCallDetails) -> grpc.RpcMethodHandler:
            def parts(request: bytes, context: Any) -> Iterator[bytes]:  # noqa: ANN401
                yield b"one"
                if request == b"fail":
                    context.abort(grpc.StatusCode.UNAVAILABLE, "gone")

            return grpc.unary_stream_rpc_method_handler(parts)

    server = grpc.server(ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((Few(),))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    telemetry = DatabaseTelemetry("d", system="s", registry=registry)
    with WatchedChannel(as_generators(grpc.insecure_channel(f"127.0.0.1:{port}")), telemetry) as channel:
        query = channel.unary_stream(METHOD)
        assert list(query(b"all")) == [b"one"]
        left = query(b"left")
        assert next(left) == b"one"
        left.close()
        with pytest.raises(grpc.RpcError):
            list(query(b"fail"))
    server.stop(None).wait()
    families = {family.name: family for family in registry.collect()}
    timed = families["database_query_duration_seconds"].samples
    assert sum(s.value for s in timed if s.name.endswith("_count")) == 3
    assert sum(s.value for s in families["database_query_errors"].samples) == 1


def test_a_call_that_cannot_be_started_has_failed(registry: CollectorRegistry) -> None:
    """A channel that is closed already takes no call; the service gets gRPC's own error, and the failure is counted."""
    telemetry = DatabaseTelemetry("d", system="s", registry=registry)
    channel = WatchedChannel(grpc.insecure_channel("127.0.0.1:1"), telemetry)
    get = channel.unary_unary("/google.firestore.v1.Firestore/GetDocument")
    channel.close()
    with pytest.raises(ValueError, match="closed channel"):
        get(b"")
    (family,) = (family for family in registry.collect() if family.name == "database_query_errors")
    assert sum(sample.value for sample in family.samples) == 1
