"""Names of what is imported, as files, addresses and services have them here."""

from __future__ import annotations

import re


def plain_name(text: str) -> str:
    """A name of lower-case words joined by hyphens; ``imported`` where a text has no letter and no digit of ours."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-") or "imported"
