"""The programs of the local stack: the Prometheus family, without which nothing is scraped, judged or delivered."""

from collections.abc import Mapping
from types import MappingProxyType

from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.paths import PINS

PROMETHEUS_STAMP = "github.com/prometheus/common/version.Version"


def _stamped(name: str, version: str, packages: Mapping[str, str], *tags: str) -> Pin:
    """A pin of the Prometheus family, whose programs all keep their version in the same variable."""
    stamps = MappingProxyType({PROMETHEUS_STAMP: version})
    return Pin(name, PINS / name, version, MappingProxyType(packages), stamps, tags)


def _built(pin: Pin, name: str, wanted: str, missing_costs: str, *get: str, also: tuple[str, ...] = ()) -> Program:
    """A required program of the Prometheus family, all of which print their version alike."""
    return Program(
        name=name,
        wanted=wanted,
        version_args=("--version",),
        version_pattern=r", version v?(\d+(?:\.\d+)+)",
        missing_costs=missing_costs,
        get=(f"vitals tools build {name}", *get),
        on_path=(name, *also),
        pin=pin,
        group=ProgramGroup.STACK,
    )


# Targets come from files here, which every build can read. Without the 25 other ways of finding targets, each with the
# SDK of a cloud, Prometheus takes half the processor time to build and half the space.
WITHOUT_DISCOVERY = "remove_all_sd"

PROMETHEUS = _stamped(
    "prometheus",
    "3.16.0",
    {
        "prometheus": "github.com/prometheus/prometheus/cmd/prometheus",
        "promtool": "github.com/prometheus/prometheus/cmd/promtool",
    },
    WITHOUT_DISCOVERY,
)
_ALERTMANAGER = _stamped(
    "alertmanager",
    "0.31.0",
    {
        "alertmanager": "github.com/prometheus/alertmanager/cmd/alertmanager",
        "amtool": "github.com/prometheus/alertmanager/cmd/amtool",
    },
)
_NODE_EXPORTER = _stamped("node_exporter", "1.12.1", {"node_exporter": "github.com/prometheus/node_exporter"})

STACK: tuple[Program, ...] = (
    _built(
        PROMETHEUS,
        "prometheus",
        ">=3.9,<4",
        "Nothing is scraped, recorded or alerted: the local stack does not start.",
        "brew install prometheus",
    ),
    _built(
        PROMETHEUS,
        "promtool",
        ">=3.9,<4",
        "Rules are neither checked nor unit-tested.",
        "brew install prometheus (it comes with it)",
    ),
    _built(
        _ALERTMANAGER,
        "alertmanager",
        ">=0.28,<1",
        "No alert reaches a receiver: the local stack does not start.",
        "brew install alertmanager",
        "apt install prometheus-alertmanager (Debian 13 or later)",
        also=("prometheus-alertmanager",),
    ),
    _built(
        _ALERTMANAGER,
        "amtool",
        ">=0.28,<1",
        "Routes are neither checked nor tested.",
        "brew install alertmanager (it comes with it)",
        "apt install prometheus-alertmanager (Debian 13 or later; it comes with it)",
    ),
    _built(
        _NODE_EXPORTER,
        "node_exporter",
        ">=1.5,<2",
        "The machine itself is not watched: the local stack does not start.",
        "brew install node_exporter",
        "apt install prometheus-node-exporter",
        also=("prometheus-node-exporter",),
    ),
)
