"""Which series a synthetic past consists of: the recorded ones that rules read over an hour or more.

A series is filled only when the catalogue names all of its labels' values. What a machine alone knows (its disks, say)
has no invented past: a forecast from it would page for a disk that was never there.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product

from vitals.errors import VitalsError
from vitals.local.stack.rendered_rules import RenderedRule, readings, slot, trailing_mean
from vitals.model.conventions import SERVICE
from vitals.rendered import RecordEntry, ServiceEntry

LONG_S = 3600.0
"""From this reach on a window is long: a stack that has just been started cannot fill it."""
MOST_SERIES = 600


@dataclass(frozen=True)
class HistorySeries:
    """One series of the past.

    Attributes:
        name: Recorded name.
        labels: All its labels.
        mean_of: The recorded name of which it is the mean over ``mean_s`` seconds, or None.
        mean_s: That window in seconds; 0 without one.
        pace_s: Seconds between two of its samples where it is recorded more rarely than every minute; else 0.
    """

    name: str
    labels: Mapping[str, str]
    mean_of: str | None = None
    mean_s: float = 0.0
    pace_s: float = 0.0


def far_read(rules: Sequence[RenderedRule]) -> set[str]:
    """Return every name of which some rule needs what is ``LONG_S`` seconds old or more."""
    return {one.name for rule in rules for one in readings(rule.expr) if one.needs_s >= LONG_S}


def rests_on_past(rules: Sequence[RenderedRule]) -> Callable[[str], bool]:
    """Return what says of a query whether an hour or more of data goes into it, directly or through records."""
    names: set[str] = set()

    def rests(query: str) -> bool:
        return any(one.needs_s >= LONG_S or one.name in names for one in readings(query))

    while more := {rule.name for rule in rules if rule.records and rule.name not in names and rests(rule.expr)}:
        names |= more
    return rests


def history_series(
    rules: Sequence[RenderedRule], records: Sequence[RecordEntry], services: Sequence[ServiceEntry]
) -> list[HistorySeries]:
    """Return every series that is to be filled, originals before the means of them.

    Raises:
        VitalsError: They are more than ``MOST_SERIES``.
    """
    by_name = {service.name: service for service in services}
    means = {rule.name: mean for rule in rules if rule.records and (mean := trailing_mean(rule.expr))}
    rare = {rule.name: pace for rule in rules if rule.records and (pace := slot(rule.expr))}
    wanted = far_read(rules)
    wanted |= {name for name, (base, _) in means.items() if base in wanted}
    no_mean: tuple[str | None, float] = (None, 0.0)
    found = [
        HistorySeries(record.name, labels, mean_of, mean_s, rare.get(record.name, 0.0))
        for record in records
        if record.name in wanted
        for mean_of, mean_s in (means.get(record.name, no_mean),)
        for labels in _labels(record, by_name)
    ]
    if len(found) > MOST_SERIES:
        raise VitalsError(
            f"The rules read {len(found)} series over an hour or more, and a synthetic past is made of at most "
            f"{MOST_SERIES}; more would take minutes. Nothing was started. Start without --history."
        )
    return sorted(found, key=lambda one: (one.mean_of is not None, one.name, sorted(one.labels.items())))


def _labels(record: RecordEntry, services: Mapping[str, ServiceEntry]) -> list[dict[str, str]]:
    """Every combination of labels of a record; none if the catalogue does not name them all."""
    service = services.get(record.labels[SERVICE])
    if service is None:
        return []
    open_labels = _open(record.name, record.labels)
    return [
        {**record.labels, **dict(zip(open_labels, values, strict=True))}
        for values in product(*(service.values(label) for label in open_labels))
    ]


def _open(name: str, fixed: Collection[str]) -> list[str]:
    """The labels that a recorded name's level promises beyond the fixed ones: ``service_queue:...`` has ``queue``."""
    return [label for label in name.partition(":")[0].split("_") if label not in fixed]
