"""The volumes of pods: nearly full, soon full, out of inodes, or never there; for the operators and for their owner.

The operators of the cluster hear of every volume, those of the monitoring itself among them. The owner of a service
hears of those that its pods mount, whatever their claims are called. Which those are, and which volumes only many may
read, kube-state-metrics says; where it is not watched, the operators alone are notified.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from vitals.kit.alerts.alert import ELSEWHERE, Alert
from vitals.kit.alerts.because import Because
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import SERVICE, Severity
from vitals.model.promql import Expr, over_time
from vitals.model.signals import forecast, volumes, watched_exporters

from .capacity import Forecast
from .cluster import for_owner, pods_of

STATE = "kube-state-metrics"
SAID_WITHIN = "1h"
"""What a claim or a pod asks for never changes, so it is believed while kube-state-metrics cannot be asked for long."""

volume_space_low = Threshold(
    id="system.volume.space_low",
    name="VolumeSpaceLow",
    signal=volumes.USED,
    above="90%",
    for_="15m",
    severity=Severity.WARNING,
    impact="Little can still be written to this volume.",
    action="Find what grew; clean up, or ask for more in the claim while it is calm.",
    because=Because(
        bound=(
            "assumed: the bound of DiskSpaceLow, because a volume is a disk; kubernetes-mixin warns with 15% left, but "
            "only of one that fills (KubePersistentVolumeFillingUp)"
        ),
        duration="assumed: a compaction or a backup on the volume gives its space back by then",
    ),
    no_drill=ELSEWHERE,
)

volume_nearly_full = Threshold(
    id="system.volume.nearly_full",
    name="VolumeNearlyFull",
    signal=volumes.USED,
    above="97%",
    for_="5m",
    severity=Severity.CRITICAL,
    impact="The volume is about to refuse writes; what keeps its data there stops then.",
    action="Enlarge the claim now if its class can; else free space, never with files that are in use.",
    because=Because(
        bound="3% left is the critical bound of kubernetes-mixin, too (KubePersistentVolumeFillingUp)",
        duration=(
            "the kubelet measures once a minute and the signal looks back four; a value that a pod took with it is out "
            "of sight by then"
        ),
    ),
    no_drill=ELSEWHERE,
)

volume_inodes_low = Threshold(
    id="system.volume.inodes_low",
    name="VolumeInodesLow",
    signal=volumes.INODES_USED,
    above="97%",
    for_="15m",
    severity=Severity.WARNING,
    impact="Nearly no file can be made on the volume any more, however much space is free.",
    action="Find the folder of many small files and remove those that are old.",
    because=Because(
        bound="3% left is the bound of kubernetes-mixin, too (KubePersistentVolumeInodesFillingUp)",
        duration="assumed: a large job that makes and removes temporary files has ended by then",
    ),
    no_drill=ELSEWHERE,
)

volume_full_in_days = Forecast(
    id="system.volume.full_in_days",
    name="VolumeFullInDays",
    signal=forecast.VOLUME_TIME_LEFT,
    within="4d",
    used=0.6,
    for_="1h",
    severity=Severity.WARNING,
    impact="At the pace of the last hours the volume will be full within days.",
    action="Plan it this week; enlarge the claim, shorten retention or clean up.",
    because=Because(
        bound="the days that kubernetes-mixin looks ahead, too (KubePersistentVolumeFillingUp)",
        duration="assumed: a nightly job has ended by then; the mixin waits as long",
        floor=(
            "assumed: as of a disk (DiskFullInDays). The mixin waits for 15% left, which a volume of that pace "
            "reaches with less than two days to go"
        ),
    ),
    space=volumes.USED,
    panel=forecast.VOLUME_TIME_LEFT,
    no_drill=ELSEWHERE,
)

volume_claim_pending = Threshold(
    id="system.volume.claim_pending",
    name="VolumeClaimPending",
    signal=volumes.WAITING,
    above="0",
    for_="15m",
    severity=Severity.WARNING,
    impact="Pods wait for a volume that does not come, and do not start.",
    action="Read the events of the claim with `kubectl describe pvc`.",
    because=Because(
        bound="any pod that waits; a claim that no pod mounts may wait for its first one and does not count",
        duration=(
            "the time that kubernetes-mixin gives a pod that is not ready, too (KubePodNotReady): a disk is made, or a "
            "node added, within minutes"
        ),
    ),
    no_drill=ELSEWHERE,
)

OF_EXPORTER: Mapping[str, tuple[Threshold | Forecast, ...]] = {
    "kubelet-volumes": (volume_space_low, volume_nearly_full, volume_full_in_days, volume_inodes_low),
    STATE: (volume_claim_pending,),
}


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about volumes that one exporter of a cluster makes possible."""
    found = [one.of(exporter, environment) for one in OF_EXPORTER.get(exporter.name, ())]
    return [_of_writable(one) for one in found] if exporter.name != STATE and STATE in environment.exporters else found


def of_service(service: Service, environment: Environment) -> list[Alert]:
    """The same alerts on the volumes that pods of a service mount, for its owner; where they run must be known."""
    if not service.namespace or STATE not in environment.exporters:
        return []
    mounted = _said(
        "kube_pod_spec_volumes_persistentvolumeclaims_info", namespace=service.namespace, **pods_of(service)
    )
    return [
        for_owner(alert, service, alert.expr.and_on(volumes.CLAIM, mounted), {f"mounted within {SAID_WITHIN}": _LONG})
        for exporter in watched_exporters(environment)
        for alert in alerts(replace(exporter, bounds=service.bounds), environment)
    ]


_LONG = "a claim and a pod never change what they ask for, and a kube-state-metrics that is away is back by then"


def _of_writable(alert: Alert) -> Alert:
    """Without the volumes that only many may read: those are full from the first day, and stay so."""
    read_only = _said("kube_persistentvolumeclaim_access_mode", access_mode="ReadOnlyMany").equals(1)
    return replace(
        alert,
        expr=alert.expr.unless_on(volumes.CLAIM, read_only),
        because={**alert.because, f"not ReadOnlyMany within {SAID_WITHIN}": _LONG},
        fires_when=f"{alert.fires_when}; a ReadOnlyMany volume never",
    )


def _said(metric: str, **matchers: str) -> Expr:
    return over_time("last", metric, {SERVICE: STATE, **matchers}, SAID_WITHIN)
