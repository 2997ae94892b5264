"""``vitals render``: write ``rendered/<env>/`` and the rendered parts of ``docs/``, or say what differs."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.errors import VitalsError
from vitals.model.catalog import Catalogue, Environment, MaintenanceWindow, Service, load
from vitals.model.signals import left_out
from vitals.paths import BUNDLED_RUNBOOKS, CATALOG, DOCS, RENDERED
from vitals.render import Drift, compose, drift, files_of, pages, stale, write, write_pages
from vitals.render.imported_dashboards import imported, require_shown


def render(
    *,
    env: Annotated[list[str] | None, typer.Option(help="Environment; repeat for several, none for all.")] = None,
    out: Annotated[Path, typer.Option(help="Folder that gets one folder per environment.")] = RENDERED,
    catalogue: Annotated[Path, typer.Option(help="Folder of the catalogue.")] = CATALOG,
    docs: Annotated[
        Path | None,
        typer.Option(
            help="Folder of the pages with rendered parts, which speak of all environments; by default docs/, and none "
            "with --env, --out or --catalogue."
        ),
    ] = None,
    compare: Annotated[
        bool, typer.Option("--check", help="Write nothing; exit 1 and name the files that would change.")
    ] = False,
) -> None:
    """Render rules, routes, scrape configuration, dashboards and what runbooks say in numbers from the catalogue."""
    console = Console(stderr=True)
    declared = load(catalogue)
    with declared.places_named():
        plans = [compose(declared, environment) for environment in _chosen(declared, env)]
        rendered = {plan.environment.name: files_of(plan) for plan in plans}
    if not env and catalogue == CATALOG:  # in another catalogue, or one environment, a panel may well have nothing
        require_shown(imported(), plans)
    of_all = not env and (out, catalogue) == (RENDERED, CATALOG)
    folder = docs or (DOCS if of_all else None)
    texts = pages(plans, folder, BUNDLED_RUNBOOKS) if folder else {}
    differs = False
    for name, files in rendered.items():
        if compare:
            differs |= _report(drift(files, out / name), out / name, console)
            continue
        write(files, out / name)
        console.print(f"{out / name}: {len(files)} files", highlight=False, soft_wrap=True)
    for service in declared.services:
        _say_left_out(service, console)
    for window in declared.maintenance.values():
        _say_over(window, datetime.now(UTC), console)
    if folder and compare:
        differs |= _report(Drift(tuple(stale(texts, folder)), (), ()), folder, console)
    elif folder and (written := write_pages(texts, folder)):
        console.print(f"{folder}: {len(written)} pages", highlight=False, soft_wrap=True)
    if differs:
        console.print("Run `vitals render` and commit the result.")
        raise typer.Exit(1)


def _chosen(declared: Catalogue, names: list[str] | None) -> list[Environment]:
    unknown = sorted(set(names or ()) - set(declared.environments))
    if unknown:
        known = ", ".join(sorted(declared.environments))
        raise VitalsError(f"There is no environment {', '.join(unknown)}, so nothing was rendered. Known are {known}.")
    return [declared.environments[name] for name in sorted(names or declared.environments)]


def _say_left_out(service: Service, console: Console) -> None:
    """Name what a service does not have because of how it speaks, each reason once."""
    lacking: dict[str, list[str]] = {}
    for one in left_out(service):
        lacking.setdefault(one.reason, []).append(one.signal.title)
    if lacking:
        each = "; ".join(f"{', '.join(titles)} ({reason})" for reason, titles in lacking.items())
        said = f"{service.name} speaks {service.dialect.name}, so it is without: {each}"
        console.print(said, highlight=False, markup=False, soft_wrap=True)


def _say_over(window: MaintenanceWindow, now: datetime, console: Console) -> None:
    """Name a window that is over: it is rendered like any other, so that no clock decides what is rendered."""
    if window.ends <= now:
        said = (
            f"maintenance {window.name} ended at {window.end} and mutes nothing any more; take it out of the catalogue"
        )
        console.print(said, highlight=False, markup=False, soft_wrap=True)


def _report(found: Drift, folder: Path, console: Console) -> bool:
    for what, names in (("changed", found.changed), ("missing", found.missing), ("not rendered", found.extra)):
        for name in names:
            console.print(f"{what}: {folder / name}", highlight=False, soft_wrap=True)
    return bool(found)
