"""``vitals foresight forecast``: say how a series goes on."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from vitals.atomic import write_atomic
from vitals.cli.output_file import require_output
from vitals.errors import VitalsError
from vitals.foresight.forecast import forecast_path
from vitals.foresight.series import LATEST, read_series
from vitals.foresight.tables import forecast_csv


def forecast(
    file: Annotated[Path, typer.Argument(metavar="IN.csv", help="Rows of timestamp,value (Unix seconds or ISO 8601).")],
    out: Annotated[Path, typer.Option("--out", metavar="OUT.csv", help="Where to write the forecast.")],
    horizon: Annotated[float, typer.Option(metavar="SECONDS", help="How far to look ahead.")],
) -> None:
    """Forecast a series from its last number.

    OUT.csv has a row per step of the cadence until SECONDS are reached: timestamp, expected (the median), lower and
    upper (the 10 % and the 90 % quantile).
    """
    if not (math.isfinite(horizon) and horizon > 0):
        raise VitalsError(f"--horizon {horizon:g} is not a length of time. Give seconds above 0, such as 120.")
    require_output(out)
    series = read_series(file)
    if not len(series.times):
        raise VitalsError(f"{file} has no row with a number, so there is nothing to go on from.")
    times, quantiles = forecast_path(series.times, series.values, horizon)
    if times[-1] > LATEST:
        raise VitalsError(f"{file}: the forecast would end after the year 9999. Correct its latest time.")
    newest = series.stamps[int(np.flatnonzero(series.counts & (series.row_times == series.times[-1]))[0])]
    write_atomic(out, forecast_csv(newest, times, quantiles, series.unit))
    typer.echo(f"{len(times)} steps from {newest}: {out}", err=True)
