"""The machines: CPU, memory, disks, network, each as the node exporter of that machine measures it.

Signals here are per machine (``instance``), not per service: a busy machine slows whatever runs on it. Each says how
much of something finite is used, so a bound means the same on a small machine and on a large one.
CPU time is counted against CPU time: a rate whose window is not full of samples yet is too low, and idle time that is
too low would make a machine look busy just after its start. The quotient of two such rates is right at once.

Method: Brendan Gregg's USE (utilisation, saturation, errors), https://www.brendangregg.com/usemethod.html.
"""

from __future__ import annotations

from vitals.model.catalog import Scrape, Service
from vitals.model.promql import Expr, call, count_by, max_by, select, sum_by
from vitals.model.signals import gauge
from vitals.model.signals.signal import Direction, Group, Signal
from vitals_telemetry.contract import Unit

MACHINE = ("service", "instance")
DISK = (*MACHINE, "device")
FILESYSTEM = (*MACHINE, "mountpoint")
WINDOW = "5m"
OOM_WINDOW = "10m"
_INSIDE = "!~lo|dummy.*|veth.*|cali.*|cni.*|gke.*|cilium_.*|lxc.*|flannel.*|tunl.*|docker.*|br-.*|cbr.*|nodelocaldns"
"""Network interfaces inside the machine: their bytes never reach a wire, or are counted again at the card.

Each pod of a node has one, and each network calls them otherwise: ``gke*``, ``cilium_*`` and ``lxc*`` on GKE's
Dataplane V2, ``veth*``, ``cali*`` and ``cni*`` elsewhere, ``docker*`` and ``br-*`` where Docker runs.
"""


def _rate(metric: str, exporter: Service, **matchers: str) -> Expr:
    return call("rate", select(metric, {"service": exporter.name, **matchers}, window=WINDOW))


def _of(labels: tuple[str, ...], metric: str, exporter: Service, scrape: Scrape) -> Expr:
    return max_by(labels, gauge.last(metric, exporter, scrape))


CPU = Signal(
    id="system.cpu.busy",
    title="CPU in use",
    asks="Is a machine out of CPU? Waiting for a disk is not counted. Near 100 % everything on it slows down.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:node_cpu_busy:ratio_rate5m",
    labels=MACHINE,
    group=Group.SYSTEM,
    query=lambda exporter, _: (
        1
        - sum_by(MACHINE, _rate("node_cpu_seconds_total", exporter, mode="~idle|iowait"))
        / sum_by(MACHINE, _rate("node_cpu_seconds_total", exporter))
    ),
)

LOAD = Signal(
    id="system.cpu.load",
    title="Load per CPU",
    asks="Does work queue for CPU or disk? Above 1, more tasks want to run than there are CPUs.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:node_load1:per_cpu",
    labels=MACHINE,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        _of(MACHINE, "node_load1", exporter, scrape)
        / count_by(MACHINE, _rate("node_cpu_seconds_total", exporter, mode="idle"))
    ),
)

MEMORY = Signal(
    id="system.memory.used",
    title="Memory in use",
    asks="Is a machine out of memory? What the kernel can take back from its caches counts as free.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:node_memory_used:ratio",
    labels=MACHINE,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        1
        - _of(MACHINE, "node_memory_MemAvailable_bytes", exporter, scrape)
        / _of(MACHINE, "node_memory_MemTotal_bytes", exporter, scrape)
    ),
)

OOM_KILLS = Signal(
    id="system.memory.oom_kills",
    title="Processes killed for lack of memory",
    asks="Did the kernel kill a process in the last ten minutes because memory, or a container's limit, ran out?",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:node_oom_kills:increase10m",
    labels=MACHINE,
    group=Group.SYSTEM,
    query=lambda exporter, _: sum_by(
        MACHINE, call("increase", select("node_vmstat_oom_kill", {"service": exporter.name}, window=OOM_WINDOW))
    ),
)

READ_ONLY = Signal(
    id="system.disk.read_only",
    title="Filesystems that cannot be written",
    asks="Has the kernel made a filesystem read-only? It does so after errors of the disk. 1 means read-only.",
    unit=Unit.COUNT,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance_mountpoint:node_filesystem_readonly:max",
    labels=FILESYSTEM,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: _of(FILESYSTEM, "node_filesystem_readonly", exporter, scrape),
)

