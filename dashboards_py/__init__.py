"""Boards as code: one file per board under ``boards/``, over the panel factories in :mod:`dashboards_py.panels`.

Boards draw recorded signals and the bounds that they are handed; they compute nothing themselves and know nothing of
alerts. The only room that imports grafanalib.
"""

from dashboards_py.build import build
from dashboards_py.facts import BoardFacts, Line

__all__ = ["BoardFacts", "Line", "build"]
