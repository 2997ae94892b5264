"""VolumeClaimPending: for a quarter of an hour pods have mounted a claim that has no volume."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.of_volumes import CLAIM, OF_CLAIM, PER_CLAIM
from tests.oracle.recorded_values import CountOfGroups
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Scenario
from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above, both
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge

STATE = f'service="kube-state-metrics", job="kube-state-metrics", instance="k1", {OF_CLAIM}'
PHASE, MOUNTED = "kube_persistentvolumeclaim_status_phase", "kube_pod_spec_volumes_persistentvolumeclaims_info"


def unbound(labels: Mapping[str, str]) -> bool:
    """Whether a phase is one without a volume."""
    return labels["phase"] in ("Pending", "Lost")


WAITING = CountOfGroups(Lately(MOUNTED, EXPORTER, (*PER_CLAIM, "pod")))

CASES = (
    AlertCase(
        id="system.volume.claim_pending",
        name="VolumeClaimPending",
        severity="warning",
        service="kube-state-metrics",
        condition=Above(both(WAITING, Above(Lately(PHASE, EXPORTER, PER_CLAIM, counts=unbound), 0)), 0),
        for_=900,
        record="persistentvolumeclaim:pods_waiting:count",
        scraped=(
            gauge(f'{PHASE}{{{STATE}, phase="Pending"}}'),
            gauge(f'{PHASE}{{{STATE}, phase="Lost"}}', lambda _: 0),
            gauge(f'{MOUNTED}{{{STATE}, pod="wellness-db-0", volume="data", uid="u"}}', lambda _: 1),
        ),
        low=0,
        under=0,
        high=1,
        creeps=0,
        summary="kube-state-metrics (wellness/data-wellness-db-0): 1 pod waiting for a volume (> 0)",
        labels=CLAIM,
    ),
)
OF_NAME = 'service="kube-state-metrics", namespace="wellness", persistentvolumeclaim="{}"'


def claim(name: str, phase: str, *pods: str) -> dict[str, list[str]]:
    """A claim in a phase, and the pods that mount it."""
    labels = OF_NAME.format(name)
    mounted = [f'{MOUNTED}{{{labels}, pod="{pod}", volume="v"}}' for pod in pods]
    return {f'{PHASE}{{{labels}, phase="{phase}"}}': ["1"] * 120} | {series: ["1"] * 120 for series in mounted}


CLAIMS = Scenario(
    "a claim is lost that two pods mount; another waits for its first pod, as its class wants it",
    [ScrapedSeries(claim("lost", "Lost", "db-0", "db-1") | claim("early", "Pending") | claim("well", "Bound", "db-2"))],
    lasts=1785,
    fires=[
        Fires(
            "system.volume.claim_pending",
            by=930,
            quiet_until=885,
            summary="kube-state-metrics (wellness/lost): 2 pods waiting for a volume (> 0)",
            labels=CLAIM | {"persistentvolumeclaim": "lost"},
        )
    ],
    step=15,
    service="kube-state-metrics",
)
SCENARIOS = (CLAIMS,)
