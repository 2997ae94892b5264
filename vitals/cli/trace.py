"""``vitals trace``: one request's way through the services, as a waterfall in the terminal."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vitals.errors import VitalsError
from vitals.local.draw.units import format_value
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import running_addresses

_TIMEOUT_S = 10.0
_SHORTEST_BAR, _LONGEST_BAR = 10, 40
_GAP = 2
_NANOSECOND = 1e-9


def trace(
    trace_id: Annotated[str, typer.Argument(help="Trace id: 32 hexadecimal digits, from a log line or an exemplar.")],
    *,
    state: Annotated[Path, typer.Option("--state", help="Run folder of the stack.")] = DEFAULT_FOLDER,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a waterfall.")] = False,
) -> None:
    """Show the spans of a trace that the running stack has kept (about the last hour)."""
    found = fetch_trace(portal_of(state), trace_id)
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    console = Console()
    console.print(waterfall_table(found, console.width))


def portal_of(state: Path) -> str:
    """Return the base URL of the portal of the stack that runs in a folder.

    Raises:
        VitalsError: No stack runs there, or it has no portal yet.
    """
    addresses = running_addresses(RunFolder(state.absolute()))
    if addresses is None:
        raise VitalsError(
            f"No stack runs in {state}, so no trace can be shown. Start one with `vitals up`, or name "
            "its run folder with --state."
        )
    return addresses.portal


def fetch_trace(portal_url: str, trace_id: str) -> dict[str, Any]:
    """Ask the portal for a trace.

    Args:
        portal_url: Base URL of the portal.
        trace_id: Hexadecimal id of the trace.

    Returns:
        ``{"trace_id", "start_ns", "duration_ns", "rows": [{"span", "depth", "offset_ns", "duration_ns", "orphan"}]}``.

    Raises:
        VitalsError: The id is none, the trace is not known, or the portal does not answer.
    """
    wanted = trace_id.strip().lower()
    if not wanted or set(wanted) - set("0123456789abcdef"):
        raise VitalsError(
            f"{trace_id!r} is not a trace id, so no trace can be looked up. A trace id has 32 hexadecimal digits; "
            "log lines carry it as trace_id."
        )
    try:
        answer = httpx.get(f"{portal_url}/api/traces/{wanted}", timeout=_TIMEOUT_S, trust_env=False)
    except httpx.HTTPError as error:
        raise VitalsError(
            f"The portal at {portal_url} does not answer ({error}), so the trace cannot be shown. See `vitals status`."
        ) from error
    body: dict[str, Any] = answer.json()
    if answer.is_error:
        raise VitalsError(f"{body['error']} `vitals status` names the portal, whose page Traces lists those there are.")
    return body


def waterfall_table(found: Mapping[str, Any], width: int) -> Table:
    """Return the trace as a table: span by depth, service, duration, and a bar on the trace's time line.

    Args:
        found: What ``fetch_trace`` returned.
        width: Columns of the terminal; the bars take what the texts leave, between 10 and 40.
    """
    rows = [(_name(row), row["span"]["service"], _duration(row["duration_ns"])) for row in found["rows"]]
    texts = sum(max(len(str(row[column])) + _GAP for row in rows) for column in range(3))
    room = min(max(width - texts - _GAP, _SHORTEST_BAR), _LONGEST_BAR)
    table = Table(box=None, padding=(0, _GAP, 0, 0), show_edge=False)
    table.title = f"Trace {found['trace_id']}  ·  {_duration(found['duration_ns'])}  ·  spans: {len(rows)}"
    table.title_justify = "left"
    table.add_column("Span", no_wrap=True)
    table.add_column("Service", no_wrap=True, style="cyan")
    table.add_column("Time", justify="right", no_wrap=True)
    table.add_column("", width=room, no_wrap=True)
    for row, texts_of_row in zip(found["rows"], rows, strict=True):
        table.add_row(*texts_of_row, _bar(row, found["duration_ns"], room))
    return table


def _name(row: Mapping[str, Any]) -> Text:
    failed = row["span"]["status"] == "error"
    name = Text(
        "  " * row["depth"] + ("… " if row["orphan"] else "") + row["span"]["name"], style="red" if failed else ""
    )
    return name.append("  error", style="bold red") if failed else name


def _bar(row: Mapping[str, Any], whole_ns: int, room: int) -> Text:
    whole = max(whole_ns, 1)
    before = min(int(row["offset_ns"] / whole * room), room - 1)
    length = max(1, round(row["duration_ns"] / whole * room))
    bar = "━" * min(length, room - before)
    return Text(" " * before + bar, style="red" if row["span"]["status"] == "error" else "blue")


def _duration(nanoseconds: int) -> str:
    return format_value(nanoseconds * _NANOSECOND, "s")
