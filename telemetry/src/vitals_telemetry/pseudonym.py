"""Names for users that only the holder of a key can make: what logs and traces may carry in place of an id.

A pseudonym is an HMAC-SHA256 of the user's id, shortened to 64 bits. Knowing an id and the key finds that user's
traces; the logs alone identify no user. The key comes from a file, never from a value or a variable, and a
pseudonym never becomes a label.
"""

from __future__ import annotations

import hmac
from pathlib import Path

from vitals_telemetry.errors import TelemetryError

SHORTEST_KEY = 16
"""Bytes that a key needs at least, so that they cannot all be tried."""

_HEX_DIGITS = 16


class Pseudonyms:
    """Makes pseudonyms with one key.

    Args:
        key_file: File with the key, for example made by ``openssl rand -out FILE 32``; the same for all replicas, so
            that a user has one pseudonym everywhere.

    Raises:
        TelemetryError: The file cannot be read or is too short to be a key.
    """

    def __init__(self, key_file: Path) -> None:
        try:
            self._key = key_file.read_bytes()
        except OSError as error:
            raise TelemetryError(
                f"The key for pseudonyms cannot be read ({error}), so slow users could not be distinguished in logs "
                "and "
                f"traces. Make one with: openssl rand -out {key_file} 32"
            ) from error
        if len(self._key) < SHORTEST_KEY:
            raise TelemetryError(
                f"The key for pseudonyms in {key_file} has {len(self._key)} bytes, so trying all keys would name every "
                f"user. Give at least {SHORTEST_KEY} bytes: openssl rand -out {key_file} 32"
            )

    def of(self, user: str) -> str:
        """Return the pseudonym of a user: 16 hexadecimal digits, the same for the same key and user."""
        return hmac.digest(self._key, user.encode("utf-8", "surrogatepass"), "sha256").hex()[:_HEX_DIGITS]
