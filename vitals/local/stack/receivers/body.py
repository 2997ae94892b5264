"""Reading the body of a request that may be larger than it should: refused by what it says, or where it passes that."""

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request


async def read_body(request: Request, most: int) -> bytes:
    """Return the body.

    Args:
        request: A request whose body has not been read.
        most: The largest number of bytes that is taken; no more than these are ever held.

    Raises:
        HTTPException: 413 for a larger body, with or without a length in front of it; 400 for one that breaks off.
    """
    said = request.headers.get("content-length", "0")
    if not said.isdecimal() or len(said) > len(str(most)) or int(said) > most:
        raise _too_large(most)
    body = bytearray()
    try:
        async for part in request.stream():
            body += part
            if len(body) > most:
                raise _too_large(most)
    except ClientDisconnect:
        raise HTTPException(400, "the body breaks off") from None
    return bytes(body)


def _too_large(most: int) -> HTTPException:
    return HTTPException(413, f"only {most} bytes are taken here", headers={"Connection": "close"})
