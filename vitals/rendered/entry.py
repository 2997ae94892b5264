"""The form of every part of a rendered file: closed, so that a field of another version is an error and not ignored."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Entry(BaseModel):
    """A part of a rendered file; it never changes, and a field that is not declared is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_by_name=True, validate_by_alias=True)


def is_empty(value: object) -> bool:
    """Whether a part that few environments have is not there: it is left out of the file then."""
    return not value
