"""Boards as code: one file per board, over the panel factories in :mod:`vitals.kit.dashboards.panels`.

Boards draw recorded signals and the bounds that they are handed; they compute nothing themselves and know nothing of
alerts. The only room that imports grafanalib.
"""

from vitals.kit.dashboards.build import build
from vitals.kit.dashboards.facts import BoardFacts, Line

__all__ = ["BoardFacts", "Line", "build"]
