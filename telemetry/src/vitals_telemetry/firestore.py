"""The hook for Google's own Firestore client, synchronous and asynchronous.

``watch_firestore(client, telemetry)`` gives the client a gRPC channel that reports each call. How it hooks in:

* synchronous calls pass a gRPC interceptor (``grpc.intercept_channel``), asynchronous ones a ``grpc.aio.Channel`` that
  passes them on to the real one and asks it to report when they are done (``add_done_callback``);
* the channel reaches the client through the ``channel`` argument of a subclass of Google's generated transport, whose
  public constructor wraps whatever channel the client made: to the emulator, or to Google with its credentials;
* the hand-written client offers no public way to choose a transport. The one private name used here is the method
  ``_firestore_api_helper``, which is called with our transport class as the client itself calls it with Google's. A
  client without it is refused at set-up. Nothing of the library is replaced.

Each attempt of a call counts, so a retry shows. Streams that stay open (``Listen``, ``Write``) have no duration and are
not counted. What is counted as a connection is a gRPC channel from its creation until it is closed or collected; gRPC
may let channels to one address share a socket.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar

from google.cloud.firestore import AsyncClient, Client
from google.cloud.firestore_v1.services.firestore import FirestoreAsyncClient, FirestoreClient
from google.cloud.firestore_v1.services.firestore import async_client as async_module
from google.cloud.firestore_v1.services.firestore import client as sync_module
from google.cloud.firestore_v1.services.firestore.transports import (
    FirestoreGrpcAsyncIOTransport,
    FirestoreGrpcTransport,
)

from vitals_telemetry.database import DatabaseTelemetry
from vitals_telemetry.errors import TelemetryError
from vitals_telemetry.grpc_channels import WatchedAioChannel, WatchedChannel

SYSTEM = "gcp.firestore"
"""Firestore's name in traces."""

_C = TypeVar("_C", Client, AsyncClient)


def watch_firestore(client: _C, telemetry: DatabaseTelemetry) -> Callable[[], Any]:
    """Let a client report each of its calls and its connection. To be called before its first call.

    Args:
        client: A ``google.cloud.firestore.Client`` or ``AsyncClient``. For an asynchronous one, call this on the event
            loop that will use it.
        telemetry: Where it reports; several clients of one database share one.

    Returns:
        What closes the client's channel, which the client itself leaves open: a function for a synchronous client, a
        coroutine function for an asynchronous one.

    Raises:
        TelemetryError: The client was used already, this version of the library has no place to hook in, or no event
            loop runs for an asynchronous client.
    """
    asynchronous = isinstance(client, AsyncClient)
    if asynchronous and not _loop_runs():
        raise TelemetryError(
            "watch_firestore was called for an asynchronous client where no event loop runs, as in a module that is "
            "being imported, so its channel would belong to a loop that never runs and each call would fail. Call it "
            "in the service's lifespan or another coroutine that runs at start-up."
        )
    transport = (
        _watched(FirestoreGrpcAsyncIOTransport, WatchedAioChannel, telemetry)
        if asynchronous
        else _watched(FirestoreGrpcTransport, WatchedChannel, telemetry)
    )
    make = getattr(client, "_firestore_api_helper", None)
    if make is None:
        raise TelemetryError(
            "This version of google-cloud-firestore has no _firestore_api_helper, so its calls cannot be watched. Use "
            "a version that vitals-telemetry[firestore] allows, or report calls with DatabaseTelemetry.operation."
        )
    generated = (
        make(transport, FirestoreAsyncClient, async_module)
        if asynchronous
        else make(transport, FirestoreClient, sync_module)
    )
    if not isinstance(generated.transport, transport):
        raise TelemetryError(
            "The Firestore client has been used before watch_firestore was called, so it has a channel of its own and "
            "its calls would be missing. Call watch_firestore right after making the client."
        )
    close: Callable[[], Any] = generated.transport.close
    return close


def _loop_runs() -> bool:
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return False
    return True


def _watched(transport: type[Any], channel_type: Callable[..., Any], telemetry: DatabaseTelemetry) -> type[Any]:
    """Return Google's transport as one that wraps its channel; the client shows which one it is by the class's name."""

    def initialise(self: Any, *, channel: Any, **settings: Any) -> None:  # noqa: ANN401
        transport.__init__(self, channel=channel_type(channel, telemetry), **settings)

    return type(f"Watched{transport.__name__}", (transport,), {"__init__": initialise})
