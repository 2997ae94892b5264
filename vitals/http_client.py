"""Asks programs of other people, whose answers may be of any size and may never end.

The timeouts of httpx are for one read each: they begin anew with every byte of an answer that trickles in. Here an
answer has a size and a time in all, and one that keeps to neither is an error of httpx like any other.
"""

from __future__ import annotations

import asyncio
from types import TracebackType
from typing import Any

import httpx

MOST_BYTES = 64 * 2**20
"""Of one answer, unpacked: ten times all rules of a server with a thousand groups. More would only fill the memory."""


class LongAnswerError(httpx.RequestError):
    """An answer is larger than a client reads."""


class BoundedClient(httpx.AsyncClient):
    """A client of httpx that reads every answer whole, within bounds; streams are left to what asks for one.

    ``httpx.ReadTimeout`` is raised where the time is over, ``LongAnswerError`` where an answer is too large.

    Args:
        within_s: Seconds from the request to the last byte, redirects included; a request whose own ``timeout`` is
            longer has that time.
        most_bytes: Of one answer, unpacked.
        options: Of ``httpx.AsyncClient``.
    """

    def __init__(self, *, within_s: float, most_bytes: int = MOST_BYTES, **options: Any) -> None:  # noqa: ANN401
        super().__init__(**{"timeout": within_s, **options})
        self._within_s = within_s
        self._most_bytes = most_bytes

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:  # noqa: ANN401
        """Send a request, and read its answer within the bounds."""
        own = request.extensions.get("timeout", {}).get("read")
        within_s = self._within_s if own in (None, self.timeout.read) else max(self._within_s, own)
        try:
            async with asyncio.timeout(within_s):
                answer = await super().send(request, stream=True, **options)
                return answer if stream else await self._whole(answer)
        except TimeoutError:
            raise httpx.ReadTimeout(f"no whole answer within {within_s:g} s", request=request) from None

    async def _whole(self, answer: httpx.Response) -> httpx.Response:
        content = bytearray()
        try:
            async for piece in answer.aiter_bytes():
                content += piece
                if len(content) > self._most_bytes:
                    raise LongAnswerError(
                        f"its answer is larger than {_size(self._most_bytes)}", request=answer.request
                    )
        finally:
            await answer.aclose()
        headers = [(name, value) for name, value in answer.headers.multi_items() if name not in _OF_WHAT_WAS_SENT]
        return httpx.Response(
            answer.status_code, headers=headers, content=bytes(content), request=answer.request, history=answer.history
        )


_OF_WHAT_WAS_SENT = ("content-encoding", "content-length", "transfer-encoding")
"""Headers of the packed answer, which an unpacked one does not bear."""


def _size(count: int) -> str:
    return f"{count // 2**20} MiB" if count >= 2**20 else f"{count} bytes"


class BlockingClient:
    """The same for code that does not await.

    Args:
        within_s: As of ``BoundedClient``.
        options: As of ``BoundedClient``.
    """

    def __init__(self, *, within_s: float, **options: Any) -> None:  # noqa: ANN401
        self._runner = asyncio.Runner()
        self._client = BoundedClient(within_s=within_s, **options)

    def __enter__(self) -> BlockingClient:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close its connections."""
        try:
            self._runner.run(self._client.aclose())
        finally:
            self._runner.close()

    def get(self, url: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        """Ask with GET.

        Raises:
            httpx.HTTPError: No answer, or not within the bounds.
            httpx.InvalidURL: The address is none.
        """
        return self._runner.run(self._client.get(url, **content))

    def post(self, url: str, **content: Any) -> httpx.Response:  # noqa: ANN401 - what httpx takes
        """Ask with POST; errors are those of ``get``."""
        return self._runner.run(self._client.post(url, **content))
