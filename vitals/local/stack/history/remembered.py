"""Which series a synthetic past consists of: the recorded ones that rules read over an hour or more.

A series is filled only when the catalogue names all of its labels' values. What a machine alone knows (its disks, say)
has no invented past: a forecast from it would wake somebody for a disk that was never there.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from vitals.errors import VitalsError
from vitals.local.stack.rendered_model import RecordEntry
from vitals.local.stack.rendered_rules import Rule, readings, slot, trailing_mean

LONG_S = 3600.0
"""From this reach on a window is long: a stack that has just been started cannot fill it."""
MOST_SERIES = 600


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class _Named(_Part):
    name: str


class Promise(_Part):
    """One objective of a service, such as ``99.9%``."""

    kind: str
    objective: str

    @property
    def budget(self) -> float:
        """The share of requests that may be bad."""
        return 1 - float(self.objective.removesuffix("%")) / 100


class ServiceEntry(_Part):
    """What ``model.json`` names of a service."""

    name: str
    slos: tuple[Promise, ...]
    stores: tuple[_Named, ...]
    caches: tuple[_Named, ...]
    queues: tuple[_Named, ...]

    def values(self, label: str) -> tuple[str, ...]:
        """The values that a label of its series has; none for a label that the catalogue does not fix."""
        named = {"database": self.stores, "cache": self.caches, "queue": self.queues}
        return tuple(one.name for one in named.get(label, ()))


class _Services(_Part):
    services: tuple[ServiceEntry, ...]


@dataclass(frozen=True)
class Remembered:
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


def load_services(rendered: Path) -> dict[str, ServiceEntry]:
    """Read the services of a rendered environment, by name.

    Raises:
        VitalsError: ``model.json`` is missing or from another version.
    """
    path = rendered / "model.json"
    try:
        found = _Services.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise VitalsError(
            f"{path} does not say which services there are, so their past cannot be made ({error}). Nothing was "
            f"started. Run `vitals render --env {rendered.name}` and start again."
        ) from error
    return {service.name: service for service in found.services}


def far_read(rules: Sequence[Rule]) -> set[str]:
    """Return every name that some rule reads ``LONG_S`` seconds back or more."""
    return {one.name for rule in rules for one in readings(rule.expr) if one.reach_s >= LONG_S}


def rests_on_past(rules: Sequence[Rule]) -> Callable[[str], bool]:
    """Return what tells of a query whether an hour or more of data goes into it, directly or through records."""
    names: set[str] = set()

    def rests(query: str) -> bool:
        return any(one.reach_s >= LONG_S or one.name in names for one in readings(query))

    while more := {rule.name for rule in rules if rule.records and rule.name not in names and rests(rule.expr)}:
        names |= more
    return rests


def remembered(
    rules: Sequence[Rule], records: Sequence[RecordEntry], services: Mapping[str, ServiceEntry]
) -> list[Remembered]:
    """Return every series that is to be filled, originals before the means of them.

    Raises:
        VitalsError: They are more than ``MOST_SERIES``.
    """
    means = {rule.name: mean for rule in rules if rule.records and (mean := trailing_mean(rule.expr))}
    rare = {rule.name: pace for rule in rules if rule.records and (pace := slot(rule.expr))}
    wanted = far_read(rules)
    wanted |= {name for name, (base, _) in means.items() if base in wanted}
    no_mean: tuple[str | None, float] = (None, 0.0)
    found = [
        Remembered(record.name, labels, mean_of, mean_s, rare.get(record.name, 0.0))
        for record in records
        if record.name in wanted
        for mean_of, mean_s in (means.get(record.name, no_mean),)
        for labels in _labels(record, services)
    ]
    if len(found) > MOST_SERIES:
        raise VitalsError(
            f"The rules read {len(found)} series over an hour or more, and a synthetic past is made of at most "
            f"{MOST_SERIES}; more would take minutes. Nothing was started. Start without --history."
        )
    return sorted(found, key=lambda one: (one.mean_of is not None, one.name, sorted(one.labels.items())))


def _labels(record: RecordEntry, services: Mapping[str, ServiceEntry]) -> list[dict[str, str]]:
    """Every combination of labels of a record; none if the catalogue does not name them all."""
    service = services.get(record.labels["service"])
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
