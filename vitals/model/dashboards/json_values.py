"""JSON as people's files have it: what is missing or of another type is nothing."""

from __future__ import annotations

from typing import Any

Json = dict[str, Any]


def as_object(value: Any) -> Json:  # noqa: ANN401 - any JSON value
    """A value that is an object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def as_list(value: Any) -> list[Any]:  # noqa: ANN401 - any JSON value
    """A value that is a list; an empty one for anything else."""
    return value if isinstance(value, list) else []


def objects(value: Any) -> list[Json]:  # noqa: ANN401 - any JSON value
    """The objects of a list; none for anything else."""
    return [one for one in as_list(value) if isinstance(one, dict)]
