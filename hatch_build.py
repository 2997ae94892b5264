"""What a wheel holds beside ``vitals``: the alerts, dashboards and Pulumi program of this project, and files they read.

They go by names of their own, so that ``alert_rules``, ``dashboards_py`` and ``infra`` are free for the project that
installs it. A checkout is an editable install and reads the folders where they are.
"""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

PACKAGES = {
    "alert_rules": "vitals_standard/alert_rules",
    "dashboards_py": "vitals_standard/dashboards_py",
    "infra": "vitals_infra",
}
"""Folders of modules, by the package that they are in a wheel; rules pasted into ours are ours alone."""
FILES = (
    "Pulumi.yaml",
    "catalog/prices.toml",
    "docs/runbooks/[A-Z]*.md",
    "helm-values/base/*.yaml",
    "helm-values/versions.yaml",
    "tools/*/go.*",
)
"""Files that are read: settings of a stack, prices, runbooks of the alerts, values of charts, pins of programs."""


class CustomBuildHook(BuildHookInterface[Any]):
    """Adds them to a wheel that is not editable."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name each file and its place in the wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        places: dict[str, str] = build_data["force_include"]
        for folder, package in PACKAGES.items():
            for file in (*(root / folder).rglob("*.py"), *(root / folder).glob("py.typed")):
                if file.name != "__main__.py":
                    places[str(file)] = f"{package}/{file.relative_to(root / folder).as_posix()}"
        for file in (found for pattern in FILES for found in root.glob(pattern)):
            if file.name != "README.md":
                places[str(file)] = f"vitals/bundled/{file.relative_to(root).as_posix()}"
