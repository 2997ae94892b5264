"""OpenFilesNearLimit: for ten minutes a program has more than four fifths of its file descriptors open."""

from __future__ import annotations

from vitals.verify.oracle.alert_case import AlertCase
from vitals.verify.oracle.conditions import Above
from vitals.verify.oracle.lately import EXPORTER, Lately
from vitals.verify.oracle.levels import gauge
from vitals.verify.oracle.measures import Derived

OPEN, MOST = (f"process_{what}_fds" for what in ("open", "max"))
PER = ("job", "instance")
USED = Derived(
    lambda used, most: used / most if most > 0 else None,
    (Lately(OPEN, EXPORTER, PER), Lately(MOST, EXPORTER, PER)),
)


def _case(program: str) -> AlertCase:
    of = f'service="{program}", job="{program}", instance="t1"'
    return AlertCase(
        id="mixins.process.OpenFilesNearLimit",
        name="OpenFilesNearLimit",
        severity="warning",
        service=program,
        condition=Above(USED, 0.8),
        for_=600,
        scraped=(gauge(f"{OPEN}{{{of}}}"), gauge(f"{MOST}{{{of}}}", lambda _: 1)),
        low=0.5,
        under=0.8,
        high=0.9,
        holds=900,
        summary=f"{program} (t1): 90% of file descriptors open (> 80%)",
        labels={"job": program, "instance": "t1"},
    )


CASES = (_case("prometheus"), _case("alertmanager"), _case("node"))
