"""Watchdog and TargetDown: the alerts about the monitoring itself, for services and exporters alike."""

from __future__ import annotations

from tests.alert_rules.scenario import Fires, Scenario
from vitals.verify.project.traffic import Replica, dead, serving, unanswered

WATCHDOG = "vitals: watchdog heartbeat 1 (always firing)"

CASES = (
    Scenario(
        "the Watchdog fires from the first evaluation on, whatever happens",
        [Replica("api-a", [serving(60, 20)])],
        lasts=45,
        fires=[Fires("meta.watchdog", by=0, summary=WATCHDOG)],
    ),
    Scenario(
        "the only worker dies: it promises nothing, so this warns",
        [Replica("worker-a", [serving(600, 0), dead(300), serving(300, 0)])],
        service="wellness-worker",
        lasts=1200,
        fires=[
            Fires(
                "meta.target_down",
                quiet_until=655,
                by=675,
                over_by=920,
                summary="wellness-worker (worker-a): target down, up 0 (< 1)",
                labels={"instance": "worker-a", "job": "wellness-worker"},
            )
        ],
    ),
    Scenario(
        "an exporter is down",
        [Replica("node-a", [serving(600, 0), dead(120)])],
        service="node",
        lasts=700,
        fires=[Fires("meta.target_down", quiet_until=655, by=675)],
    ),
    Scenario(
        "a worker that hangs for half a minute again and again",
        [Replica("worker-a", [serving(300, 0), *[unanswered(30, 0), serving(60, 0)] * 5])],
        service="wellness-worker",
        lasts=740,
        quiet=["meta.target_down"],
    ),
)
