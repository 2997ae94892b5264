"""VolumeFullInDays: a volume will be full within four days, as fast as it filled in the last six hours.

One scenario has several volumes, each with a past of its own that its claim names.
"""

from __future__ import annotations

from tests.oracle.of_disks import time_left
from tests.oracle.of_volumes import CLAIM, FREE, HELD, PER_CLAIM, SPACE, volume
from tests.oracle.samples import ScrapedSeries
from tests.oracle.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.conditions import Above, Below, Statement, both
from vitals.verify.oracle.measures import HOUR

MEASURED = 60
"""Seconds between two samples: so often a kubelet measures its volumes."""
SIZE = 1000e9
DAYS = "system.volume.full_in_days"
SPECS = {
    (DAYS, "kubelet-volumes"): Statement(
        "VolumeFullInDays",
        "warning",
        both(Below(time_left(FREE, 6 * HOUR), 96 * HOUR), Above(SPACE, 0.6)),
        HOUR,
        PER_CLAIM,
    ),
}


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
    return volume(claim, values, ["_"] * (begins // MEASURED))


def _unmounted(claim: str, span: tuple[float, float, int]) -> dict[str, list[str]]:
    """A volume whose pod is gone then."""
    return {series: [*tokens, "stale"] for series, tokens in _volume(claim, span).items()}


FULL_SOON = Scenario(
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
            labels=CLAIM | {"persistentvolumeclaim": "full"},
            quiet_until=22950,
            over_by=29000,
        ),
        Fires(DAYS, by=23220, over_by=23220 + HELD + MEASURED, labels=CLAIM | {"persistentvolumeclaim": "unmounted"}),
    ],
    proves=[Proof.UNDER, Proof.START, Proof.MISSING],
    evaluated=MEASURED,
    step=MEASURED,
    service="kubelet-volumes",
)
SCENARIOS = (FULL_SOON,)
