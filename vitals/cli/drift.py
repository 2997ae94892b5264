"""``vitals drift``: whether what runs is what is rendered."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from vitals.errors import VitalsError
from vitals.paths import RENDERED
from vitals.rendered import read
from vitals.verify.drift.look import GRAFANA_TOKEN, RunningPrograms, lines, look, require_places

_DRIFT, _COULD_NOT_LOOK = 1, 2


def drift(
    *,
    prometheus: Annotated[str, typer.Option(metavar="URL", help="Compare rules.")] = "",
    alertmanager: Annotated[str, typer.Option(metavar="URL", help="Compare routes and receivers.")] = "",
    grafana: Annotated[
        str, typer.Option(metavar="URL", help=f"Compare dashboards; a token is taken from {GRAFANA_TOKEN}.")
    ] = "",
    context: Annotated[str, typer.Option(metavar="NAME", help="Compare scalers: a context of the kubeconfig.")] = "",
    env: Annotated[str, typer.Option(help="Environment that should run there.")] = "prod",
    extra: Annotated[bool, typer.Option("--extra", help="Also report rule groups that are not rendered.")] = False,
    json_: Annotated[bool, typer.Option("--json", help="Print JSON.")] = False,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
) -> None:
    """Compare what is rendered with what runs: rules, routes, dashboards and scalers. Reads only.

    Exits with 0 where they are equal, 1 where something differs, and 2 where something could not be looked at.
    """
    at = RunningPrograms(prometheus, alertmanager, grafana, context)
    try:
        require_places(at)
        environment = read(rendered / env)
    except VitalsError as error:
        typer.secho(f"error: {error}", err=True, fg=typer.colors.RED)
        raise typer.Exit(_COULD_NOT_LOOK) from error
    found = look(environment, at, extra=extra)
    if json_:
        document = {
            "environment": env,
            "equal": not found.drift and not found.failed,
            "looked": found.looked,
            "drift": [asdict(one) for one in found.drift],
            "failed": found.failed,
        }
        typer.echo(json.dumps(document, indent=2, ensure_ascii=False))
    else:
        typer.echo("\n".join(lines(found)))
    if found.failed:
        raise typer.Exit(_COULD_NOT_LOOK)
    if found.drift:
        raise typer.Exit(_DRIFT)
