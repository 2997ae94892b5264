"""``vitals pictures serve``: reply to notifications with the picture of the alert's panel."""

from __future__ import annotations

import signal
import threading
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.http_option import require_http_address
from vitals.errors import VitalsError
from vitals.local.relay.health import RelayHealth
from vitals.local.relay.pace import GroupPace
from vitals.local.relay.relay import Relay
from vitals.local.relay.serve import serving
from vitals.paths import RENDERED
from vitals.rendered import PicturesEntry, names, read

PORT = 9815
"""Beside the foresight service's 9814; no exporter in Prometheus' list of ports has it."""


def serve(
    *,
    prometheus: Annotated[str, typer.Option(metavar="URL", help="Base URL of the Prometheus that is asked.")],
    secrets: Annotated[Path, typer.Option(metavar="DIR", help="The folder with the secret files.")],
    env: Annotated[str, typer.Option(help="The environment whose notifications have pictures.")] = "local",
    rendered: Annotated[
        Path | None, typer.Option(metavar="DIR", help="A rendered environment, in place of the repository's.")
    ] = None,
    host: Annotated[str, typer.Option(help="Address to listen on; only this machine can reach the default.")] = (
        "127.0.0.1"
    ),
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for a free one.")] = PORT,
) -> None:
    """Reply to notifications with the picture of the alert's panel, until Ctrl-C.

    Alertmanager calls at /alerts, metrics are at /metrics, the probes at /-/ready and /-/healthy. A picture goes only
    to the channels that the environment names, as a reply to the notification.
    """
    require_http_address("--prometheus", prometheus)
    folder = rendered or RENDERED / env
    entry = read(folder).model.pictures
    if entry is None:
        raise VitalsError(
            f"{folder} has no pictures: no channel there wants any, or the environment sends none. Set `pictures` of "
            "the environment and of a channel, and run `vitals render`. Nothing was started."
        )
    _require_secrets(entry, secrets)
    health, stop = RelayHealth(entry.kinds), threading.Event()
    relay = Relay(
        receivers=entry.receivers,
        pace=GroupPace(entry.every_s),
        health=health,
        say=lambda line: typer.echo(line, err=True),
    )
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    with serving(relay, health, secrets / entry.token_file, host, port) as url:
        typer.echo(f"pictures for {len(entry.receivers)} receivers: {url}{names.PICTURES_PATH}", err=True)
        # Loaded while calls are taken already: on a machine that is busy with an outage it takes a while.
        from vitals.local.relay.channels import replies  # noqa: PLC0415
        from vitals.local.relay.drawing import PanelPainter  # noqa: PLC0415

        relay.run(PanelPainter(prometheus, folder / names.DASHBOARDS), replies(entry, secrets), stop)


def _require_secrets(entry: PicturesEntry, folder: Path) -> None:
    missing = [name for name in entry.secrets if not (folder / name).is_file()]
    if missing:
        raise VitalsError(
            f"--secrets {folder} lacks {', '.join(missing)}, so pictures would be drawn and never delivered. Nothing "
            "was started. Put each secret into a file of that name."
        )
