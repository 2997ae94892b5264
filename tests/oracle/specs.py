"""The spec of every alert of production, by its id and its service."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from tests.oracle import of_disks, of_foresight, of_services, of_volumes
from tests.oracle.declared import CASES
from tests.oracle.jobs import SCRAPED, TIMED
from vitals.verify.oracle import expected
from vitals.verify.oracle.conditions import Firing, Statement
from vitals.verify.oracle.observations import Group, Observations
from vitals.verify.oracle.scrapes import missed


@dataclass(frozen=True, slots=True)
class AlwaysFiring:
    """True whatever happens."""

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:  # noqa: ARG002 - as every condition
        """True with one."""
        return {(): 1.0}


_OF: Mapping[str, Mapping[str, Statement]] = {
    "wellness-api": of_services.WELLNESS_API | of_foresight.burning(),
    "wellness-worker": of_services.WELLNESS_WORKER,
    "node": of_disks.FULL_SOON,
    "kubelet-volumes": of_volumes.FULL_SOON,
}
SPECS: Mapping[tuple[str, str], Statement] = {
    **{(alert, service): statement for service, statements in _OF.items() for alert, statement in statements.items()},
    **{(case.id, case.service): case.statement for case in CASES},
    **{(alert, job): said for job in TIMED for alert, said in missed(SCRAPED.get(job, 15)).items()},
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
    asked = {key: statement for key, statement in specs.items() if key in alerts}
    return expected.expected_firing(series, asked, step=step, pace=pace, lasts=lasts)
