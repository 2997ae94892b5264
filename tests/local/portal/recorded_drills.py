"""Who performs drills, as the portal sees it, with what a test sets."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from vitals.errors import VitalsError
from vitals.local.portal.interfaces import DrillProgress, ListedDrill

LISTED = (
    ListedDrill(
        name="api-outage",
        family="api",
        service="wellness-api",
        description="every request <b>fails</b>",
        expected="page",
        alert="ServiceOutage",
    ),
    ListedDrill(name="quiet", family="api", service="wellness-api", description="nothing", expected="silence"),
)


@dataclass
class RecordedDrills:
    """Drills that run until a test ends them."""

    asked: list[str] = field(default_factory=list)
    shown: DrillProgress | None = None

    def listed(self) -> Sequence[ListedDrill]:
        """Return two."""
        return LISTED

    def progress(self) -> DrillProgress | None:
        """Return what is set."""
        return self.shown

    def start(self, name: str) -> None:
        """Let it run for ever, from now on."""
        if name not in {one.name for one in LISTED}:
            raise VitalsError(f"There is no drill called {name!r}.")
        self.asked.append(name)
        self.shown = DrillProgress(name=name, begun_at=time.time(), lines=("every request fails",))

    def stop(self) -> None:
        """End it."""
        if self.shown is not None:
            self.shown = replace(self.shown, ended_at=time.time(), verdict="stopped")
