"""``vitals foresight serve``: judge and forecast what an environment watches, every minute."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.http_option import require_http_address
from vitals.foresight.service.exposition import Exposition
from vitals.foresight.service.key import Shard
from vitals.foresight.service.serve import Alive, serving
from vitals.paths import RENDERED
from vitals.rendered import read

PORT = 9814
"""Beside the portal's 9800; no exporter in Prometheus' list of ports has it."""


def serve(
    *,
    prometheus: Annotated[str, typer.Option(metavar="URL", help="Base URL of the Prometheus that is asked.")],
    state: Annotated[Path, typer.Option(metavar="DIR", help="Where histories are kept over a restart.")],
    env: Annotated[str, typer.Option(help="The environment whose services are watched.")] = "local",
    rendered: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A rendered environment, in place of the repository's.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine can reach the default.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port of the metrics; 0 for a free one.")] = PORT,
    shard: Annotated[str, typer.Option(metavar="NUMBER/OF", help="Watch only this part of all questions.")] = "0/1",
) -> None:
    """Export anomalies and forecasts of what an environment watches, until Ctrl-C.

    Metrics are at /metrics, the probes at /-/ready and /-/healthy. The state folder holds one CSV file per series, and
    one per service with its deploys: `vitals foresight replay` says of each minute what the service said.
    """
    require_http_address("--prometheus", prometheus)
    part = Shard.parse(shard)
    entries = [entry for entry in read(rendered or RENDERED / env).model.foresight if part.has(entry)]
    exposition, alive, stop = Exposition(), Alive(), threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(exposition, alive, host, port) as url:
        typer.echo(f"{len(entries)} questions to {prometheus}: {url}/metrics", err=True)
        # Loaded while the probes answer already: on a busy machine it takes most of a minute.
        from vitals.foresight.service.cycle import Watcher  # noqa: PLC0415
        from vitals.foresight.service.loop import run  # noqa: PLC0415
        from vitals.foresight.service.prometheus import RangeReader  # noqa: PLC0415

        source = RangeReader(prometheus)
        run(Watcher(entries, source, state, lambda line: typer.echo(line, err=True)), exposition, alive, stop)
    source.close()
