"""Charts and images: their versions and repositories, and the values of a chart for one environment.

Values are ``helm-values/base/<chart>.yaml``, overlaid by ``helm-values/<environment>/<chart>.yaml`` where there is one,
overlaid by the few that only the running program knows. Maps merge key by key; anything else is replaced.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from vitals.errors import VitalsError
from vitals.paths import BUNDLED, ROOT

FOLDER = BUNDLED / "helm-values"
"""Versions and base values, which come with Vitals: another version of it may bring others."""
OVERLAYS = ROOT / "helm-values"
"""What an environment of the project has of its own."""


class _Closed(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chart(_Closed):
    """A chart, pinned.

    Attributes:
        name: Its name in the repository, and the name of its release.
        repository: Where Helm finds it.
        version: Exactly one.
        brings: The programs in it and their versions, as its release says.
    """

    name: str
    repository: str = Field(pattern=r"^https://")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")
    brings: Mapping[str, str]


class Image(_Closed):
    """A container image of an object of ours, pinned by its tag.

    Attributes:
        repository: With its registry.
        tag: Never ``latest``.
        version: Of the program in it.
    """

    repository: str = Field(pattern=r"^[a-z0-9.-]+/.+[^/]$")
    tag: str = Field(pattern=r"\d")
    version: str = Field(pattern=r"^\d+\.\d+\.\d+$")

    @property
    def reference(self) -> str:
        """The image as a container names it."""
        return f"{self.repository}:{self.tag}"


class Versions(_Closed):
    """``versions.yaml``.

    Attributes:
        charts: By name.
        images: By the name of the program.
        plugins: Of Grafana, each in exactly one version.
        gaps: Why a program is not tested in the version that is shipped; ``vitals versions`` shows it.
    """

    charts: Mapping[str, Chart]
    images: Mapping[str, Image]
    plugins: Mapping[str, Annotated[str, Field(pattern=r"^\d+\.\d+\.\d+$")]]
    gaps: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Charts:
    """All that is installed in an environment and is not written by this program.

    Attributes:
        versions: Of charts and images.
        values: Of each chart.
    """

    versions: Versions
    values: Mapping[str, Mapping[str, Any]]


def read_charts(environment: str, folder: Path = FOLDER) -> Charts:
    """Read versions and values, before anything is created.

    Raises:
        VitalsError: A version is missing or unpinned, or values cannot be read.
    """
    versions = read_versions(folder)
    return Charts(versions, {chart: read_values(chart, environment, folder) for chart in versions.charts})


def read_versions(folder: Path = FOLDER) -> Versions:
    """Read which versions are installed.

    Raises:
        VitalsError: A version is missing, unpinned or unreadable.
    """
    content = _mapping(folder / "versions.yaml")
    charts = {name: {"name": name, **chart} for name, chart in content.get("charts", {}).items()}
    try:
        return Versions.model_validate({**content, "charts": charts})
    except ValidationError as error:
        problems = error.errors(include_url=False, include_context=False)
        lines = [f"{'.'.join(str(group) for group in p['loc'])}: {p['msg']}, got {p['input']!r}" for p in problems]
        raise VitalsError(
            f"helm-values/versions.yaml: {'; '.join(lines)}. What is not pinned changes under a running stack. Nothing "
            "was created. Give each chart a version such as 1.2.3, and each image a tag that names one."
        ) from None


def read_values(chart: str, environment: str, folder: Path = FOLDER, overlays: Path = OVERLAYS) -> dict[str, Any]:
    """The values of a chart in an environment.

    Args:
        chart: Its name.
        environment: The environment.
        folder: Where base values are.
        overlays: Where those of environments are.

    Raises:
        VitalsError: The chart has no base values, or a file is not a YAML mapping.
    """
    overlay = overlays / environment / f"{chart}.yaml"
    base = _mapping(folder / "base" / f"{chart}.yaml")
    return merge(base, _mapping(overlay)) if overlay.is_file() else base


def merge(under: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """Overlay one mapping with another, as Helm overlays value files."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _mapping(file: Path) -> dict[str, Any]:
    shown = file.relative_to(file.parents[2])
    try:
        content = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (OSError, yaml.YAMLError) as error:
        reason = " ".join(str(error).split())
        raise VitalsError(f"{shown} cannot be read: {reason}. Nothing was created. Restore or correct it.") from None
    if not isinstance(content, dict):
        raise VitalsError(f"{shown} holds no mapping of values. Nothing was created. Correct it.")
    return content
