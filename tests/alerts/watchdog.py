"""Watchdog: it fires always, so that its silence says that alerting itself is down."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.conditions import Statement
from vitals.verify.oracle.observations import Group, Observations
from vitals.verify.oracle.traffic import Replica, serving


@dataclass(frozen=True, slots=True)
class AlwaysFiring:
    """True whatever happens."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:  # noqa: ARG002 - as every condition
        """True with one."""
        return {(): 1.0}


WATCHDOG = "vitals: watchdog heartbeat 1 (always firing)"
SPECS = {("meta.watchdog", "vitals"): Statement("Watchdog", "none", AlwaysFiring())}
SCENARIOS = (
    Scenario(
        "the Watchdog fires from the first evaluation on, whatever happens",
        [Replica("api-a", [serving(60, 20)])],
        lasts=45,
        fires=[Fires("meta.watchdog", by=0, summary=WATCHDOG)],
    ),
)
