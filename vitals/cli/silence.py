"""``vitals silence``: hold alerts back for a while, always with an end and a reason.

The silence itself is Alertmanager's, so amtool and other pages show it too; these commands refuse the ones that are
regretted later. On-call types them at night, so nothing that a command does not need is imported.
"""

from __future__ import annotations

import asyncio
import getpass
import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, TypeVar

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from vitals.cli.http_option import require_http_address
from vitals.errors import VitalsError
from vitals.http_client import BoundedClient
from vitals.local.silences.api import SilenceApi
from vitals.local.silences.matcher import parse_matcher
from vitals.local.silences.silence import Silence, new_silence
from vitals.local.stack.folder import DEFAULT_FOLDER, RunFolder
from vitals.local.stack.state import running_addresses
from vitals.model.promql import duration

_TIMEOUT_S = 10.0
_T = TypeVar("_T")
_Url = Annotated[
    str | None, typer.Option("--alertmanager", metavar="URL", help="An Alertmanager; the running stack's if not given.")
]
_State = Annotated[Path, typer.Option("--state", help="Run folder of the stack.")]
_Json = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]

silence = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@silence.callback()
def group() -> None:
    """Hold alerts back for a while, with an end and a reason."""


@silence.command()
def add(
    matchers: Annotated[
        list[str], typer.Argument(metavar="MATCHER...", help="Such as alertname=ApiLatencyHigh or service=~'a|b'.")
    ],
    *,
    for_: Annotated[str, typer.Option("--for", metavar="DURATION", help="How long, such as 2h; at most 7d.")],
    why: Annotated[str, typer.Option(help="For the people who wonder why they hear nothing.")],
    by: Annotated[str | None, typer.Option(help="Who asks for it; your login if not given.")] = None,
    alertmanager: _Url = None,
    state: _State = DEFAULT_FOLDER,
    as_json: _Json = False,
) -> None:
    """Silence the alerts that meet every matcher, from now on."""
    try:
        lasts = duration(for_)
    except ValueError as error:
        raise VitalsError(f"--for: {error}. Nothing was silenced.") from None
    wanted = new_silence([parse_matcher(one) for one in matchers], lasts_s=lasts, reason=why, author=by or _login())

    async def make(api: SilenceApi) -> tuple[Silence, list[str]]:
        made, alerts = await api.make(wanted)
        found = next((one for one in await api.all() if one.id == made), None)
        if found is None:
            raise VitalsError(
                f"Alertmanager took silence {made} and does not list it. Look with `vitals silence list`."
            )
        return found, alerts

    made, alerts = _ask(alertmanager, state, make)
    if as_json:
        typer.echo(json.dumps({**asdict(made), "alerts": alerts}, indent=2))
        return
    typer.echo(f"{', '.join(made.matchers)} silenced until {_clock(made.end)}, then notified again by itself.")
    typer.echo(f"Firing now and held back: {', '.join(alerts)}." if alerts else "Nothing that it covers fires now.")
    elsewhere = f" --state {state}" if state != DEFAULT_FOLDER else ""
    where = f" --alertmanager {alertmanager}" if alertmanager else elsewhere
    typer.echo(f"Earlier: vitals silence end {made.id}{where}")


@silence.command("list")
def list_(
    *,
    every: Annotated[bool, typer.Option("--all", help="Those that are over, too.")] = False,
    alertmanager: _Url = None,
    state: _State = DEFAULT_FOLDER,
    as_json: _Json = False,
) -> None:
    """Show what is silenced, until when, by whom and why."""
    found = [one for one in _ask(alertmanager, state, SilenceApi.all) if every or one.state != "expired"]
    if as_json:
        typer.echo(json.dumps([asdict(one) for one in found], indent=2))
        return
    table = Table(box=None, pad_edge=False)
    for heading in ("id", "state", "alerts", "until", "by", "why"):
        table.add_column(heading, overflow="fold")
    for one in found:
        row = (one.id, one.state, ", ".join(one.matchers), _clock(one.end), one.author, one.reason)
        table.add_row(*map(Text, row))
    Console(emoji=False).print(table if found else "Nothing is silenced.")


@silence.command()
def end(
    silence_id: Annotated[str, typer.Argument(metavar="ID", help="As `vitals silence list` shows it.")],
    *,
    alertmanager: _Url = None,
    state: _State = DEFAULT_FOLDER,
) -> None:
    """End a silence now; what it held back is notified if it still fires."""
    _ask(alertmanager, state, lambda api: api.end(silence_id))
    typer.echo(f"{silence_id} has ended.")


def _ask(url: str | None, state: Path, question: Callable[[SilenceApi], Awaitable[_T]]) -> _T:
    if url is not None:
        require_http_address("--alertmanager", url)
    where = url or _running(state)

    async def asked() -> _T:
        # A proxy of the environment is for addresses of others, never for our own on loopback.
        async with BoundedClient(within_s=_TIMEOUT_S, trust_env=url is not None) as client:
            return await question(SilenceApi(client, where))

    return asyncio.run(asked())


def _running(folder: Path) -> str:
    addresses = running_addresses(RunFolder(folder.absolute()))
    if addresses is None:
        raise VitalsError(
            f"No stack runs in {folder}, so there is no Alertmanager to ask. Start one with `vitals up`, or name "
            "another with --alertmanager URL."
        )
    return addresses.alertmanager


def _login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a container whose user has no name
        return ""


def _clock(at: float) -> str:
    return datetime.fromtimestamp(at, tz=UTC).astimezone().strftime("%Y-%m-%d %H:%M %Z")
