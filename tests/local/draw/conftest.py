"""A window, a size and panels as grafanalib writes them, for every drawing test."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from vitals.local.draw.dashboard import Panel, parse_dashboard
from vitals.local.draw.frame import Size
from vitals.local.draw.window import Window, choose_window

START = 1_790_000_000
PanelMaker = Callable[..., Panel]


@pytest.fixture
def window() -> Window:
    """One hour at a fixed time, one point every 15 seconds."""
    return choose_window(START, START + 3600, width=480, min_step_s=15)


@pytest.fixture
def size() -> Size:
    """A panel of 8 columns on a usual screen."""
    return Size(480, 240)


@pytest.fixture
def make_panel() -> PanelMaker:
    """Make a panel the way a dashboard file would hold it."""

    def make(kind: str = "timeseries", *, options: dict[str, Any] | None = None, **defaults: Any) -> Panel:  # noqa: ANN401
        steps = defaults.pop("steps", [{"color": "green"}])
        raw = {
            "uid": "b",
            "panels": [
                {
                    "id": 7,
                    "type": kind,
                    "title": "Response time",
                    "description": "How fast?",
                    "targets": [{"refId": "A", "expr": "up"}],
                    "fieldConfig": {
                        "defaults": {"thresholds": {"steps": steps}, **defaults},
                        "overrides": defaults.pop("overrides", []),
                    },
                    "options": options or {},
                }
            ],
        }
        return parse_dashboard(raw).panels[0]

    return make
