"""Only the portal's own pages may change something: a page elsewhere in the same browser must not.

Loopback keeps other machines out, not other web sites: any page can make the browser of its visitor send a request to
127.0.0.1. Three things hold it back, each alone: a token of this run that only our pages carry, the ``Origin`` and
``Sec-Fetch-Site`` that a browser adds and no script can forge, and JSON, which a form of HTML cannot send. A host name
that points at 127.0.0.1 (DNS rebinding) is refused before all of that, by the Host header.
"""

import hmac
import secrets

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

TOKEN_HEADER = "x-vitals-token"  # noqa: S105 the name of a header
_READING = frozenset({"GET", "HEAD"})
_OURS = frozenset({"same-origin", "none"})
"""What a browser says of a request of the page itself, and of an address that was typed."""
LARGEST_BYTES = 64 * 1024
"""Of a request that changes something: forty times the longest silence."""


def new_token() -> str:
    """Make the token of one run."""
    return secrets.token_urlsafe(32)


class OwnPages:
    """Refuses what is not a page of ours: every change, and questions to the API from another site.

    Args:
        app: What answers.
        token: Of this run, as the pages carry it.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self._app = app
        self._token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer 403 with the reason."""
        reason = self._reason(scope) if scope["type"] == "http" else ""
        if reason:
            await JSONResponse({"error": reason}, status_code=403)(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    def _reason(self, scope: Scope) -> str:
        headers = Headers(scope=scope)
        site = headers.get("sec-fetch-site", "none")
        if scope["method"] in _READING:
            foreign = site not in _OURS and scope["path"].startswith("/api/")
            return "Another site asks, and only pages of this portal may." if foreign else ""
        origin = headers.get("origin")
        if site not in _OURS or (origin is not None and origin != f"http://{headers.get('host', '')}"):
            return "Another site wants to change something here, and only pages of this portal may. Nothing was done."
        if not hmac.compare_digest(headers.get(TOKEN_HEADER, "").encode(), self._token.encode()):
            return "The page is of an earlier run, so it may not change this one. Nothing was done. Reload the page."
        if headers.get("content-type", "application/json").split(";")[0].strip() != "application/json":
            return "A change is sent as JSON. Nothing was done."
        length = headers.get("content-length", "0")
        if not length.isdecimal() or len(length) > len(str(LARGEST_BYTES)) or int(length) > LARGEST_BYTES:
            return f"A change has at most {LARGEST_BYTES} bytes. Nothing was done."
        return ""
