"""Every drill that there is, one visible list."""

from collections.abc import Sequence

from vitals.errors import VitalsError
from vitals.stack.drills.api import API_DRILLS
from vitals.stack.drills.drill import Drill

DRILLS: tuple[Drill, ...] = (*API_DRILLS,)


def choose(names: Sequence[str]) -> list[Drill]:
    """Return the drills of these names, in the order given.

    Raises:
        VitalsError: There is no such drill; the message lists those there are.
    """
    by_name = {drill.name: drill for drill in DRILLS}
    for name in names:
        if name not in by_name:
            raise VitalsError(
                f"There is no drill called {name!r}, so nothing was done. Choose from: {', '.join(by_name)}."
            )
    return [by_name[name] for name in names]
