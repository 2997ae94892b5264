"""``vitals doctor``: which external programs are here, in which version, and how to get the others.

It only looks: nothing is built, installed or fetched.
"""

import json
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from vitals.local.tools.locate import Status
from vitals.local.tools.survey import Finding, healthy, survey

_STYLE = {Status.OK: "green", Status.OLD: "yellow", Status.MISSING: "red"}


def doctor(*, as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False) -> None:
    """Say which programs are here, in which version, what is missing, what that costs and how to get it.

    Exits 0 if every required program is here or can be built, 1 if not.
    """
    findings = survey()
    good = healthy(findings)
    if as_json:
        typer.echo(json.dumps({"ok": good, "programs": [asdict(finding) for finding in findings]}, indent=2))
    else:
        _show(findings, Console(), good=good)
    if not good:
        raise typer.Exit(1)


def _show(findings: list[Finding], console: Console, *, good: bool) -> None:
    table = Table(box=None, pad_edge=False)
    for heading in ("program", "status", "version", "wanted"):
        table.add_column(heading, no_wrap=True)
    table.add_column("where", overflow="fold")
    for finding in findings:
        status = f"[{_STYLE[finding.status]}]{finding.status}[/]"
        table.add_row(finding.program, status, finding.version, finding.wanted, escape(_short(finding.path)))
    console.print(table)
    absent = [finding for finding in findings if finding.status is not Status.OK]
    for finding in absent:
        need = "required" if finding.required else finding.group or "optional"
        console.print(f"\n[bold]{finding.program}[/] is {finding.status} ({need}). {finding.missing_costs}")
        console.print(f"  How to get it: {'; or '.join(finding.get)}", highlight=False)
    if not good:
        console.print("\n[red]Something required can neither be found nor built here: see above.[/]")
    elif any(finding.required for finding in absent):
        console.print("\nEverything required is here or can be built: `vitals tools build` builds what is missing.")
    else:
        console.print("\n[green]Everything required is here.[/]")


def _short(path: str | None) -> str:
    home = str(Path.home())
    if path and home != "/" and path.startswith(f"{home}/"):
        return f"~{path[len(home) :]}"
    return path or ""
