"""``vitals init``: writes a project of a team's own, which has Vitals as a versioned dependency.

What is written is a whole that renders and passes every check: the demo's services to see something at once, one
alert, one dashboard, two environments, the test file that runs every check, and what Pulumi and CI need.
"""

from __future__ import annotations

import os
import re
import shlex
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.new_texts import DASHBOARD, filled
from vitals.cli.output_file import write_all
from vitals.errors import VitalsError
from vitals.paths import BUNDLED, DOCS, ROOT

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_DEPENDS_ON = frozenset({"pytest", "vitals", "vitals-demo", "vitals-telemetry"})
_SUFFIX, _HIDDEN = ".in", "dot-"


def init(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="Folder of the project; it is made if need be.")],
    *,
    name: Annotated[str | None, typer.Option(help="Name of the project; by default that of the folder.")] = None,
) -> None:
    """Write a new project: catalogue, alerts, dashboards, environments, tests, Pulumi files and a workflow."""
    called = re.sub(r"[^a-z0-9]+", "-", folder.resolve().name.lower()).strip("-") if name is None else name
    if not _NAME.fullmatch(called):
        raise VitalsError(
            f"{called!r} cannot be the name of a project: nothing was written. Give one with --name, in lower-case "
            "words joined by hyphens, such as coaching-monitoring."
        )
    if called in _DEPENDS_ON:
        raise VitalsError(
            f"A project called {called!r} would depend on itself: nothing was written. Give another name with --name."
        )
    texts = {folder / path: text for path, text in project_files(called).items()}
    if there := sorted(file.relative_to(folder).as_posix() for file in texts if os.path.lexists(file)):
        raise VitalsError(
            f"{folder} has {', '.join(there[:5])} already, so nothing was written. Name an empty folder: `vitals "
            "init` begins a project and never changes one."
        )
    write_all(texts)
    typer.echo(f"wrote {len(texts)} files into {folder}")
    typer.echo("next:")
    steps = [f"cd {shlex.quote(str(folder))}", "vitals render", "pytest", "vitals up"]
    if ROOT == BUNDLED:
        steps.insert(0, f"install Vitals as {DOCS / 'project.md'} says: this one works on its checkout only")
    for step in (*steps, "README.md says which file to open for what"):
        typer.echo(f"  {step}")


def project_files(name: str) -> dict[str, str]:
    """Every file of a new project.

    Args:
        name: The name of the project.

    Returns:
        Text by path, relative to the project.
    """
    values = {"name": name, "version": version("vitals")}
    texts = {path: filled(text, values) for path, text in _templates()}
    texts["dashboards_py/load.py"] = filled(DASHBOARD, {"name": "load", "module": "load", "title": "Load"})
    texts["catalog/prices.toml"] = (BUNDLED / "catalog" / "prices.toml").read_text(encoding="utf-8")
    # The settings of a stack are those of the program that comes with this version.
    stack = (BUNDLED / "Pulumi.yaml").read_text(encoding="utf-8")
    stack = re.sub(r"^description: .*$", f"description: The monitoring of {name}, per environment.", stack, flags=re.M)
    texts["Pulumi.yaml"] = stack
    return texts


def _templates() -> Iterator[tuple[str, str]]:
    yield from _below(files("vitals.cli") / "project", "")


def _below(folder: Traversable, path: str) -> Iterator[tuple[str, str]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        name = entry.name.replace(_HIDDEN, ".", 1) if entry.name.startswith(_HIDDEN) else entry.name
        if entry.is_dir():
            yield from _below(entry, f"{path}{name}/")
        elif name.endswith(_SUFFIX):
            yield f"{path}{name.removesuffix(_SUFFIX)}", entry.read_text(encoding="utf-8")
