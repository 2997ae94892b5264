"""Who is asking: one id and one cohort per client, from a header or a session cookie.

The first answer to a client that names itself in no way sets a session cookie, so that a browser, or Locust's client,
stays one user from then on. The id goes into the request's state and nowhere else: it never becomes a label, a span
attribute or a log field. This distinguishes clients; it is not authentication.
"""

from __future__ import annotations

import re
import secrets
from http.cookies import CookieError, SimpleCookie

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SESSION_COOKIE = "wellness_session"
USER_HEADER = "x-user-id"
COACH_PREFIX = "coach-"
"""How the ids of coaches begin, who look after several members."""
USER_ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$"
_USER_ID = re.compile(USER_ID_PATTERN)


def user_of(scope: Scope) -> str | None:
    """The id that the middleware gave this request, or None where it did not run."""
    state = scope.get("state") or {}
    user_id: str | None = state.get("user_id")
    return user_id


def cohort_of(scope: Scope) -> str | None:
    """The cohort of the user of this request: ``member``, ``coach`` or, with no more than a session, ``guest``."""
    state = scope.get("state") or {}
    cohort: str | None = state.get("cohort")
    return cohort


class VisitorMiddleware:
    """Give every HTTP request a user id: its ``X-User-Id``, else its session cookie, else a new session.

    Ids that do not fit the pattern are treated as absent. Must run before anything that asks ``user_of``.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request (or lifespan) of the application inside."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        named = _fitting(headers.get(USER_HEADER))
        known = named or _fitting(_session(headers.get("cookie", "")))
        user_id = known or secrets.token_hex(16)
        scope.setdefault("state", {}).update(user_id=user_id, cohort=_cohort(named))

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                cookie = f"{SESSION_COOKIE}={user_id}; Path=/; HttpOnly; SameSite=Lax"
                MutableHeaders(scope=message).append("set-cookie", cookie)
            await send(message)

        await self._app(scope, receive, send if known else send_with_cookie)


def _cohort(named: str | None) -> str:
    if named is None:
        return "guest"
    return "coach" if named.startswith(COACH_PREFIX) else "member"


def _fitting(candidate: str | None) -> str | None:
    return candidate if candidate and _USER_ID.fullmatch(candidate) else None


def _session(cookie_header: str) -> str | None:
    try:
        morsel = SimpleCookie(cookie_header).get(SESSION_COOKIE)
    except CookieError:
        return None
    return morsel.value if morsel else None
