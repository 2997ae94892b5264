"""The content that people edit, loaded when it is rendered: ``vitals`` never imports it, it imports ``vitals``."""

from __future__ import annotations

import functools
import importlib
from typing import cast

from vitals.kit.alerts.families import AlertRules
from vitals.kit.dashboards.build import MakesDashboard


@functools.cache
def alert_rules() -> AlertRules:
    """Every family of alerts, and who is notified."""
    return cast("AlertRules", importlib.import_module("alert_rules").ALERT_RULES)


@functools.cache
def dashboards() -> tuple[MakesDashboard, ...]:
    """Every dashboard, in the order in which they are listed."""
    return cast("tuple[MakesDashboard, ...]", importlib.import_module("dashboards_py").DASHBOARDS)
