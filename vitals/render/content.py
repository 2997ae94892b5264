"""The content that people edit, loaded when it is rendered: ``vitals`` never imports it, it imports ``vitals``."""

from __future__ import annotations

import functools
import importlib
from dataclasses import dataclass

from vitals.kit.alerts.families import AlertRules
from vitals.kit.dashboards.build import MakesBoard


@dataclass(frozen=True, slots=True)
class Content:
    """What the content folders declare.

    Attributes:
        alert_rules: Every family of alerts, and who is notified.
        boards: Every board, in the order in which they are listed.
    """

    alert_rules: AlertRules
    boards: tuple[MakesBoard, ...]


@functools.cache
def content() -> Content:
    """Import ``alert_rules`` and ``dashboards_py``, once."""
    return Content(
        alert_rules=importlib.import_module("alert_rules").ALERT_RULES,
        boards=importlib.import_module("dashboards_py").BOARDS,
    )
