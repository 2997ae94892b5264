"""An option that takes the address of a server: every command refuses another text in the same words."""

from __future__ import annotations

from vitals.errors import VitalsError
from vitals.http_address import is_http_address, without_password


def require_http_address(option: str, text: str) -> None:
    """Refuse what is not the address of a server.

    Args:
        option: The option with which it was given, such as ``--prometheus``.
        text: What was given.

    Raises:
        VitalsError: It is not such an address.
    """
    if not is_http_address(text):
        raise VitalsError(
            f"{option} {without_password(text)} is not an http address, such as http://HOST:PORT. Nothing was asked."
        )
