"""The machines: whatever is finite and nearly used up, with time left to act where there is any.

Bounds are shares, so one bound serves machines of all sizes. A busy CPU harms nobody by itself, so only its
mean over minutes warns; a disk that is full stops whatever writes to it at once, so it pages.
"""

from __future__ import annotations

from vitals.kit.alerts.alert import Alert, Bound, Severity, whose
from vitals.kit.alerts.threshold import Threshold
from vitals.model.catalog import Environment, Service
from vitals.model.promql import over_time
from vitals.model.signals import system

WAS_WRITABLE_WITHIN = "1d"
"""A filesystem that was read-only all this time is meant to be."""

machine_cpu_high = Threshold(
    id="system.cpu.high",
    name="MachineCpuHigh",
    signal=system.CPU,
    above="90%",
    lasting="1m",
    severity=Severity.WARNING,
    means="The machine has hardly any CPU left; everything on it becomes slow.",
    do="See which process uses it, and whether it should run there.",
)

machine_memory_high = Threshold(
    id="system.memory.high",
    name="MachineMemoryHigh",
    signal=system.MEMORY,
    above="90%",
    lasting="5m",
    severity=Severity.WARNING,
    means="The machine has hardly any memory left; the kernel will soon kill a process to get some.",
    do="Find the process that grew, and restart or move it before the kernel chooses.",
)

machine_out_of_memory = Threshold(
    id="system.memory.oom",
    name="MachineOutOfMemory",
    signal=system.OOM_KILLS,
    above="0",
    lasting="0s",
    severity=Severity.WARNING,
    means="The kernel has killed a process because memory, or a container's limit, ran out.",
    do="Read the kernel's log for the name of the process; see whether it leaks or its limit is too low.",
)

disk_space_low = Threshold(
    id="system.disk.space_low",
    name="DiskSpaceLow",
    signal=system.SPACE_USED,
    above="90%",
    lasting="5m",
    severity=Severity.WARNING,
    means="Little can still be written to this filesystem.",
    do="Find what grew; clean up or enlarge it in working hours.",
)

disk_nearly_full = Threshold(
    id="system.disk.nearly_full",
    name="DiskNearlyFull",
    signal=system.SPACE_USED,
    above="97%",
    lasting="1m",
    severity=Severity.CRITICAL,
    means="The filesystem is about to refuse writes; databases, logs and Prometheus itself stop then.",
    do="Free space now; old logs and temporary files first, never files that are in use.",
)

disk_saturated = Threshold(
    id="system.disk.saturated",
    name="DiskSaturated",
    signal=system.DISK_BUSY,
    above="95%",
    lasting="15m",
    severity=Severity.WARNING,
    means="The disk has had requests without a pause; whatever waits for it has become slow.",
    do="See which process reads or writes so much; compare disk traffic with an hour ago.",
)

THRESHOLDS = (
    machine_cpu_high,
    machine_memory_high,
    machine_out_of_memory,
    disk_space_low,
    disk_nearly_full,
    disk_saturated,
)


def _turned_read_only(exporter: Service) -> Alert:
    signal = system.READ_ONLY
    writable = over_time("min", signal.record, {"service": exporter.name}, WAS_WRITABLE_WITHIN).equals(0)
    return Alert(
        id="system.disk.read_only",
        name="FilesystemReadOnly",
        severity=Severity.CRITICAL,
        service=exporter.name,
        owner=exporter.owner,
        group=f"{exporter.name}.{signal.group}",
        expr=signal.read(service=exporter.name).equals(1) & writable,
        lasting="1m",
        summary=f"A filesystem of {whose(signal, exporter)} has become read-only (read-only is {{{{ $value }}}})",
        means="The kernel has stopped all writes to it, which it does when the disk returns errors.",
        do="Read the kernel's log; move the work to another machine before anything else.",
        signal=signal,
        bounds=(Bound(signal.id, 1.0, Severity.CRITICAL),),
    )


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about machines, where the exporter is the one that measures them."""
    if exporter.name != "node":
        return []
    return [*(threshold.of(exporter, environment) for threshold in THRESHOLDS), _turned_read_only(exporter)]
