"""``vitals foresight replay``: judge each row of a series as the service did, with the deploys that it knew."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitals.atomic import write_atomic
from vitals.cli.output_file import require_output
from vitals.foresight.deploys import detect_with_deploys
from vitals.foresight.kinds import SignalKind
from vitals.foresight.series import read_series
from vitals.foresight.service.builds import read_deploys
from vitals.foresight.tables import detected_csv, detected_words


def replay(
    file: Annotated[
        Path, typer.Argument(metavar="IN.csv", help="Rows of timestamp,value: a file of the state folder.")
    ],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="Where to write the judged rows.")],
    deploys: Annotated[
        Path, typer.Option("--deploys", metavar="DEPLOYS.csv", help="Rows of timestamp: deploys/SERVICE.csv there.")
    ],
    kind: Annotated[
        SignalKind, typer.Option(help="What the values measure: the direction that matters.")
    ] = SignalKind.GAUGE,
) -> None:
    """Find anomalies in a series whose service was deployed meanwhile.

    OUT.csv is as `vitals foresight detect` writes it. From an hour after a deploy on, rows are judged by a past that is
    moved to the level and the scatter of the new build, where it changed them.
    """
    require_output(out)
    series, moments = read_series(file), sorted(read_deploys(deploys))
    found = detect_with_deploys(series.times, series.values, kind, moments) if len(series.times) else None
    write_atomic(out, detected_csv(series, found))
    typer.echo(f"{detected_words(series, found)}, {len(moments)} deploys: {out}", err=True)
