"""The words in rendered files that the operator of an environment fills in: addresses that no catalogue can know."""

from __future__ import annotations

import re
from collections.abc import Mapping

CHANNELS_URL = "__channels_url__"
PAGERDUTY_URL = "__pagerduty_url__"
PICTURES_URL = "__pictures_url__"
PORTAL_URL = "__portal_url__"
SECRETS_DIR = "__secrets_dir__"
SMTP_ADDRESS = "__smtp_address__"
PLACEHOLDERS = (CHANNELS_URL, PAGERDUTY_URL, PICTURES_URL, PORTAL_URL, SECRETS_DIR, SMTP_ADDRESS)
"""Every placeholder that there is."""
PLACEHOLDER = re.compile(r"(?<![$\w])__[a-z]+(?:_[a-z]+)*__(?!\w)")
"""What looks like a placeholder, one of Prometheus' own labels such as ``__address__`` included."""


def fill(rendered: bytes, values: Mapping[str, str]) -> bytes:
    """Fill the placeholders of one file; every other byte stays.

    Args:
        rendered: The file's content.
        values: Placeholder -> what stands there in this run.
    """
    for placeholder, value in values.items():
        rendered = rendered.replace(placeholder.encode(), value.encode())
    return rendered
