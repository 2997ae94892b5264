"""The one kind of error that is meant for the person at the keyboard.

Everything that a user can put right (a wrong catalogue field, a busy port, a missing program) is raised as
``VitalsError`` with a paragraph that says what is wrong, what follows from it and what to do next. The command line
prints that paragraph and exits 1; any other exception is a defect of ours and keeps its traceback.
"""

import difflib
import traceback
from collections.abc import Collection
from pathlib import Path


class VitalsError(Exception):
    """A problem that the user can solve; the message is complete and ready to print."""


def did_you_mean(name: str, known: Collection[str], otherwise: str = "") -> str:
    """Ask whether the most similar of the known names was meant; where none is similar, say something else."""
    close = difflib.get_close_matches(name, list(known), n=1)
    return f"Did you mean {close[0]!r}?" if close else otherwise


def place_within(error: BaseException, *folders: Path) -> str:
    """File and line within some folders at which an error arose last, from the folder's name on; empty where none."""
    if isinstance(error, SyntaxError) and error.filename:
        frames = [(Path(error.filename), error.lineno)]
    else:
        frames = [(Path(frame.filename), frame.lineno) for frame in traceback.extract_tb(error.__traceback__)]
    places = (
        f"{file.relative_to(folder.parent)}:{line}"
        for file, line in reversed(frames)
        for folder in folders
        if file.is_relative_to(folder)
    )
    return next(places, "")
