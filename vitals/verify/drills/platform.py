"""The drills of what the platform stands on: the machine, and the monitoring itself."""

from vitals.local.stack.deadman import WATCHDOG
from vitals.local.stack.parts.alertmanager import ALERTMANAGER
from vitals.local.stack.parts.prometheus import PROMETHEUS
from vitals.model.conventions import Severity
from vitals.verify.drills.drill import EVERYTHING, Drill
from vitals.verify.drills.injections import PartRestarted, PartStopped
from vitals.verify.drills.machine import FullCpu, FullDisk

_NODE = "node"

PROMETHEUS_RESTART = Drill(
    name="prometheus-restart",
    family="prometheus",
    service=PROMETHEUS,
    description="Prometheus restarts",
    injection=PartRestarted(PROMETHEUS),
    touches=(EVERYTHING,),
    expected="silence",
    watched_s=60,
)

MACHINE = (
    Drill(
        name="system-cpu-full",
        family="system",
        service=_NODE,
        description="every CPU is busy, at the lowest priority",
        injection=FullCpu(),
        touches=(f"{_NODE}/cpu",),
        expected="notify",
        alert="MachineCpuHigh",
        severity=Severity.WARNING,
        panels=("system.cpu.busy",),
    ),
    Drill(
        name="system-disk-full",
        family="system",
        service=_NODE,
        description="a small filesystem of its own is full",
        injection=FullDisk(),
        lingers_s=60.0,  # the filesystem is unmounted, and machines are scraped every 15 s
        touches=(f"{_NODE}/disk",),
        expected="page",
        alert="DiskNearlyFull",
        severity=Severity.CRITICAL,
        panels=("system.disk.used",),
    ),
)

ALERTMANAGER_DOWN = Drill(
    name="alertmanager-down",
    family="alertmanager",
    service="vitals",
    description="Alertmanager gone, no notification sent",
    injection=PartStopped(ALERTMANAGER),
    touches=(EVERYTHING,),
    expected="alarm",
    alert=WATCHDOG,
    severity=Severity.NONE,
)
