"""The spec of alerts, in terms of recorded numbers: when those are at, above or below a bound.

:mod:`tests.oracle.specs` reads raw samples, from which a number never comes out exactly as a bound, nor two queues
fill apart from each other as one likes. Here numbers are preset as they would be recorded. Names, severities, waiting
and labels are those of the one spec of each alert.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from tests.oracle.declared import CASES, Alert
from tests.oracle.jobs import TIMED
from tests.oracle.of_trends import FIVE_MINUTES
from tests.oracle.recorded_values import Only, RecordedValue
from tests.oracle.specs import SPECS
from vitals.verify.oracle.conditions import Above, All, Below, Condition, Equals, Statement, both
from vitals.verify.oracle.measures import Derived, Now
from vitals.verify.oracle.observations import Group

LIMITED: Mapping[str, Group] = {"database.connections.high": ("wellness",), "tasks.queue.high": ("reports",)}
"""Alerts of shares of a limit, and the database or queue to which the catalogue gives it."""


class RecordedBound(NamedTuple):
    """A recorded number and what it is compared with.

    Attributes:
        record: Its name.
        how: One of ``>``, ``<`` and ``==``.
        value: The bound.
        times: What the number is multiplied by before.
    """

    record: str
    how: str
    value: float
    times: float = 1

    def condition(self, per: Group) -> Condition:
        """When it is true of a group."""
        number = Derived(self._scaled, (Now(self.record, per),))
        if self.how == "==":
            return Equals(number, self.value)
        return (Above if self.how == ">" else Below)(number, self.value)

    def _scaled(self, number: float) -> float:
        return number * self.times

    def values(self) -> tuple[float, ...]:
        """The bound itself, and a little to both sides: nearer than what is easily confused with it."""
        if self.how == "==":
            return 0, 1
        if not self.value:
            return 0, 0, 0.5, 2
        shares = (0.9, 1, 1.1, 1.1) if self.how == ">" else (0.9, 0.9, 1, 1.1)
        return tuple(share * self.value / self.times for share in shares)


@dataclass(frozen=True, slots=True)
class Recorded:
    """What alerts of one service say of recorded numbers.

    Attributes:
        service: The service or exporter.
        bounds: By alert; all of an alert are true of the same group.
    """

    service: str
    bounds: Mapping[str, Sequence[RecordedBound]]

    def statements(self) -> dict[Alert, Statement]:
        """The specs with these conditions."""
        found = {}
        for alert, bounds in self.bounds.items():
            spec = SPECS[alert, self.service]
            condition = both(*(bound.condition(spec.per) for bound in bounds))
            found[alert, self.service] = replace(spec, condition=condition)
        return found

    def shown(self) -> dict[str, RecordedValue]:
        """How the numbers are counted from raw samples, of alerts whose spec is one comparison."""
        found = {}
        for alert, bounds in self.bounds.items():
            spec = SPECS[alert, self.service]
            if len(bounds) == 1 and isinstance(spec.condition, Above | Below | Equals):
                number = spec.condition.number
                limited = Only(number, LIMITED[alert]) if alert in LIMITED else number
                found[bounds[0].record] = RecordedValue(spec.per, limited)
        return found

    def values(self) -> dict[str, tuple[Group, tuple[float, ...]]]:
        """For each record the labels that distinguish its series, and the values that matter to some alert."""
        found: dict[str, tuple[Group, tuple[float, ...]]] = {}
        for alert, bounds in self.bounds.items():
            for bound in bounds:
                _, others = found.get(bound.record, ((), ()))
                found[bound.record] = SPECS[alert, self.service].per, (*others, *bound.values())
        return found


def _busy(record: str, more_than: int) -> RecordedBound:
    return RecordedBound(record, ">", more_than, FIVE_MINUTES)


_SCRAPES: Mapping[str, Sequence[RecordedBound]] = {
    "meta.scrape.missed_high": (RecordedBound("service:scrapes_missed:ratio5m", ">", 0.2),)
}
_SPACE = "instance_mountpoint:node_filesystem_used:ratio"
_LEFT = "instance_mountpoint:node_filesystem_time_left_seconds"
_FULL_SOON: Mapping[str, Sequence[RecordedBound]] = {
    "system.disk.full_in_hours": (
        RecordedBound(f"{_LEFT}:deriv1h", "<", 4 * 3600),
        RecordedBound(_SPACE, ">", 0.8),
    ),
    "system.disk.full_in_days": (
        RecordedBound(f"{_LEFT}:deriv6h", "<", 72 * 3600),
        RecordedBound(_SPACE, ">", 0.6),
    ),
}

_VOLUME = "persistentvolumeclaim:kubelet_volume"
_VOLUME_FULL_SOON: Mapping[str, Sequence[RecordedBound]] = {
    "system.volume.full_in_days": (
        RecordedBound(f"{_VOLUME}_time_left_seconds:deriv6h", "<", 96 * 3600),
        RecordedBound(f"{_VOLUME}_used:ratio", ">", 0.6),
    ),
}

_FAMILIES = (
    *(Recorded(job, {**_SCRAPES, **(_FULL_SOON if job == "node" else {})}) for job in TIMED),
    Recorded("kubelet-volumes", _VOLUME_FULL_SOON),
)
_HOW = {Above: ">", Below: "<", Equals: "=="}


def _declared() -> dict[str, dict[str, Sequence[RecordedBound]]]:
    """The bounds of alerts that have a file of their own, by service."""
    found: dict[str, dict[str, Sequence[RecordedBound]]] = {}
    for case in CASES:
        if case.record:
            first = case.condition.conditions[0] if isinstance(case.condition, All) else case.condition
            assert isinstance(first, Above | Below | Equals), f"{case.id} does not compare {case.record} with one bound"
            value = first.value if isinstance(first, Equals) else first.bound
            enough = (_busy(case.events, case.more_than),) if case.events else ()
            found.setdefault(case.service, {})[case.id] = (
                RecordedBound(case.record, _HOW[type(first)], value),
                *enough,
            )
    return found


_OF_FILES = _declared()
RECORDED = (
    *(replace(one, bounds={**one.bounds, **_OF_FILES.pop(one.service, {})}) for one in _FAMILIES),
    *(Recorded(service, bounds) for service, bounds in _OF_FILES.items()),
)
"""Every alert that compares what is recorded with bounds, and does nothing else."""
