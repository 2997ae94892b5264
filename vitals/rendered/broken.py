"""The one error of a rendered file that cannot be read: which file, which field, and what to do."""

from __future__ import annotations

from pathlib import Path

from pydantic import ValidationError

from vitals.errors import VitalsError

_SHOWN = 3
"""Fields that a message names: a file of another version can differ in hundreds, and the first ones tell which."""


def missing(path: Path) -> VitalsError:
    """A file is not there."""
    return VitalsError(
        f"{path} is not there, so the environment {path.parent.name!r} is not rendered, or only partly. Nothing was "
        "done. Run `vitals render` and try again."
    )


def unreadable(path: Path, error: Exception) -> VitalsError:
    """A file is there and is not what it should be."""
    if isinstance(error, ValidationError):
        fields = [f"{'.'.join(map(str, one['loc'])) or 'the whole'}: {one['msg']}" for one in error.errors()]
        more = f", and {len(fields) - _SHOWN} more" if len(fields) > _SHOWN else ""
        why = "; ".join(fields[:_SHOWN]) + more
    else:
        why = " ".join(str(error).split())
    return VitalsError(
        f"{path} is not what this version of Vitals writes ({why}), so nothing in it can be trusted. Nothing was done. "
        "Run `vitals render` and commit the result."
    )
