"""``vitals init``: writes a project of a team's own, which has Vitals as a versioned dependency.

What is written is a whole that renders and passes every check: the demo's services to see something at once, one
alert, one dashboard, two environments, the test file that runs every check, and what Pulumi and CI need.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.metadata import version
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Annotated

import typer

from vitals.atomic import write_atomic
from vitals.cli.new_texts import DASHBOARD, filled
from vitals.errors import VitalsError
from vitals.paths import BUNDLED

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
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
    texts = {folder / path: text for path, text in project_files(called).items()}
    if there := sorted(file.relative_to(folder).as_posix() for file in texts if file.exists()):
        raise VitalsError(
            f"{folder} has {', '.join(there[:5])} already, so nothing was written. Name an empty folder: `vitals "
            "init` begins a project and never changes one."
        )
    for file, text in texts.items():
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            write_atomic(file, text)
        except OSError as error:
            raise VitalsError(
                f"{file} cannot be written: {error.strerror or error}. The project is incomplete. Mend that, delete "
                f"{folder} and begin again."
            ) from error
    typer.echo(f"wrote {len(texts)} files into {folder}")
    typer.echo("next:")
    for step in (f"cd {folder}", "vitals render", "pytest", "vitals up", "README.md says which file to open for what"):
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
