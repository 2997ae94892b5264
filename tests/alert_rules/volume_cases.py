"""Volumes that fill up in days, and volumes of which nothing can be said: a block device, a driver without inodes."""

from __future__ import annotations

from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Proof, Scenario

MEASURED = 60
"""Seconds between two samples: so often a kubelet measures its volumes."""
HELD = 240
"""For so many seconds the last sample of what is gone still counts: a window of four scrapes."""
SIZE = 1000e9
DAYS = "system.volume.full_in_days"


def _volume(claim: str, *spans: tuple[float, float, int], begins: int = 0) -> dict[str, list[str]]:
    """A volume of 1000 GB.

    Args:
        claim: Name of its claim.
        spans: Free bytes at the start, bytes written per second, seconds.
        begins: The second from which on it is mounted.
    """
    free = [start - speed * MEASURED * n for start, speed, seconds in spans for n in range(seconds // MEASURED)]
    values = {
        "available_bytes": free,
        "used_bytes": [SIZE - left for left in free],
        "capacity_bytes": [SIZE] * len(free),
    }
    return _stats(claim, values, ["_"] * (begins // MEASURED))


def _stats(claim: str, values: dict[str, list[float]], unknown: list[str]) -> dict[str, list[str]]:
    labels = f'service="kubelet-volumes", instance="n1:10250", namespace="wellness", persistentvolumeclaim="{claim}"'
    return {
        f"kubelet_volume_stats_{what}{{{labels}}}": [*unknown, *(f"{value:.12g}" for value in samples)]
        for what, samples in values.items()
    }


def _of(claim: str) -> dict[str, str]:
    return {"namespace": "wellness", "persistentvolumeclaim": claim}


def _unmounted(claim: str, span: tuple[float, float, int]) -> dict[str, list[str]]:
    """A volume whose pod is gone then."""
    return {series: [*tokens, "stale"] for series, tokens in _volume(claim, span).items()}


FULL_IN_DAYS = Scenario(
    "1 MB a second, with four days left after four hours: known after 5.4 hours, it fires an hour later",
    [
        ScrapedSeries(
            _volume("full", (360.0005e9, 1e6, 24000), (336.0005e9, 0, 6000))
            | _unmounted("unmounted", (360e9, 1e6, 23220))
            | _volume("slow", (370600 * 0.9e6, 0.9e6, 24000), (346600 * 0.9e6, 0, 6000))
            | _volume("brief", (360e9, 1e6, 18960), begins=11040)
            | _volume("roomy", (500e9, 3e6, 24000), (428e9, 0, 6000))
        )
    ],
    lasts=29940,
    fires=[
        Fires(
            DAYS,
            by=23580,
            summary="kubelet-volumes (wellness/full): volume full in 3d 21h 27m 0s (< 4d)",
            labels=_of("full"),
            quiet_until=22950,
            over_by=29000,
        ),
        Fires(DAYS, by=23220, over_by=23220 + HELD + MEASURED, labels=_of("unmounted")),
    ],
    proves=[Proof.UNDER, Proof.START, Proof.MISSING],
    evaluated=MEASURED,
    step=MEASURED,
    service="kubelet-volumes",
)
NOT_SEEN = Scenario(
    "a block volume shows its size alone, and a driver that counts no files shows none",
    [
        ScrapedSeries(
            _stats("block", {what: [0.0] * 60 for what in ("available_bytes", "used_bytes")}, [])
            | _stats("block", {"capacity_bytes": [SIZE] * 60}, [])
            | _stats("no-inodes", {what: [0.0] * 60 for what in ("inodes", "inodes_free", "inodes_used")}, [])
            | _stats(
                "wrong-inodes", {"inodes": [1e6] * 60} | dict.fromkeys(("inodes_free", "inodes_used"), [0.0] * 60), []
            )
        )
    ],
    lasts=59 * MEASURED,
    quiet=["system.volume.space_low", "system.volume.nearly_full", "system.volume.inodes_low"],
    evaluated=MEASURED,
    step=MEASURED,
    service="kubelet-volumes",
)
_STATE = 'service="kube-state-metrics", namespace="wellness", persistentvolumeclaim="{}"'
_PHASE = "kube_persistentvolumeclaim_status_phase"


def _claim(name: str, phase: str, *pods: str) -> dict[str, list[str]]:
    labels = _STATE.format(name)
    mounted = [
        f'kube_pod_spec_volumes_persistentvolumeclaims_info{{{labels}, pod="{pod}", volume="v"}}' for pod in pods
    ]
    return {f'{_PHASE}{{{labels}, phase="{phase}"}}': ["1"] * 120} | {series: ["1"] * 120 for series in mounted}


CLAIMS = Scenario(
    "a claim is lost that two pods mount; another waits for its first pod, as its class wants it",
    [
        ScrapedSeries(
            _claim("lost", "Lost", "db-0", "db-1") | _claim("early", "Pending") | _claim("well", "Bound", "db-2")
        )
    ],
    lasts=1785,
    fires=[
        Fires(
            "system.volume.claim_pending",
            by=930,
            quiet_until=885,
            summary="kube-state-metrics (wellness/lost): 2 pods waiting for a volume (> 0)",
            labels=_of("lost"),
        )
    ],
    step=15,
    service="kube-state-metrics",
)

CASES = (FULL_IN_DAYS, NOT_SEEN, CLAIMS)
