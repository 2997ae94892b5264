"""Compose everything that an environment needs from the catalogue, check it as a whole, and write it.

This is the only room that knows all the others to its left, and the only one that writes under ``rendered/``.
"""

from vitals.render.compose import Plan, RuleGroup, compose
from vitals.render.files import pages, render
from vitals.render.write import Drift, drift, write

__all__ = ["Drift", "Plan", "RuleGroup", "compose", "drift", "pages", "render", "write"]
