"""``vitals foresight detect``: judge each row of a CSV file from the rows before it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vitals.atomic import write_atomic
from vitals.cli.output_file import require_output
from vitals.foresight.detect import detect as detection_of
from vitals.foresight.kinds import SignalKind
from vitals.foresight.series import read_series
from vitals.foresight.tables import detected_csv, detected_words


def detect(
    file: Annotated[Path, typer.Argument(metavar="IN.csv", help="Rows of timestamp,value (Unix seconds or ISO 8601).")],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="Where to write the judged rows.")],
    kind: Annotated[
        SignalKind, typer.Option(help="What the values measure: the direction that matters.")
    ] = SignalKind.GAUGE,
) -> None:
    """Find anomalies in a series.

    OUT.csv has a row per row of the input: timestamp, value, expected, lower, upper, score (0 to 1, for ranking) and
    anomaly (1 on a candidate for a page, for the first hour of an incident). Each row is judged from the rows before
    it, so it does not change when rows are added. Rows without a number are kept and not judged.
    """
    require_output(out)
    series = read_series(file)
    found = detection_of(series.times, series.values, kind) if len(series.times) else None
    write_atomic(out, detected_csv(series, found))
    typer.echo(f"{detected_words(series, found)}: {out}", err=True)
