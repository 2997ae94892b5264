"""The programs Vitals can use, as data: adding one is one entry here and, if it is built, one folder under tools/.

A folder is made by ``go mod init vitals.local/tools/NAME``, ``go mod edit -require=MODULE@VERSION -tool=PACKAGE`` and
``go mod tidy``; raising a version is editing the same lines, ``go mod tidy``, and the version here.

The module version of a pin has its home in ``tools/<pin>/go.mod``; what the built program says of itself, the packages
and the versions that are good enough have theirs here, and a test holds the two together. Optional programs are only
looked up: Vitals never builds or installs them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from packaging.specifiers import SpecifierSet
from packaging.version import Version

from vitals.errors import VitalsError
from vitals.paths import ROOT

PINS = ROOT / "tools"
PROMETHEUS_STAMP = "github.com/prometheus/common/version.Version"


@dataclass(frozen=True)
class Pin:
    """One Go module that pins programs, and how they are built from it.

    Attributes:
        name: The pin's name in the cache and in messages.
        folder: Where its ``go.mod`` and ``go.sum`` are.
        version: What each built program must say of itself.
        packages: Program name -> Go package of its main function, in build order.
        stamps: Go string variables set by the linker, variable -> value.
    """

    name: str
    folder: Path
    version: str
    packages: Mapping[str, str]
    stamps: Mapping[str, str]


@dataclass(frozen=True)
class Program:
    """One external program: how to recognise it, what it is for and how a user gets it.

    Attributes:
        name: The name Vitals uses; also the file name of a built one.
        wanted: Versions that are good enough, as a version specifier (``>=3.9,<4``).
        version_args: Arguments that make it print its version.
        version_pattern: Regular expression whose first group is the version in that output.
        missing_costs: What does not work without it, as a sentence.
        get: Ways to get it, one complete instruction each.
        on_path: Names (or absolute paths) under which systems install it, best first.
        pin: What it is built from; None if it is only looked up.
        required: Whether Vitals is of little use without it.
    """

    name: str
    wanted: str
    version_args: tuple[str, ...]
    version_pattern: str
    missing_costs: str
    get: tuple[str, ...]
    on_path: tuple[str, ...]
    pin: Pin | None = None
    required: bool = False

    def accepts(self, version: Version | None) -> bool:
        """Whether a version that a program told (None: it told none) is good enough."""
        return version is not None and version in SpecifierSet(self.wanted)


def _stamped(name: str, version: str, packages: Mapping[str, str]) -> Pin:
    """A pin of the Prometheus family, whose programs all keep their version in the same variable."""
    return Pin(name, PINS / name, version, MappingProxyType(packages), MappingProxyType({PROMETHEUS_STAMP: version}))


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
        required=True,
    )


_PROMETHEUS = _stamped(
    "prometheus",
    "3.16.0",
    {
        "prometheus": "github.com/prometheus/prometheus/cmd/prometheus",
        "promtool": "github.com/prometheus/prometheus/cmd/promtool",
    },
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

PROGRAMS: tuple[Program, ...] = (
    _built(
        _PROMETHEUS,
        "prometheus",
        ">=3.9,<4",
        "Nothing is scraped, recorded or alerted: the local stack does not start.",
        "brew install prometheus",
    ),
    _built(
        _PROMETHEUS,
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
        "apt install prometheus-alertmanager (Debian 13 or later)",
        also=("prometheus-alertmanager",),
    ),
    _built(
        _ALERTMANAGER,
        "amtool",
        ">=0.28,<1",
        "Routes are neither checked nor tested.",
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
    Program(
        name="gcloud",
        wanted=">=1.19",
        version_args=("--version",),
        version_pattern=r"cloud-firestore-emulator (\d+(?:\.\d+)+)",
        missing_costs="No Firestore emulator (whose version this is): the demo platform keeps its data in SQLite.",
        get=(
            "gcloud components install cloud-firestore-emulator",
            "apt install google-cloud-cli-firestore-emulator (Google's apt source)",
            "brew install --cask google-cloud-sdk, then the first line",
        ),
        on_path=("gcloud",),
    ),
    Program(
        name="java",
        wanted=">=11",
        version_args=("-version",),
        version_pattern=r'version "(\d+(?:\.\d+)*)',
        missing_costs="The Firestore emulator does not run: the demo platform keeps its data in SQLite.",
        get=("apt install default-jre-headless", "brew install openjdk"),
        on_path=("java",),
    ),
    Program(
        name="grafana",
        wanted=">=11",
        version_args=("-v",),
        version_pattern=r"[Vv]ersion (\d+(?:\.\d+)+)",
        missing_costs="Boards are shown by the portal only.",
        get=("brew install grafana", "apt install grafana (Grafana's apt source)"),
        on_path=("grafana", "grafana-server", "/usr/sbin/grafana", "/usr/share/grafana/bin/grafana"),
    ),
    Program(
        name="redis-server",
        wanted=">=6",
        version_args=("--version",),
        version_pattern=r"v=(\d+(?:\.\d+)+)",
        missing_costs="The demo platform caches in its own memory instead.",
        get=("apt install redis-server", "brew install redis"),
        on_path=("redis-server",),
    ),
    Program(
        name="chromium",
        wanted=">=120",
        version_args=("--version",),
        version_pattern=r"(?:Chromium|Google Chrome) (\d+(?:\.\d+)+)",
        missing_costs="The tests that look at the portal in a browser cannot run.",
        get=("apt install chromium", "brew install --cask google-chrome"),
        on_path=(
            "chromium",
            "chromium-browser",
            "google-chrome",
            "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
        ),
    ),
    Program(
        name="kubectl",
        wanted=">=1.30",
        version_args=("version", "--client"),
        version_pattern=r"Client Version: v(\d+(?:\.\d+)+)",
        missing_costs="You cannot look into a cluster by hand; nothing that runs on this machine needs it.",
        get=("gcloud components install kubectl", "brew install kubernetes-cli"),
        on_path=("kubectl",),
    ),
)


def program(name: str) -> Program:
    """The program called ``name``.

    Raises:
        VitalsError: There is none; the message lists those there are.
    """
    for candidate in PROGRAMS:
        if candidate.name == name:
            return candidate
    known = ", ".join(candidate.name for candidate in PROGRAMS)
    raise VitalsError(
        f"There is no program called {name!r}, so it can neither be found nor built. Choose from: {known}."
    )


def required() -> tuple[str, ...]:
    """The names of the programs without which Vitals is of little use."""
    return tuple(candidate.name for candidate in PROGRAMS if candidate.required)
