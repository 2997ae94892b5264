"""The spec of every alert of production, by its id and its service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.oracle import of_disks, of_foresight, of_services
from vitals.verify.oracle import scrapes
from vitals.verify.oracle.alert_case import declared
from vitals.verify.oracle.conditions import Firing, Statement, firing
from vitals.verify.oracle.observations import Group, Observations, worlds


@dataclass(frozen=True, slots=True)
class AlwaysFiring:
    """True whatever happens."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:  # noqa: ARG002 - as every condition
        """True with one."""
        return {(): 1.0}


_OF: Mapping[str, Mapping[str, Statement]] = {
    "wellness-api": of_services.WELLNESS_API | scrapes.scrapes(5) | of_foresight.burning(),
    "wellness-worker": of_services.WELLNESS_WORKER | scrapes.scrapes(15),
    "prometheus": of_disks.PROMETHEUS,
    "alertmanager": of_disks.ALERTMANAGER,
    "node": of_disks.NODE,
    "kubelet": of_disks.KUBELET,
    "kube-state-metrics": of_disks.KUBE_STATE_METRICS,
    "redis": of_disks.REDIS,
    "stackdriver": of_disks.STACKDRIVER,
    "keda": of_disks.KEDA,
    "collector": of_disks.COLLECTOR,
    "foresight": scrapes.scrapes(15),
}
SPECS: Mapping[tuple[str, str], Statement] = {
    **{
        (alert, service): statement
        for service, statements in _OF.items()
        for alert, statement in {**statements, **scrapes.target_down()}.items()
    },
    **{(case.id, case.service): case.statement for case in declared()},
    ("meta.watchdog", "vitals"): Statement("Watchdog", "none", AlwaysFiring()),
}
"""Specs by id and service, each behind those that hold it back."""


def expected_firing(
    series: Mapping[str, Sequence[str]],
    alerts: Sequence[tuple[str, str]],
    *,
    step: int,
    pace: int,
    lasts: int,
    specs: Mapping[tuple[str, str], Statement] = SPECS,
) -> dict[tuple[str, str], Firing]:
    """When each alert fires over the samples of a run.

    Args:
        series: Tokens of promtool's notation by series.
        alerts: Ids and services of the alerts.
        step: Seconds between two tokens.
        pace: Seconds between two evaluations, from the first second on.
        lasts: Seconds to the last evaluation.
        specs: What is said of them.
    """
    evaluations = range(0, lasts + 1, pace)
    found = worlds(series, step=step, evaluations=evaluations)
    return {
        (alert, service): firing(statement, found.setdefault(service, Observations({}, evaluations)))
        for (alert, service), statement in specs.items()
        if (alert, service) in alerts
    }
