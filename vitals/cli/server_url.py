"""URLs of servers that a command asks: refused before it starts, and not as an outage of a server that cannot be."""

from __future__ import annotations

from urllib.parse import urlsplit

from vitals.errors import VitalsError


def require_prometheus_url(text: str) -> None:
    """Refuse what is not the base URL of a Prometheus.

    Raises:
        VitalsError: It has another scheme than HTTP, no host, or a port that is none.
    """
    try:
        url = urlsplit(text)
        usable = url.scheme in ("http", "https") and bool(url.hostname) and url.port != 0
    except ValueError:  # a port that is no number, or brackets without an address
        usable = False
    if not usable:
        raise VitalsError(f"--prometheus {text!r} is not a URL. Write it as http://HOST:PORT.")
