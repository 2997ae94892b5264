"""``vitals who``: who is notified when an alert fires, from the rendered routes and the real amtool."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from vitals.cli.moment import moment
from vitals.errors import VitalsError
from vitals.local.tools import ensure, showing_progress
from vitals.model.conventions import ALERTNAME
from vitals.paths import RENDERED
from vitals.rendered import MaintenanceEntry, names, read_several
from vitals.verify.routing import Answer, Notified, answer, chosen_alerts


def who(
    alert: Annotated[str, typer.Argument(help="Name of an alert, such as ServiceOutage.")],
    labels: Annotated[
        list[str] | None, typer.Argument(metavar="[LABEL=VALUE]...", help="Labels that narrow the question.")
    ] = None,
    *,
    env: Annotated[str, typer.Option(help="Environment.")] = "local",
    at: Annotated[
        str,
        typer.Option(
            metavar="TIME",
            help="Moment at which it fires: 2026-07-01T16:00Z, or 'Sunday 03:00 Asia/Tokyo'; now if not given.",
        ),
    ] = "",
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """Show which team an alert notifies, on which channels, how fast, when it is muted, and what inhibits it."""
    asked = moment(at)
    environment = read_several(rendered, [env])[env]
    alerts, config = environment.model.alerts, environment.parsed(names.ALERTMANAGER)
    found = chosen_alerts(alerts, alert, _labels(labels or []))
    with showing_progress() as report:
        amtool = ensure(["amtool"], report)["amtool"]
    answers = [answer(amtool, config, wanted, alerts, asked) for wanted in found]
    if as_json:
        typer.echo(json.dumps([{**asdict(one), "moment": asked.isoformat()} for one in answers], indent=2))
        return
    console = Console(emoji=False)
    for alike in _alike(answers):
        console.print(_table(alike, asked, environment.model.maintenance))


def _labels(texts: list[str]) -> dict[str, str]:
    wanted = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name.isidentifier() and equals and value):
            raise VitalsError(f"{text!r} is not a label. Write it as LABEL=VALUE, such as service=wellness-api.")
        wanted[name] = value
    return wanted


def _alike(answers: Iterable[Answer]) -> list[list[Answer]]:
    """Answers that differ only in the labels of the alert, together."""
    groups: dict[tuple[object, ...], list[Answer]] = {}
    for one in answers:
        groups.setdefault(
            (one.owner, one.channels, one.routes, one.muted, one.at, one.notified, one.inhibited), []
        ).append(one)
    return list(groups.values())


def _notified(receivers: Sequence[Notified], maintenance: Sequence[MaintenanceEntry]) -> str:
    """Who is notified at the moment, one line for each receiver."""
    said = {
        f"muted by {one.interval}": f"muted by {one.interval} until {one.end} ({one.why.removesuffix('.')})"
        for one in maintenance
    }
    lines = []
    for one in receivers:
        reason = "; ".join(said.get(part, part) for part in one.reason.split("; "))
        channels = ", ".join(one.channels) or one.receiver
        lines.append(f"{channels}, after {one.after}" if one.sent else f"not {channels}: {reason or 'no channel'}")
    return "\n".join(lines)


def _table(alike: list[Answer], asked: datetime, maintenance: Sequence[MaintenanceEntry]) -> Table:
    titles = []
    for one in alike:
        shown = ", ".join(f"{name}={value}" for name, value in one.labels.items() if name != ALERTNAME)
        titles.append(f"{one.labels['alertname']} ({shown})")
    table = Table(box=None, pad_edge=False, show_header=False, title="\n".join(titles), title_justify="left")
    table.add_column(style="dim", no_wrap=True)
    table.add_column(overflow="fold")
    first = alike[0]
    table.add_row("owner", first.owner or "none")
    table.add_row("channels", ", ".join(first.channels) or "none, so no notification")
    for route in first.routes:
        table.add_row("receiver", route.receiver)
        if first.channels:
            together = ", ".join(route.group_by) or "all of the route"
            table.add_row("first notification", f"{route.group_wait} after it fires, one for each {together}")
            table.add_row("then", f"changes every {route.group_interval}, repeated every {route.repeat_interval}")
    table.add_row("muted when", "; ".join(first.muted) or "never")
    zone = getattr(asked.tzinfo, "key", None) or f"{asked:%Z}"
    table.add_row(f"{asked:%A %Y-%m-%d %H:%M} {zone}", _notified(first.notified, maintenance))
    for inhibition in first.inhibited:
        same = f" with the same {', '.join(inhibition.equal)}" if inhibition.equal else ""
        table.add_row("inhibited by", f"{', '.join(inhibition.alerts)}{same}")
    if not first.inhibited:
        table.add_row("inhibited by", "nothing")
    return table
