"""Helm, with which `make test-charts` renders the charts that a cluster gets; nothing else needs it.

What installs charts is Pulumi's provider, which has a Helm of its own.
"""

from types import MappingProxyType

from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.paths import PINS

_VERSION = "4.3.1"
_HELM = Pin(
    "helm",
    PINS / "helm",
    _VERSION,
    MappingProxyType({"helm": "helm.sh/helm/v4/cmd/helm"}),
    MappingProxyType({"helm.sh/helm/v4/internal/version.version": f"v{_VERSION}"}),
)

CHARTS: tuple[Program, ...] = (
    Program(
        name="helm",
        wanted=">=3.18,<5",
        version_args=("version", "--short"),
        version_pattern=r"v(\d+(?:\.\d+)+)",
        missing_costs="It is not seen here what the charts make of our values: `make test-charts` does not work.",
        get=("vitals tools build helm", "brew install helm"),
        on_path=("helm",),
        pin=_HELM,
        group=ProgramGroup.CHARTS,
    ),
)
