"""Which notifications went to people, and which pictures were to follow them."""

from __future__ import annotations

from collections.abc import Mapping


def of_people(labels: Mapping[str, str]) -> bool:
    """Whether notifications went to people, and not to the relay that sends pictures after them."""
    return not labels.get("receiver_name", "").endswith("-pictures")


def followable(labels: Mapping[str, str]) -> bool:
    """Whether a picture could have followed: not where the alert links to no panel."""
    return labels.get("reason") != "no_panel"
