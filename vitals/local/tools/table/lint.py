"""What reads the repository's own files: workflows, and whatever looks like a secret. `make lint` runs both."""

from types import MappingProxyType

from vitals.local.tools.entry import Pin, Program, ProgramGroup
from vitals.paths import PINS

_ACTIONLINT = Pin(
    "actionlint",
    PINS / "actionlint",
    "1.7.12",
    MappingProxyType({"actionlint": "github.com/rhysd/actionlint/cmd/actionlint"}),
    MappingProxyType({"github.com/rhysd/actionlint.version": "1.7.12"}),
)
_GITLEAKS = Pin(
    "gitleaks",
    PINS / "gitleaks",
    "8.30.1",
    MappingProxyType({"gitleaks": "github.com/zricethezav/gitleaks/v8"}),
    MappingProxyType({"github.com/zricethezav/gitleaks/v8/version.Version": "8.30.1"}),
)

LINT: tuple[Program, ...] = (
    Program(
        name="actionlint",
        wanted=">=1.7,<2",
        version_args=("-version",),
        version_pattern=r"^v?(\d+(?:\.\d+)+)",
        missing_costs="A mistake in a workflow shows only when the workflow runs: `make lint` does not work.",
        get=("vitals tools build actionlint", "brew install actionlint"),
        on_path=("actionlint",),
        pin=_ACTIONLINT,
        group=ProgramGroup.LINT,
    ),
    Program(
        name="gitleaks",
        wanted=">=8.19,<9",  # 8.19 renamed its commands to `git` and `dir`
        version_args=("version",),
        version_pattern=r"^v?(\d+(?:\.\d+)+)",
        missing_costs="A secret can be committed unseen: `make lint` does not work.",
        get=("vitals tools build gitleaks", "brew install gitleaks"),
        on_path=("gitleaks",),
        pin=_GITLEAKS,
        group=ProgramGroup.LINT,
    ),
)
