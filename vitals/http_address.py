"""Whether a text is the address of a server, asked before any library meets it: each fails over another mistake."""

from __future__ import annotations

from urllib.parse import urlsplit


def is_http_address(text: str) -> bool:
    """Whether a text is an absolute http or https URL with a host, and with a port that exists if it names one."""
    try:
        parts = urlsplit(text)
        # Read for what reading it refuses: a port above 65535 or of letters.
        _ = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)


def without_password(address: str) -> str:
    """An address as it may be shown: without the user and the password that may be in it."""
    try:
        parts = urlsplit(address)
    except ValueError:
        return address
    return parts._replace(netloc=parts.netloc.rpartition("@")[2]).geturl() if parts.scheme else address
