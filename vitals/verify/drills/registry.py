"""Every drill that there is, one visible list, and which of them can run side by side.

An anomaly is said once a day, and any fault may be one, so its drill comes first. The quiet ones follow, so that no
aftermath of a fault is mistaken for a page. An outage comes after the errors, because the burn alert holds back for
minutes after one. What takes notifications away comes last.
"""

from collections.abc import Sequence

from vitals.errors import VitalsError, did_you_mean
from vitals.verify.drills import api, data, platform, tasks
from vitals.verify.drills.drill import Drill

DRILLS: tuple[Drill, ...] = (
    api.ANOMALY,
    *api.QUIET,
    platform.PROMETHEUS_RESTART,
    *api.DEGRADED,
    *data.DRILLS,
    *tasks.DRILLS,
    *platform.MACHINE,
    *api.ARRIVAL,
    *api.OUTAGES,
    platform.ALERTMANAGER_DOWN,
)


def choose(names: Sequence[str]) -> list[Drill]:
    """Return the drills of these names, each once, in the order in which one does not disturb the next.

    Raises:
        VitalsError: There is no such drill; the message lists those there are.
    """
    by_name = {drill.name: drill for drill in DRILLS}
    for name in names:
        if name not in by_name:
            meant = did_you_mean(name, by_name)
            raise VitalsError(
                f"There is no drill called {name!r}, so nothing was done.{meant and f' {meant}'} "
                f"Choose from: {', '.join(by_name)}."
            )
    return [drill for drill in DRILLS if drill.name in names]


def clash(one: Drill, other: Drill) -> bool:
    """Whether two drills touch the same thing, so that neither would prove anything beside the other."""
    return any(_overlap(mine, theirs) for mine in one.touches for theirs in other.touches)


def side_by_side(drills: Sequence[Drill]) -> list[list[Drill]]:
    """Put drills into groups that can run at the same time, each as early as its order and the others allow.

    Args:
        drills: In the order in which they should run.

    Returns:
        The groups in order; no two drills of one clash.
    """
    groups: list[list[Drill]] = []
    for drill in drills:
        earliest = max(
            (place + 1 for place, group in enumerate(groups) if any(clash(drill, other) for other in group)), default=0
        )
        if earliest == len(groups):
            groups.append([])
        groups[earliest].append(drill)
    return groups


def _overlap(one: str, other: str) -> bool:
    """Whether one path is the other, or lies below it; the empty one is above all."""
    shorter, longer = sorted((one, other), key=len)
    return shorter in {"", longer} or longer.startswith(f"{shorter}/")
