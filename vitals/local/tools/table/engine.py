"""The Pulumi engine, with which the program under infra/ is previewed and deployed, here and in the workflow.

The module that builds needs one replacement of its own that a dependent has to repeat, see its ``go.mod``.
"""

from types import MappingProxyType

from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.paths import PINS

_VERSION = "3.246.0"
_PULUMI = Pin(
    "pulumi",
    PINS / "pulumi",
    _VERSION,
    MappingProxyType({"pulumi": "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi"}),
    MappingProxyType({"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version": f"v{_VERSION}"}),
)

ENGINE: tuple[Program, ...] = (
    Program(
        name="pulumi",
        wanted=">=3.231,<4",
        version_args=("version",),
        version_pattern=r"v?(\d+(?:\.\d+)+)",
        missing_costs="The infrastructure can neither be previewed nor deployed, and its program is not tested.",
        get=("vitals tools build pulumi", "brew install pulumi"),
        on_path=("pulumi",),
        pin=_PULUMI,
        group=ProgramGroup.ENGINE,
        version_environment=MappingProxyType({"PULUMI_SKIP_UPDATE_CHECK": "true"}),
    ),
)
