"""Disks that fill up, in hours or in days, and levels without a number: nothing was tried, nothing is limited.

One scenario has several disks, each with a past of its own that its mount point names.
"""

from __future__ import annotations

from tests.alert_rules.samples import ScrapedSeries
from tests.alert_rules.scenario import Fires, Proof, Scenario
from vitals.verify.oracle.alert_case import EVALUATED as STEP

M = 'service="node", job="node", instance="m1:9100"'
POD = 'namespace="wellness", pod="api-1", container="app"'
REQUESTS = "stackdriver_firestore_googleapis_com_database_firestore_googleapis_com_api_request_count"
HOURS, DAYS = "system.disk.full_in_hours", "system.disk.full_in_days"
HELD = 45
"""For so many seconds the last sample of what is gone still counts at an evaluation: a window of four scrapes."""


def _disk(mountpoint: str, *spans: tuple[float, float, int], begins: int = 0) -> dict[str, list[str]]:
    """A disk of 1000 GB.

    Args:
        mountpoint: Its mount point.
        spans: Free bytes at the start, bytes written per second, seconds.
        begins: The second from which on it is known.
    """
    labels = f'{M}, device="/dev/sda", device_error="", fstype="ext4", mountpoint="{mountpoint}"'
    free = [start - speed * STEP * n for start, speed, seconds in spans for n in range(seconds // STEP)]
    unknown = ["_"] * (begins // STEP)
    return {
        f"node_filesystem_avail_bytes{{{labels}}}": [*unknown, *(f"{value:.12g}" for value in free)],
        f"node_filesystem_size_bytes{{{labels}}}": [*unknown, *["1000e9"] * len(free)],
        f"node_filesystem_readonly{{{labels}}}": [*unknown, *["0"] * len(free)],
    }


def _fires(alert: str, by: int, words: str, **times: int) -> Fires:
    return Fires(
        alert,
        by=by,
        summary=f"node (m1:9100, /full): disk full in {words}",
        labels={"instance": "m1:9100", "mountpoint": "/full"},
        quiet_until=times.get("quiet_until", 0),
        over_by=times.get("over_by"),
    )


def _unmounted(mountpoint: str, span: tuple[float, float, int]) -> dict[str, list[str]]:
    """A disk that is gone then."""
    return {series: [*tokens, "stale"] for series, tokens in _disk(mountpoint, span).items()}


def _ends(alert: str, by: int, over_by: int) -> Fires:
    return Fires(alert, by=by, over_by=over_by, labels={"instance": "m1:9100", "mountpoint": "/unmounted"})


FULL_IN_HOURS = Scenario(
    "12 MB a second: four hours are left after 6433 s, it fires 15 minutes later, and ends when writing stops",
    [
        ScrapedSeries(
            _disk("/full", (250e9, 12e6, 9000), (142e9, 0, 4000))
            | _unmounted("/unmounted", (250e9, 12e6, 7320))
            | _disk("/slow", (20400 * 8e6, 8e6, 5700), (163.2e9, 0, 7300))
            | _disk("/young", (150e9, 20e6, 4200), begins=8505)
            | _disk("/roomy", (500e9, 50e6, 6000), (500e9, 0, 7000))
            | _disk("/emptied", (100e9, -5e6, 13000))
        )
    ],
    lasts=12990,
    fires=[
        _fires(HOURS, 7380, "3h 44m 13s (< 4h)", quiet_until=7300, over_by=11400),
        _ends(HOURS, 7350, 7305 + HELD),
        Fires(HOURS, by=8505 + 4200, quiet_until=8505 + 4080, labels={"instance": "m1:9100", "mountpoint": "/young"}),
    ],
    proves=[Proof.UNDER, Proof.START, Proof.MISSING],
    quiet=[DAYS],
    step=STEP,
    service="node",
)
FULL_IN_DAYS = Scenario(
    "1.2 MB a second: known after 5.4 hours, it fires an hour later",
    [
        ScrapedSeries(
            _disk("/full", (320e9, 1.2e6, 24000), (291.2e9, 0, 6000))
            | _unmounted("/unmounted", (320e9, 1.2e6, 23100))
            | _disk("/slow", (285000 * 1.1e6, 1.1e6, 24000), (285000 * 1.1e6 - 24000 * 1.1e6, 0, 6000))
            | _disk("/brief", (100e9, 1.2e6, 19000), begins=11000)
        )
    ],
    lasts=29970,
    fires=[
        _fires(DAYS, 23160, "2d 19h 38m 26s (< 3d)", quiet_until=22950, over_by=29000),
        _ends(DAYS, 23085, 23085 + HELD),
    ],
    proves=[Proof.UNDER, Proof.START, Proof.MISSING],
    step=STEP,
    service="node",
)
READ_ONLY = Scenario(
    "a filesystem that is full and was always read-only does not fire",
    [
        ScrapedSeries(
            {
                series: ["0" if "avail" in series else "1" if "readonly" in series else "1000"] * 200
                for series in _disk("/image", (0, 0, STEP))
            }
        )
    ],
    lasts=2900,
    quiet=["system.disk.space_low", "system.disk.nearly_full", "system.disk.read_only"],
    step=STEP,
    service="node",
)


def _idle(alert: str, service: str, values: dict[str, str]) -> Scenario:
    return Scenario(
        f"a share of nothing is not a number: {alert}",
        [
            ScrapedSeries(
                {f'{name}{{service="{service}", {rest}': [value] * 120 for (name, _, rest), value in _named(values)}
            )
        ],
        lasts=1780,
        quiet=[alert],
        proves=[Proof.FEW],
        step=STEP,
        service=service,
    )


def _named(values: dict[str, str]) -> list[tuple[tuple[str, str, str], str]]:
    return [(series.partition("{"), value) for series, value in values.items()]


IDLE = (
    _idle(
        "meta.notifications.failing",
        "alertmanager",
        {
            'alertmanager_notifications_failed_total{integration="slack", reason="r"}': "0",
            'alertmanager_notifications_total{integration="slack"}': "0",
        },
    ),
    _idle(
        "meta.traces.lost_many",
        "collector",
        {'otelcol_exporter_send_failed_spans{exporter="g"}': "0", 'otelcol_receiver_accepted_spans{receiver="o"}': "0"},
    ),
    _idle(
        "system.firestore.failing_high",
        "stackdriver",
        {f'{REQUESTS}{{database_id="wellness", response_code="UNAVAILABLE"}}': "0"},
    ),
    _idle(
        "system.redis.memory_high",
        "redis",
        {'redis_memory_max_bytes{instance="r1"}': "0", 'redis_memory_used_bytes{instance="r1"}': "1e9"},
    ),
    _idle(
        "system.container.memory_high",
        "kubelet",
        {
            f"container_memory_working_set_bytes{{{POD}}}": "1e9",
            f"container_spec_memory_limit_bytes{{{POD}}}": "0",
        },
    ),
)

A_DAY = Scenario(
    "a filesystem turned read-only, and after a day it is meant to be",
    [
        ScrapedSeries(
            {
                series: ["0"] * 60 + ["1"] * 1560
                if "readonly" in series
                else ["1e9"] * 1620
                if "readonly" not in series
                else ["0"] * 60 + ["1"] * 1560
                for series in _disk("/", (0, 0, STEP))
            }
        )
    ],
    lasts=1619 * 60,
    fires=[Fires("system.disk.read_only", by=4200, quiet_until=3540, over_by=25 * 3600 + 300)],
    evaluated=300,
    step=60,
    service="node",
)

CASES = (FULL_IN_HOURS, FULL_IN_DAYS, READ_ONLY, A_DAY, *IDLE)
