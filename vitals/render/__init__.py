"""Compose everything that an environment needs from the catalogue, check it as a whole, and write it.

This is the only room that knows all the others to its left, and the only one that writes under ``rendered/`` and the
rendered parts of ``docs/``.
"""

from vitals.render.compose import Plan, RuleGroup, compose
from vitals.render.files import files_of, render
from vitals.render.pages import pages, stale, write_pages
from vitals.render.write import Drift, drift, write

__all__ = [
    "Drift",
    "Plan",
    "RuleGroup",
    "compose",
    "drift",
    "files_of",
    "pages",
    "render",
    "stale",
    "write",
    "write_pages",
]
