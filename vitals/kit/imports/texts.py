"""Values that stand in a dashboard wherever a text may stand: names of variables, inputs, and nothing at all."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any


def each_text(value: Any, edit: Callable[[str], str]) -> Any:  # noqa: ANN401 - any JSON value
    """The same value with every text in it edited."""
    if isinstance(value, dict):
        return {key: each_text(one, edit) for key, one in value.items()}
    if isinstance(value, list):
        return [each_text(one, edit) for one in value]
    return edit(value) if isinstance(value, str) else value


def without_nulls(value: Any) -> Any:  # noqa: ANN401 - any JSON value
    """The same value without keys that hold nothing."""
    if isinstance(value, dict):
        return {key: without_nulls(one) for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [without_nulls(one) for one in value]
    return value


def with_values(value: Any, values: Mapping[str, str]) -> Any:  # noqa: ANN401 - any JSON value
    """The same value with variables replaced: ``${name}``, ``$name`` and ``[[name]]``, with a format or without."""
    if not values:
        return value
    names = "|".join(map(re.escape, sorted(values, key=len, reverse=True)))
    pattern = re.compile(rf"\$\{{(?:{names})(?::\w+)?\}}|\$(?:{names})\b|\[\[(?:{names})(?::\w+)?\]\]")

    def replaced(found: re.Match[str]) -> str:
        return values[re.sub(r"^\$\{?|^\[\[|(:\w+)?(\}|\]\])$", "", found[0])]

    return each_text(value, lambda text: pattern.sub(replaced, text))
