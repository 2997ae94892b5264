"""``vitals cost``: what the metrics of an environment come to, as it was estimated when it was rendered."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vitals.kit.cost.comparison import Comparison, compare
from vitals.paths import RENDERED
from vitals.rendered import CostEntry, CostPart, ScalerEntry, read_several

_GIB = 2**30
_MIB = 2**20
_NAME_WIDTH = 26
_SHOWN = 5


def cost(
    *,
    env: Annotated[list[str] | None, typer.Option(help="Environment; repeat for several, none for all.")] = None,
    against: Annotated[
        str | None, typer.Option(metavar="URL", help="Compare one environment with a running Prometheus.")
    ] = None,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Say how many series and samples per month each scrape job and rule group stores, and what that costs.

    How far services are scaled is shown too, and whether what they are scaled by was measured or is assumed.
    """
    models = {name: one.model for name, one in read_several(rendered, env).items()}
    costs = {name: model.cost for name, model in models.items()}
    if against and len(costs) != 1:
        raise typer.BadParameter("name the one environment that runs there with --env", param_hint="--against")
    compared = {name: compare(one, against) for name, one in costs.items()} if against else {}
    if as_json:
        found = {
            name: {
                **model.cost.model_dump(mode="json"),
                "scalers": [one.model_dump(mode="json") for one in model.scalers],
            }
            for name, model in models.items()
        }
        for name, comparison in compared.items():
            found[name] = {**found[name], "compared": _comparison_json(comparison)}
        typer.echo(json.dumps(found, indent=2))
        return
    console = Console(emoji=False)  # "service:up:avg" is a record, not a picture
    for name, one in costs.items():
        _show(name, one, console)
        if scalers := models[name].scalers:
            console.print(_scaled(scalers))
        if name in compared:
            console.print(_comparison(compared[name]))
            console.print(f"head block, with series that ended lately: {compared[name].head:,}", highlight=False)


def _show(name: str, cost: CostEntry, console: Console) -> None:
    console.print(f"\n[bold]{name}[/]", highlight=False)
    console.print(_parts("scrape job", cost.jobs, cost.samples_per_month))
    console.print(_parts("rule group", cost.groups, cost.samples_per_month))
    console.print(_largest([*cost.jobs, *cost.groups]))
    budget, price = cost.budget, cost.price
    managed, own = price.managed, price.self_hosted
    for what, count, most in (
        ("active series", cost.series, budget.series),
        ("samples per month", cost.samples_per_month, budget.samples_per_month),
    ):
        console.print(f"{what}: {count:,} of {most:,} in the budget ({count / most:.0%})", highlight=False)
    trust = "verified" if managed.verified else "not verified"
    lines = (
        f"managed: {managed.usd_per_month:,.2f} USD per month, {managed.name}",
        f"  prices of {price.as_of}, {trust}: {managed.source}",
        (
            f"self-hosted: {own.disk_bytes_per_month / _GIB:,.1f} GiB of disk for each month that is kept, "
            f"{own.memory_bytes / _MIB:,.0f} MiB of memory"
        ),
        f"  {own.source}",
    )
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True)


def _parts(kind: str, parts: Iterable[CostPart], whole: int) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column(kind, no_wrap=True, min_width=_NAME_WIDTH)
    for heading in ("targets", "every", "series", "samples/month", "share"):
        table.add_column(heading, justify="right", no_wrap=True)
    for part in parts:
        table.add_row(
            part.name,
            str(part.targets),
            f"{part.interval_seconds:g}s",
            f"{part.series:,}" + (" (guess)" if part.guess else ""),
            f"{part.samples_per_month:,}",
            f"{part.samples_per_month / whole:.1%}",
        )
    return table


def _largest(parts: Iterable[CostPart]) -> Table:
    """What to look at first: the metrics and records with most series, wherever they are stored."""
    table = Table(box=None, pad_edge=False)
    table.add_column("most series", no_wrap=True, min_width=_NAME_WIDTH)
    table.add_column("series", justify="right", no_wrap=True)
    table.add_column("of", no_wrap=True)
    lines = [(line.series, line.what, part.name) for part in parts for line in part.largest]
    for series, what, name in sorted(lines, key=lambda line: (-line[0], *line[1:]))[:_SHOWN]:
        table.add_row(what, f"{series:,}", name)
    return table


def _scaled(scalers: Iterable[ScalerEntry]) -> Table:
    """How far services grow, and whether anyone has measured what they are scaled by; replicas are the larger cost."""
    table = Table(box=None, pad_edge=False)
    table.add_column("scaled service", no_wrap=True, min_width=_NAME_WIDTH)
    for heading in ("replicas", "a replica is full at"):
        table.add_column(heading, justify="right", no_wrap=True)
    table.add_column("known", no_wrap=True)
    for scaler in scalers:
        for trigger in scaler.triggers:
            limits = f"{scaler.min_replicas} to {scaler.max_replicas}"
            table.add_row(scaler.service, limits, f"{trigger.per_replica:g} {trigger.unit}", trigger.known)
    return table


def _comparison(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, title="estimate and running Prometheus", title_justify="left")
    table.add_column("series of", no_wrap=True, min_width=_NAME_WIDTH)
    for heading in ("estimated", "active", "off by"):
        table.add_column(heading, justify="right", no_wrap=True)
    for one in (*comparison.parts, comparison.total):
        table.add_row(
            one.name, f"{one.estimated:,}", f"{one.found:,}", f"{one.error:.0%}" if one.found else "nothing there"
        )
    return table


def _comparison_json(comparison: Comparison) -> dict[str, object]:
    parts = [*comparison.parts, comparison.total]
    return {
        "head": comparison.head,
        "series": [{**asdict(one), "error": one.error if one.found else None} for one in parts],
    }
