"""The node exporter: what the kernel of one machine says about CPU, memory, disks and network.

Source: https://github.com/prometheus/node_exporter, its default collectors on Linux.
"""

from __future__ import annotations

from vitals.model.metrics.exporter import (
    MOST_FILES,
    OPEN_FILES,
    Endpoint,
    Exporter,
    build_info,
    counter,
    gauge,
    unusual_counter,
)
from vitals_telemetry.contract import Label, Unit

_CPU = Label("cpu", "Number of the CPU.", most=256, expected=2)
_MODE = Label(
    "mode",
    "What the CPU did.",
    most=8,
    expected=8,
    values=("idle", "iowait", "irq", "nice", "softirq", "steal", "system", "user"),
)
_DISK = Label("device", "Name of the block device.", most=64, expected=1)
_NETWORK = Label("device", "Name of the network interface.", most=64, expected=4)
_FILESYSTEM = (
    Label("device", "What is mounted.", most=64, expected=2),
    Label("device_error", "Why it could not be read; empty where it could.", most=4, expected=1),
    Label("fstype", "Kind of filesystem.", most=16, expected=1),
    Label("mountpoint", "Where it is mounted.", most=64, expected=2),
)

NODE = Exporter(
    name="node",
    description="The machine: CPU, memory, disks, network.",
    endpoint=Endpoint(pod_port=9100),
    metrics=(
        build_info("node_exporter"),
        counter("node_cpu_seconds_total", "Seconds each CPU spent in each mode.", _CPU, _MODE, unit=Unit.SECONDS),
        gauge("node_load1", "Runnable and blocked tasks, mean of a minute."),
        gauge("node_memory_MemAvailable_bytes", "Memory that programs can still get.", unit=Unit.BYTES),
        gauge("node_memory_MemTotal_bytes", "Memory of the machine.", unit=Unit.BYTES),
        unusual_counter("node_vmstat_oom_kill", "Processes killed for lack of memory.", exposed="untyped"),
        gauge("node_filesystem_avail_bytes", "Space that programs can use.", *_FILESYSTEM, unit=Unit.BYTES),
        gauge("node_filesystem_size_bytes", "Size of the filesystem.", *_FILESYSTEM, unit=Unit.BYTES),
        gauge("node_filesystem_readonly", "1 when nothing can be written.", *_FILESYSTEM),
        counter("node_disk_io_time_seconds_total", "Seconds with at least one request.", _DISK, unit=Unit.SECONDS),
        counter("node_disk_read_bytes_total", "Bytes read.", _DISK, unit=Unit.BYTES),
        counter("node_disk_written_bytes_total", "Bytes written.", _DISK, unit=Unit.BYTES),
        counter("node_network_receive_bytes_total", "Bytes received.", _NETWORK, unit=Unit.BYTES),
        counter("node_network_transmit_bytes_total", "Bytes sent.", _NETWORK, unit=Unit.BYTES),
        counter("node_network_receive_errs_total", "Packets received broken.", _NETWORK),
        counter("node_network_transmit_errs_total", "Packets that could not be sent.", _NETWORK),
        gauge("node_timex_sync_status", "1 when the kernel's clock is synchronised."),
        gauge("node_timex_offset_seconds", "How far the clock is off its reference.", unit=Unit.SECONDS),
        OPEN_FILES,
        MOST_FILES,
    ),
    series=530,
)
