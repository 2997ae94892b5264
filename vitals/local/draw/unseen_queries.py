"""Queries that a panel asks and does not draw."""

from collections.abc import Mapping, Sequence
from typing import Any


def unseen_queries(overrides: Sequence[Mapping[str, Any]]) -> set[str]:
    """The letters of the queries whose series overrides hide, such as one that is there for its exemplars."""
    return {
        str(one["matcher"].get("options"))
        for one in overrides
        if (one.get("matcher") or {}).get("id") == "byFrameRefID"
        for entry in one.get("properties") or ()
        if entry.get("id") == "custom.hideFrom" and (entry.get("value") or {}).get("viz")
    }
