"""``vitals backtest``: when alerts would have fired in the data of last month."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from vitals.cli.http_option import require_http_address
from vitals.cli.interrupt import run_until_interrupted
from vitals.cli.past_data import leave, look_back_s, prometheus_client
from vitals.errors import VitalsError
from vitals.local.tools import ensure, showing_progress
from vitals.paths import RENDERED, ROOT
from vitals.verify.backtest import (
    Backtester,
    BacktestRange,
    PairOutcome,
    RangeServer,
    ServerGoneError,
    as_json,
    as_text,
    chosen,
    pairs,
    read_alerts,
    read_alerts_at,
    served,
)
from vitals.verify.backtest.serve import ServedData, require_data

_BAD_INPUT, _CANNOT_JUDGE = 2, 4
_SHORTEST, _LONGEST = "1m", "400d"
"""One evaluation of the slowest group; a year with room, beyond which hardly any server keeps data."""


def backtest(
    alerts: Annotated[
        list[str] | None, typer.Argument(help="Names of alerts; none for all, or with --base for the changed ones.")
    ] = None,
    *,
    prometheus: Annotated[str, typer.Option(metavar="URL", help="A Prometheus that has the data.")] = "",
    data: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Its storage folder instead, or a file of OpenMetrics text.")
    ] = None,
    last: Annotated[str, typer.Option(help="How far back from now, or from the newest data of --data.")] = "30d",
    env: Annotated[str, typer.Option(help="Environment whose rules are judged.")] = "prod",
    base: Annotated[str, typer.Option(metavar="REV", help="Also judge the rules from before this branch.")] = "",
    json_: Annotated[bool, typer.Option("--json", help="Print JSON with every interval.")] = False,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
    repository: Annotated[Path, typer.Option(help="A folder of the git repository, for --base.")] = ROOT,
) -> None:
    """Say when alerts would have fired, how long, and what their old version would have done.

    Exits with 2 for wrong input, and with 4 where a named alert, or every alert, cannot be judged.
    """
    try:
        _require_source(prometheus, data)
        span = look_back_s(last, shortest=_SHORTEST, longest=_LONGEST)
        now = read_alerts(rendered / env)
        before = read_alerts_at(repository, base, env) if base else None
        wanted = chosen(pairs(now, before), alerts or [], now.against(before))
    except VitalsError as error:
        leave(error, _BAD_INPUT)
    console = Console(stderr=True, emoji=False, highlight=False)

    def say(text: str) -> None:
        console.print(text, style="dim", markup=False)

    async def judged() -> tuple[list[PairOutcome], BacktestRange]:
        async with _server(prometheus, data, say) as found:
            asked = BacktestRange(int(found.end - span), int(found.end), 1)
            tester = Backtester(found.server, asked.start, asked.end, now=now, before=before)
            return await tester.judge(wanted, say), asked

    if not wanted:
        typer.echo(json.dumps({"base": base, "alerts": []}) if json_ else f"No alert changed since {base}.")
        return
    try:
        outcomes, asked = run_until_interrupted(judged())
    except ServerGoneError as error:
        leave(error, _CANNOT_JUDGE)
    except VitalsError as error:
        leave(error, _BAD_INPUT)
    if json_:
        typer.echo(json.dumps(as_json(outcomes, asked.start, asked.end, base or None), indent=2, ensure_ascii=False))
    else:
        typer.echo(as_text(outcomes, asked.start, asked.end, base or None))
    unjudged = [one for one in outcomes if not _is_judged(one)]
    if len(unjudged) == len(outcomes) or (alerts and unjudged):
        raise typer.Exit(_CANNOT_JUDGE)


def _require_source(url: str, data: Path | None) -> None:
    if bool(url) == (data is not None):
        raise VitalsError("Name the data with either --prometheus URL or --data DIR. Nothing was asked.")
    if data is not None:
        require_data(data)
    else:
        require_http_address("--prometheus", url)


def _is_judged(one: PairOutcome) -> bool:
    return all(side.judged for side in (one.now, one.before) if side is not None)


@contextlib.asynccontextmanager
async def _server(url: str, data: Path | None, say: Callable[[str], None]) -> AsyncIterator[ServedData]:
    if data is None:
        async with prometheus_client() as client:
            server = RangeServer(url, client)
            await server.require_answer()
            yield ServedData(server, time.time())
        return
    with showing_progress() as report:
        found = ensure(("prometheus", "promtool"), report)
    async with served(data, prometheus=found["prometheus"], promtool=found["promtool"], say=say) as opened:
        yield opened
