"""What a change of rendered files does, in words: who is notified of what, which limits move, what a panel shows.

Both sides are read through git as text. Nothing of a branch is executed.
"""

from vitals.verify.changes.change import Area, Change
from vitals.verify.changes.compare import compare_revisions
from vitals.verify.changes.report import as_json, as_markdown, as_text
from vitals.verify.changes.revisions import Revisions, revision_and_folder, revisions, texts_at_fork

__all__ = [
    "Area",
    "Change",
    "Revisions",
    "as_json",
    "as_markdown",
    "as_text",
    "compare_revisions",
    "revision_and_folder",
    "revisions",
    "texts_at_fork",
]
