"""What is recorded over hours, days and a month, counted from numbers that are recorded themselves."""

from __future__ import annotations

from collections.abc import Mapping

from tests.oracle.of_disks import time_left
from tests.oracle.of_long_records import API, BUDGETS, HOURS, WORKER, of_slo
from tests.oracle.of_trends import DAY
from tests.oracle.of_volumes import PER_CLAIM
from tests.oracle.recorded_values import RecordedValue
from vitals.verify.oracle.burn_rates import SloCounts, burn_rate, known
from vitals.verify.oracle.hours import MeanOfHour
from vitals.verify.oracle.measures import HOUR, Derived, Now
from vitals.verify.oracle.observations import Group

WINDOWS = {"5m": 300, "30m": 1800, "1h": HOUR, "2h": 2 * HOUR, "6h": 6 * HOUR, "1d": DAY, "3d": 3 * DAY}
"""Windows of burn rates, seconds."""
AVAILABLE = "instance_mountpoint:node_filesystem_avail_bytes:max"
_DISK = ("instance", "mountpoint")
_FREE = Now(AVAILABLE, _DISK)
LEFT = {
    f"instance_mountpoint:node_filesystem_time_left_seconds:deriv{over // HOUR}h": RecordedValue(
        _DISK, time_left(_FREE, over)
    )
    for over in (HOUR, 6 * HOUR)
}
"""How long a disk still has room, by record."""
FREE_OF_VOLUMES = "persistentvolumeclaim:kubelet_volume_available_bytes:max"
LEFT_OF_VOLUMES = {
    "persistentvolumeclaim:kubelet_volume_time_left_seconds:deriv6h": RecordedValue(
        PER_CLAIM, time_left(Now(FREE_OF_VOLUMES, PER_CLAIM), 6 * HOUR)
    )
}
"""The same of a volume."""


def burn_rates(least: int = 0, most: int = 60 * DAY) -> dict[str, RecordedValue]:
    """How fast budgets are spent, and what is left of a month's, for windows from the least to below the most."""
    found = {}
    for slo, budget in BUDGETS.items():
        bad, every = (of_slo(f"service_slo:{what}:rate1m", slo) for what in ("bad_events", "events"))
        bad_slots, every_slots = (of_slo(f"service_slo:{what}:mean5m", slo) for what in ("bad_events", "events"))
        of = SloCounts(bad, every, bad_slots, every_slots, budget)
        fixed = (("slo", slo),)
        for name, window in WINDOWS.items():
            if least <= window < most:
                found[f"service_slo:burn_rate:{name}|{slo}"] = RecordedValue((), burn_rate(of, window), fixed)
            if least <= window < min(most, DAY):
                found[f"service_slo:events_known:ratio{name}|{slo}"] = RecordedValue((), known(of, window), fixed)
        if least <= 30 * DAY < most:
            left = Derived(lambda burnt: 1 - burnt, (burn_rate(of, 30 * DAY),))
            found[f"service_slo:error_budget_left:ratio30d|{slo}"] = RecordedValue((), left, fixed)
    return found


def _hours(service: str) -> tuple[Mapping[str, Group], Mapping[str, RecordedValue]]:
    records = {record: per for (_, whose), (record, per, *_) in HOURS.items() if whose == service}
    return records, {f"{record}_mean1h": RecordedValue(per, MeanOfHour(record, per)) for record, per in records.items()}


HOURS_OF = {service: _hours(service) for service in (API, WORKER)}
"""By service the records of which an hour has a mean, and those means."""
