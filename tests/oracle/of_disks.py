"""What is promised of disks: how full they are, when they will be full, and whether they can be written.

Written by hand; nothing here is read from a rule, nor from a runbook, whose numbers are rendered from one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from vitals.verify.oracle.alert_case import EVALUATED
from vitals.verify.oracle.conditions import Above, Below, Statement, both, gap_of
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived, KnownFor, SlopeOfKept
from vitals.verify.oracle.observations import Group, Measure, Observations

PER_DISK = ("instance", "mountpoint")
_DEVICE = 'service="node", job="node", instance="m1:9100", device="/dev/sda", device_error="", fstype="ext4"'
DISK = f'{_DEVICE}, mountpoint="/"'
"""The labels of a disk as it is scraped."""
HELD = 45
"""For so many seconds the last sample of what is gone still counts at an evaluation: a window of four scrapes."""


@dataclass(frozen=True, slots=True)
class Writable:
    """A number of the filesystems that can be written."""

    number: Measure

    def at(self, world: Observations, instant: int) -> Mapping[Group, float]:
        """The number of those that can."""
        read_only = READ_ONLY.at(world, instant)
        return {group: value for group, value in self.number.at(world, instant).items() if read_only.get(group) == 0}


READ_ONLY = Lately("node_filesystem_readonly", EXPORTER, PER_DISK)
FREE = Writable(Lately("node_filesystem_avail_bytes", EXPORTER, PER_DISK))
SPACE = Derived(
    lambda free, whole: 1 - free / whole if whole > 0 else None,
    (FREE, Lately("node_filesystem_size_bytes", EXPORTER, PER_DISK)),
)
FULL_BY = (
    gauge(f"node_filesystem_avail_bytes{{{DISK}}}", lambda used: 1000 * (1 - used)),
    gauge(f"node_filesystem_size_bytes{{{DISK}}}", lambda _: 1000),
    gauge(f"node_filesystem_readonly{{{DISK}}}", lambda _: 0),
)
"""How the used share of the disk is scraped."""


def full_within(name: str, severity: str, *, over: int, within: int, used: float, for_: int) -> Statement:
    """A disk that will be full within so many seconds, if it goes on as over a window, and is used so far."""
    soon = both(Below(time_left(FREE, over), within), Above(SPACE, used))
    return Statement(name, severity, soon, for_, PER_DISK, gap=gap_of(EVALUATED) if severity == "critical" else None)


def time_left(free: Measure, over: int) -> Measure:
    """Seconds until what is free is used up, if it goes on as over a window whose begin is known, nine tenths back."""
    left = Derived(lambda free, by: -free / by if by < 0 else None, (free, SlopeOfKept(free, over)))
    return both(left, Above(KnownFor(free, over), 0.9 * over, or_at=True))


def disk(mountpoint: str, *spans: tuple[float, float, int], begins: int = 0) -> dict[str, list[str]]:
    """A disk of 1000 GB.

    Args:
        mountpoint: Its mount point.
        spans: Free bytes at the start, bytes written per second, seconds.
        begins: The second from which on it is known.
    """
    labels = f'{_DEVICE}, mountpoint="{mountpoint}"'
    free = [start - speed * EVALUATED * n for start, speed, seconds in spans for n in range(seconds // EVALUATED)]
    unknown = ["_"] * (begins // EVALUATED)
    return {
        f"node_filesystem_avail_bytes{{{labels}}}": [*unknown, *(f"{value:.12g}" for value in free)],
        f"node_filesystem_size_bytes{{{labels}}}": [*unknown, *["1000e9"] * len(free)],
        f"node_filesystem_readonly{{{labels}}}": [*unknown, *["0"] * len(free)],
    }


def unmounted(span: tuple[float, float, int]) -> dict[str, list[str]]:
    """A disk that is gone after a span."""
    return {series: [*tokens, "stale"] for series, tokens in disk("/unmounted", span).items()}


def disk_labels(mountpoint: str) -> dict[str, str]:
    """The labels by which a disk is distinguished."""
    return {"instance": "m1:9100", "mountpoint": mountpoint}
