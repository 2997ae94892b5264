"""What a change of rendered files does, in words: who is notified of what, which limits move, what a panel shows.

Both sides are read through git as text. Nothing of a branch is executed.
"""

from vitals.verify.changes.change import Area, Change
from vitals.verify.changes.compare import compare_revisions
from vitals.verify.changes.report import Ranked, as_json, as_markdown, as_text, escaped, together
from vitals.verify.changes.revisions import (
    Revisions,
    by_environment,
    committed_on,
    revision_and_folder,
    revisions,
    text_at,
    texts_at_fork,
)

__all__ = [
    "Area",
    "Change",
    "Ranked",
    "Revisions",
    "as_json",
    "as_markdown",
    "as_text",
    "by_environment",
    "committed_on",
    "compare_revisions",
    "escaped",
    "revision_and_folder",
    "revisions",
    "text_at",
    "texts_at_fork",
    "together",
]
