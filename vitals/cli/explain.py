"""``vitals explain``: what is watched of a service, what each signal says now or why not, and who is notified."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vitals.errors import VitalsError, did_you_mean
from vitals.http_client import BlockingClient
from vitals.model.catalog import Catalogue, Service, load
from vitals.paths import CATALOG
from vitals.render import compose
from vitals.render.explained import Ask, Explained, ExplainedAlert, ExplainedSignal, Series, explained

_ANSWERS_WITHIN_S = 10.0
"""How long one query may take; a signal of ours is answered in milliseconds."""


def explain(
    service: Annotated[str, typer.Argument(help="Name of a service of the catalogue.")],
    *,
    env: Annotated[str, typer.Option(help="Environment.")] = "local",
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="Address of a running Prometheus; none for the declaration alone.")
    ] = "",
    catalogue: Annotated[Path, typer.Option(help="Folder of the catalogue.")] = CATALOG,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of tables.")] = False,
) -> None:
    """Explain what is watched of a service: each signal with its query and value, and who is notified of what.

    With --prometheus exits 1 if a signal has no value; the reason stands beside it.
    """
    declared = load(catalogue)
    found = _service(declared, service)
    if env not in declared.environments:
        known = ", ".join(sorted(declared.environments))
        raise VitalsError(f"There is no environment {env}, so there is nothing to explain. Known are {known}.")
    plan = compose(declared, declared.environments[env])
    if prometheus:
        with BlockingClient(within_s=_ANSWERS_WITHIN_S, trust_env=False) as client:
            answer = explained(plan, found, _asking(client, prometheus.rstrip("/")))
    else:
        answer = explained(plan, found)
    if as_json:
        typer.echo(json.dumps(asdict(answer), indent=2))
    else:
        _show(answer, Console(emoji=False), asked=bool(prometheus))
    if prometheus and not answer.answered:
        raise typer.Exit(1)


def _service(declared: Catalogue, name: str) -> Service:
    services = {service.name: service for service in declared.services}
    if name in services:
        return services[name]
    hint = did_you_mean(name, services, f"Known are {', '.join(services)}.")
    raise VitalsError(f"The catalogue has no service {name!r}, so there is nothing to explain. {hint}")


def _asking(client: BlockingClient, address: str) -> Ask:
    def ask(query: str) -> Sequence[Series]:
        try:
            answer = client.get(f"{address}/api/v1/query", params={"query": query})
            found = answer.json()
            if found["status"] != "success":
                raise VitalsError(f"{address} refuses the query {query}: {found.get('error')}. Nothing was explained.")
            return [(one["metric"], _number(one)) for one in found["data"]["result"]]
        except (httpx.HTTPError, httpx.InvalidURL, ValueError, KeyError, TypeError) as error:
            raise VitalsError(
                f"{address} does not answer as a Prometheus does ({error}), so no value is known. Give the address of "
                "its page, such as http://127.0.0.1:9090, or leave --prometheus out."
            ) from None

    return ask


def _number(element: Mapping[str, Any]) -> float:
    """The value of an element of an answer; of a native histogram its count of events."""
    return float(element["value"][1] if "value" in element else element["histogram"][1]["count"])


def _show(answer: Explained, console: Console, *, asked: bool) -> None:
    console.print(f"[bold]{answer.service}[/] speaks {answer.speaks}; scraped by {escape(answer.scraped)}")
    table = Table(box=None, pad_edge=False)
    table.add_column("signal", overflow="fold")
    table.add_column("now" if asked else "recorded as", overflow="fold")
    table.add_column("query", overflow="fold")
    for one in answer.signals:
        table.add_row(escape(one.title), escape(_now(one, asked=asked)), escape(one.query))
    console.print(table)
    _show_alerts(answer.alerts, console)


def _now(one: ExplainedSignal, *, asked: bool) -> str:
    if one.missing or not asked:
        return one.missing or one.record
    values = ", ".join(f"{value:.4g}" for value in one.values)
    return values if one.series <= len(one.values) else f"{values} and more ({one.series} series)"


def _show_alerts(alerts: Sequence[ExplainedAlert], console: Console) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("alert", "severity", "owner", "channels", "fires when"):
        table.add_column(heading, overflow="fold")
    for alert in alerts:
        channels = ", ".join(alert.channels) or "none"
        table.add_row(alert.name, alert.severity, alert.owner, channels, escape(alert.fires_when))
    console.print(table)
