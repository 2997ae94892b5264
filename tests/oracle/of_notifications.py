"""Which notifications went to people."""

from __future__ import annotations

from collections.abc import Mapping


def of_people(labels: Mapping[str, str]) -> bool:
    """Whether notifications went to people, and not to the relay that sends pictures after them."""
    return not labels.get("receiver_name", "").endswith("-pictures")
