"""What is promised of the volumes of pods: how full they are, how many files they hold, when they will be full.

Written by hand; nothing here is read from a rule, nor from a runbook, whose numbers are rendered from one.
"""

from __future__ import annotations

from collections.abc import Sequence

from vitals.verify.oracle.conditions import Above, both
from vitals.verify.oracle.lately import Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived
from vitals.verify.oracle.observations import Measure

PER_CLAIM = ("namespace", "persistentvolumeclaim")
CLAIM = {"namespace": "wellness", "persistentvolumeclaim": "data-wellness-db-0"}
OF_CLAIM = ", ".join(f'{label}="{value}"' for label, value in CLAIM.items())
VOLUME = f'service="kubelet-volumes", job="kubelet-volumes", instance="n1:10250", {OF_CLAIM}'
"""The labels of a volume as it is scraped."""
HELD = 240
"""Seconds that the last value counts: four scrapes of what the kubelet measures once a minute."""


def _stats(what: str) -> Measure:
    return Lately(f"kubelet_volume_stats_{what}", HELD, PER_CLAIM)


def _used(free: Measure, whole: Measure) -> Measure:
    return Derived(lambda left, all_of_it: 1 - left / all_of_it if all_of_it > 0 else None, (free, whole))


FREE = both(_stats("available_bytes"), Above(_stats("used_bytes"), 0))
"""What is free of a volume that files can be written to; a block volume never shows a byte used."""
SPACE = _used(FREE, _stats("capacity_bytes"))
INODES = _used(both(_stats("inodes_free"), Above(_stats("inodes_used"), 0)), _stats("inodes"))
FULL_BY, FILES_BY = (
    (
        gauge(f"kubelet_volume_stats_{free}{{{VOLUME}}}", lambda used: 1000 * (1 - used)),
        gauge(f"kubelet_volume_stats_{gone}{{{VOLUME}}}", lambda used: 1000 * used),
        gauge(f"kubelet_volume_stats_{whole}{{{VOLUME}}}", lambda _: 1000),
    )
    for free, gone, whole in (
        ("available_bytes", "used_bytes", "capacity_bytes"),
        ("inodes_free", "inodes_used", "inodes"),
    )
)
"""How the used share of the volume's bytes, or of its inodes, is scraped."""


def volume(claim: str, values: dict[str, list[float]], unknown: Sequence[str] = ()) -> dict[str, list[str]]:
    """What the kubelet exposes of the volume of a claim, by the ends of its names; first what is not known."""
    labels = f'service="kubelet-volumes", instance="n1:10250", namespace="wellness", persistentvolumeclaim="{claim}"'
    return {
        f"kubelet_volume_stats_{what}{{{labels}}}": [*unknown, *(f"{value:.12g}" for value in samples)]
        for what, samples in values.items()
    }
