"""The machines: whatever is finite and nearly used up, with time left to act where there is any.

Bounds are shares, so one bound serves machines of all sizes. A busy CPU does no harm by itself, so only its
mean over minutes warns; a disk that is full stops whatever writes to it at once, so it pages.
"""

from __future__ import annotations

from vitals.kit.alerts.alert import TOO_SLOW, Alert, Bound
from vitals.kit.alerts.because import Because
from vitals.kit.alerts.summary import summary_of
from vitals.kit.alerts.threshold import Threshold, page_of
from vitals.model.catalog import Environment, Service
from vitals.model.conventions import SERVICE, Severity
from vitals.model.promql import over_time
from vitals.model.signals import system

WAS_WRITABLE_WITHIN = "1d"
"""A filesystem that was read-only all this time is meant to be."""

_TAKES_MEMORY = "memory that a drill takes is missing to whatever else runs on the machine"

machine_cpu_high = Threshold(
    id="system.cpu.high",
    name="MachineCpuHigh",
    signal=system.CPU,
    above="90%",
    for_="1m",
    severity=Severity.WARNING,
    impact="The machine has hardly any CPU left; everything on it becomes slow.",
    action="See which process uses it, and whether it should run there.",
    because=Because(
        bound=(
            "assumed: with a tenth left work begins to wait; a busy machine by itself harms no user, so it never pages"
        ),
        duration="the signal is the mean of 5m already; four evaluations leave out one that fell between two scrapes",
    ),
)

machine_memory_high = Threshold(
    id="system.memory.high",
    name="MachineMemoryHigh",
    signal=system.MEMORY,
    above="90%",
    for_="5m",
    severity=Severity.WARNING,
    impact="The machine has hardly any memory left; the kernel will soon kill a process to get some.",
    action="Find the process that grew, and restart or move it before the kernel chooses.",
    because=Because(
        bound="the bound of node_exporter's mixin (NodeMemoryHighUtilization)",
        duration=(
            "assumed: shorter than the 15m of that mixin, because the kernel kills a process that goes on growing "
            "within minutes"
        ),
    ),
    no_drill=_TAKES_MEMORY,
)

machine_out_of_memory = Threshold(
    id="system.memory.oom",
    name="MachineOutOfMemory",
    signal=system.OOM_KILLS,
    above="0",
    for_="0s",
    severity=Severity.WARNING,
    impact="The kernel has killed a process because memory, or a container's limit, ran out.",
    action="Read the kernel's log for the name of the process; see whether it leaks or its limit is too low.",
    because=Because(
        bound="a process that was killed has lost its work, whatever comes next",
    ),
    no_drill=_TAKES_MEMORY,
)

disk_space_low = Threshold(
    id="system.disk.space_low",
    name="DiskSpaceLow",
    signal=system.SPACE_USED,
    above="90%",
    for_="5m",
    severity=Severity.WARNING,
    impact="Little can still be written to this filesystem.",
    action="Find what grew; clean up or enlarge it in working hours.",
    because=Because(
        bound=(
            "assumed: earlier than node_exporter's mixin, which warns with 5% left (NodeFilesystemAlmostOutOfSpace), "
            "so that cleaning up can wait for working hours"
        ),
        duration="assumed: a temporary file of a large job is gone by then",
    ),
    no_drill="it is a lower bound on the signal that system-disk-full fills",
)

disk_nearly_full = Threshold(
    id="system.disk.nearly_full",
    name="DiskNearlyFull",
    signal=system.SPACE_USED,
    above="97%",
    for_="1m",
    severity=Severity.CRITICAL,
    impact="The filesystem is about to refuse writes; databases, logs and Prometheus itself stop then.",
    action="Free space now; old logs and temporary files first, never files that are in use.",
    because=Because(
        bound="3% left is the critical bound of node_exporter's mixin, too (NodeFilesystemAlmostOutOfSpace)",
        duration="what fills the last 3% does it in minutes, so only one odd sample is waited for",
    ),
)

disk_saturated = Threshold(
    id="system.disk.saturated",
    name="DiskSaturated",
    signal=system.DISK_BUSY,
    above="95%",
    for_="15m",
    severity=Severity.WARNING,
    impact="The disk has had requests without a pause; whatever waits for it has become slow.",
    action="See which process reads or writes so much; compare disk traffic with an hour ago.",
    because=Because(
        bound="near all of the time: a rate comes out a few percent too low while a scrape is missed",
        duration=(
            "most alerts of kube-prometheus wait as long (66 of 139): a backup or a compaction may use the whole disk "
            "for minutes"
        ),
    ),
    no_drill=TOO_SLOW,
)

THRESHOLDS = (
    machine_cpu_high,
    machine_memory_high,
    machine_out_of_memory,
    disk_space_low,
    disk_nearly_full,
    disk_saturated,
)


def _turned_read_only(exporter: Service, environment: Environment) -> Alert:
    signal = system.READ_ONLY
    writable = over_time("min", signal.record, {SERVICE: exporter.name}, WAS_WRITABLE_WITHIN).equals(0)
    return Alert(
        id="system.disk.read_only",
        name="FilesystemReadOnly",
        severity=Severity.CRITICAL,
        service=exporter.name,
        owner=exporter.owner,
        group=f"{exporter.name}.{signal.group}",
        expr=signal.select(service=exporter.name).equals(1) & writable,
        for_="1m",
        summary=summary_of(exporter.name, signal, "> 0"),
        impact="The kernel has stopped all writes to it, which it does when the disk returns errors.",
        action="Read the kernel's log; move the work to another machine before anything else.",
        signal=signal,
        bounds=(Bound(signal.id, 1.0, Severity.CRITICAL),),
        because={
            f"writable within {WAS_WRITABLE_WITHIN}": "one that was read-only all this time is meant to be",
            "for 1m": "a remount that is part of maintenance is over by then; what the kernel did after an error stays",
        },
        fires_when=f"a filesystem that was writable within the last {WAS_WRITABLE_WITHIN} is read-only",
        no_drill="only a disk that fails makes a filesystem read-only",
        last=page_of(signal, exporter, environment),
    )


def alerts(exporter: Service, environment: Environment) -> list[Alert]:
    """The alerts about machines, where the exporter is the one that measures them."""
    if exporter.name != "node":
        return []
    return [
        *(threshold.of(exporter, environment) for threshold in THRESHOLDS),
        _turned_read_only(exporter, environment),
    ]
