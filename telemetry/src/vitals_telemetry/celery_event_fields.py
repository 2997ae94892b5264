"""One event of Celery, held to the fields that are read of it: whatever a broker hands over, nothing odd is kept."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

_TEXTS = ("type", "uuid", "hostname", "name", "queue")
_NUMBERS = ("timestamp", "local_received", "runtime", "active")


def checked(event: Mapping[str, Any]) -> dict[str, Any]:
    """Return an event whose fields are of their types, so that what is kept of it can be reckoned with later.

    Raises:
        Exception: One of them is not.
    """
    found = dict(event)
    for field in _TEXTS:
        if not isinstance(found.get(field, ""), str | None):
            raise TypeError(f"{field} is not a text")
    for field in _NUMBERS:
        if found.get(field) is not None:
            found[field] = float(found[field])
            if not math.isfinite(found[field]):
                raise ValueError(f"{field} is not a time")
    for field in ("type", "hostname", "local_received", "timestamp"):
        if found[field] is None:
            raise TypeError(f"{field} is missing")
    found["retries"] = int(found.get("retries") or 0)
    return found
