"""The volumes of pods: how full, and which claim is still waited for.

A share in use means the same for volumes of all sizes. The kubelet measures a volume while a pod has it mounted; a
block volume shows its size and no bytes used, and a driver that counts no files shows no inodes used: neither can be
full in a way that is seen here, so both are left out.
"""

from __future__ import annotations

from vitals.model.conventions import SERVICE
from vitals.model.signals import gauge
from vitals.model.signals.idioms import where_positive
from vitals.model.signals.query import SignalQuery
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

CLAIM = ("namespace", "persistentvolumeclaim")
"""What names a volume for the people who asked for it."""
VOLUME = (SERVICE, *CLAIM)
_NONE_MEASURED = "no pod has a volume mounted that the kubelet can measure"


def _volumes(metric: str) -> SignalQuery:
    """A gauge of volumes; one that several nodes have mounted is measured by each of their kubelets."""
    return gauge.last(metric).max_by(VOLUME)


FREE = Signal(
    id="system.volume.free",
    title="Free volume space",
    question="How much can still be written to a volume? The base of the forecast.",
    unit=Unit.BYTES,
    direction=Direction.LOWER_IS_WORSE,
    record="persistentvolumeclaim:kubelet_volume_available_bytes:max",
    labels=VOLUME,
    group=Group.SYSTEM,
    query=_volumes("kubelet_volume_stats_available_bytes")
    & where_positive(_volumes("kubelet_volume_stats_used_bytes")),
    may_be_empty=_NONE_MEASURED,
)

USED = Signal(
    id="system.volume.used",
    title="Volume space in use",
    question="Which volume is full? A database or a queue on it refuses writes then.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="persistentvolumeclaim:kubelet_volume_used:ratio",
    labels=VOLUME,
    group=Group.SYSTEM,
    query=1 - FREE.recorded() / where_positive(_volumes("kubelet_volume_stats_capacity_bytes")),
    may_be_empty=_NONE_MEASURED,
    phrase="volume space used {value}",
)

INODES_USED = Signal(
    id="system.volume.inodes",
    title="Volume inodes in use",
    question="Which volume can hold no more files? It refuses new ones, however much space is free.",
    unit=Unit.RATIO,
    direction=Direction.HIGHER_IS_WORSE,
    record="persistentvolumeclaim:kubelet_volume_inodes_used:ratio",
    labels=VOLUME,
    group=Group.SYSTEM,
    query=1
    - (_volumes("kubelet_volume_stats_inodes_free") & where_positive(_volumes("kubelet_volume_stats_inodes_used")))
    / where_positive(_volumes("kubelet_volume_stats_inodes")),
    may_be_empty="no mounted volume has inodes that its driver counts",
    phrase="volume inodes used {value}",
)

WAITING = Signal(
    id="system.volume.waiting",
    title="Pods waiting for a volume",
    question=(
        "Which claim has no volume while pods want it? They do not start. A claim that no pod mounts may wait for one."
    ),
    unit=Unit.COUNT,
    direction=Direction.HIGHER_IS_WORSE,
    record="persistentvolumeclaim:pods_waiting:count",
    labels=VOLUME,
    group=Group.SYSTEM,
    query=gauge.last("kube_pod_spec_volumes_persistentvolumeclaims_info").max_by((*VOLUME, "pod")).count_by(VOLUME)
    & where_positive(gauge.last("kube_persistentvolumeclaim_status_phase", phase="~Pending|Lost").max_by(VOLUME)),
    may_be_empty="every claim of a pod has its volume",
    phrase="{value} pod{s} waiting for a volume",
)

OF_KUBELET_VOLUMES = (FREE, USED, INODES_USED)
OF_KUBE_STATE_METRICS = (WAITING,)