SPACE_FREE = Signal(
    id="system.disk.free",
    title="Free disk space",
    asks="How much can still be written? The base of the forecasts below.",
    unit=Unit.BYTES,
    worse=Direction.LOWER_IS_WORSE,
    record="instance_mountpoint:node_filesystem_avail_bytes:max",
    labels=FILESYSTEM,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        _of(FILESYSTEM, "node_filesystem_avail_bytes", exporter, scrape)
        & READ_ONLY.read(service=exporter.name).equals(0)
    ),
)

SPACE_USED = Signal(
    id="system.disk.used",
    title="Disk space in use",
    asks="Which filesystem is full? One that is read-only cannot fill up and is left out.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance_mountpoint:node_filesystem_used:ratio",
    labels=FILESYSTEM,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: (
        1
        - SPACE_FREE.read(service=exporter.name) / (_of(FILESYSTEM, "node_filesystem_size_bytes", exporter, scrape) > 0)
    ),
)

_NO_DISK = "a machine without block devices of its own has none to measure"

DISK_BUSY = Signal(
    id="system.disk.busy",
    title="Disk busy",
    asks="Is a disk saturated? The share of time in which it had a request; near 100 % requests queue.",
    unit=Unit.RATIO,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance_device:node_disk_busy:ratio_rate5m",
    labels=DISK,
    group=Group.SYSTEM,
    query=lambda exporter, scrape: gauge.highest_of(
        sum_by(DISK, _rate("node_disk_io_time_seconds_total", exporter)), exporter, scrape
    ),
    may_be_empty=_NO_DISK,
)

DISK_BYTES = Signal(
    id="system.disk.bytes",
    title="Disk traffic",
    asks="How much is read and written? Compare with what the disk can do when it is busy.",
    unit=Unit.BYTES_PER_SECOND,
    worse=Direction.NEITHER,
    record="instance_device:node_disk_bytes:rate5m",
    labels=DISK,
    group=Group.SYSTEM,
    query=lambda exporter, _: (
        sum_by(DISK, _rate("node_disk_read_bytes_total", exporter))
        + sum_by(DISK, _rate("node_disk_written_bytes_total", exporter))
    ),
    may_be_empty=_NO_DISK,
)

_NO_NETWORK = "a machine without a network of its own has no interface to measure"


def _network(signal_id: str, title: str, asks: str, way: str) -> Signal:
    return Signal(
        id=signal_id,
        title=title,
        asks=asks,
        unit=Unit.BYTES_PER_SECOND,
        worse=Direction.NEITHER,
        record=f"instance:node_network_{way}_bytes:rate5m",
        labels=MACHINE,
        group=Group.SYSTEM,
        query=lambda exporter, _: sum_by(MACHINE, _rate(f"node_network_{way}_bytes_total", exporter, device=_INSIDE)),
        may_be_empty=_NO_NETWORK,
    )


RECEIVED = _network(
    "system.network.received", "Network received", "How much comes in? A fall to nothing is a cut.", "receive"
)
SENT = _network(
    "system.network.sent", "Network sent", "How much goes out? Compare with what the link can do.", "transmit"
)

NETWORK_ERRORS = Signal(
    id="system.network.errors",
    title="Network errors",
    asks="Are packets broken on the way? Anything above zero for long is a cable, a driver or a full buffer.",
    unit=Unit.PER_SECOND,
    worse=Direction.HIGHER_IS_WORSE,
    record="instance:node_network_errors:rate5m",
    labels=MACHINE,
    group=Group.SYSTEM,
    query=lambda exporter, _: (
        sum_by(MACHINE, _rate("node_network_receive_errs_total", exporter, device=_INSIDE))
        + sum_by(MACHINE, _rate("node_network_transmit_errs_total", exporter, device=_INSIDE))
    ),
    may_be_empty=_NO_NETWORK,
)

SIGNALS = (
    CPU,
    LOAD,
    MEMORY,
    OOM_KILLS,
    READ_ONLY,
    SPACE_FREE,
    SPACE_USED,
    DISK_BUSY,
    DISK_BYTES,
    RECEIVED,
    SENT,
    NETWORK_ERRORS,
)
