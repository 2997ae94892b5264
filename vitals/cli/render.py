"""``vitals render``: write ``rendered/<env>/`` from the catalogue, or say how the committed files differ."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue, Environment, load
from vitals.paths import CATALOG, RENDERED
from vitals.render import Drift, drift, write
from vitals.render import render as render_files


def render(
    *,
    env: Annotated[list[str] | None, typer.Option(help="Environment; repeat for several, none for all.")] = None,
    out: Annotated[Path, typer.Option(help="Folder that gets one folder per environment.")] = RENDERED,
    catalogue: Annotated[Path, typer.Option(help="Folder of the catalogue.")] = CATALOG,
    compare: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and name the files that would change.")
    ] = False,
) -> None:
    """Render rules, routes, scrape configuration and boards from the catalogue."""
    console = Console(stderr=True)
    declared = load(catalogue)
    chosen = _chosen(declared, env)
    rendered = {environment.name: render_files(declared, environment) for environment in chosen}
    stale = False
    for name, files in rendered.items():
        if compare:
            stale |= _report(drift(files, out / name), out / name, console)
            continue
        write(files, out / name)
        console.print(f"{out / name}: {len(files)} files", highlight=False, soft_wrap=True)
    if stale:
        console.print("Run `vitals render` and commit the result.")
        raise typer.Exit(1)


def _chosen(declared: Catalogue, names: list[str] | None) -> list[Environment]:
    unknown = sorted(set(names or ()) - set(declared.environments))
    if unknown:
        known = ", ".join(sorted(declared.environments))
        raise VitalsError(f"There is no environment {', '.join(unknown)}, so nothing was rendered. Known are {known}.")
    return [declared.environments[name] for name in sorted(names or declared.environments)]


def _report(found: Drift, folder: Path, console: Console) -> bool:
    for what, names in (("changed", found.changed), ("missing", found.missing), ("not rendered", found.extra)):
        for name in names:
            console.print(f"{what}: {folder / name}", highlight=False, soft_wrap=True)
    return bool(found)
