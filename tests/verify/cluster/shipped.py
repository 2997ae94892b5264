"""The objects that ship, as the API server gets them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from vitals.paths import RENDERED
from vitals.rendered import names

NO_OBJECTS = {names.DASHBOARDS}
"""Folders of an environment's rendered files that hold something else; every other folder holds one object a file."""
ENVIRONMENTS = sorted(folder.name for folder in RENDERED.iterdir() if (folder / "monitors").is_dir())


def objects(environment: str) -> list[dict[str, Any]]:
    """Every object of an environment that is rendered as such."""
    folders = [folder for folder in (RENDERED / environment).iterdir() if folder.is_dir()]
    files = [file for folder in folders if folder.name not in NO_OBJECTS for file in folder.iterdir()]
    return [read(file) for file in sorted(files)]


def read(file: Path) -> dict[str, Any]:
    """Read an object."""
    manifest: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return manifest


def namespace(name: str) -> dict[str, Any]:
    """A namespace for objects to be in."""
    return {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name}}
