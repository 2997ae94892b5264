"""HTTP/1.1 for clients that cannot be trusted to ever finish what they begin.

uvicorn waits without end for the rest of a request and for a client that does not read. Here both have a deadline, a
server holds only so many connections, and one whose request will not be read any further is closed.
"""

import asyncio

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S = 15.0
"""For a whole request, from its first byte or the opening of the connection. The largest body on loopback takes less
than a second; what takes longer does not want to end."""
UNREAD_S = 15.0
"""How long a client may leave an answer unread."""
MOST_CONNECTIONS = 320
"""Of one server: three of them share the 1,024 descriptors that a process has by default."""


class TimelyProtocol(H11Protocol):
    """One connection."""

    _request_due: asyncio.TimerHandle | None = None
    _reading_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn's own
        """Take the connection, unless there are too many."""
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
            return
        self._request_due = self.loop.call_later(REQUEST_S, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the deadlines."""
        self._request_ends()
        self._reading_goes_on()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Read on, until the request is whole."""
        if self._request_due is None:
            self._request_due = self.loop.call_later(REQUEST_S, self.transport.abort)
        super().data_received(data)
        if self.conn.their_state not in (h11.IDLE, h11.SEND_BODY):
            self._request_ends()

    def on_response_complete(self) -> None:
        """Go on with the next request, or close where the rest of this one is not wanted."""
        unread = self.conn.their_state is h11.SEND_BODY
        super().on_response_complete()
        if unread:
            self.transport.close()

    def pause_writing(self) -> None:
        """Wait for the client to read, but not for ever."""
        super().pause_writing()
        self._reading_due = self.loop.call_later(UNREAD_S, self.transport.abort)

    def resume_writing(self) -> None:
        """The client reads."""
        self._reading_goes_on()
        super().resume_writing()

    def _request_ends(self) -> None:
        if self._request_due is not None:
            self._request_due.cancel()
            self._request_due = None

    def _reading_goes_on(self) -> None:
        if self._reading_due is not None:
            self._reading_due.cancel()
            self._reading_due = None
