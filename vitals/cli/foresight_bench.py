"""``vitals foresight bench``: ours beside other methods, as pages and pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from vitals.atomic import write_atomic
from vitals.errors import VitalsError
from vitals.foresight.bench.clean import false_alarms
from vitals.foresight.bench.compare import compare
from vitals.foresight.bench.data import labelled_series, request_traces
from vitals.foresight.bench.demand import demand_results
from vitals.foresight.bench.kpis import ranking_by_kind
from vitals.foresight.bench.page import results_page
from vitals.foresight.bench.peers import PEERS, available
from vitals.foresight.bench.pictures import example_png, methods_png
from vitals.foresight.bench.recall import recall_by_type
from vitals.foresight.bench.together import by_chance, second_signal
from vitals.paths import DOCS

DATA = Path("shared", "data")


def bench(
    data: Annotated[Path, typer.Option(metavar="DIR", help="Folder with windows.json, its series, and traces.")] = DATA,
    docs: Annotated[Path, typer.Option(metavar="DIR", help="Where the page and its pictures go.")] = DOCS,
) -> None:
    """Compare detection and forecasts with other methods, and write foresight-results.md with its pictures.

    Series are read from below each windows.json (file names with lists of begin and end), traces from each file with
    the columns minute,requests. Peers whose library is not installed (groups peers and pretrained) are left out. It
    takes half an hour, with the pretrained model an hour more.
    """
    if not data.is_dir():
        raise VitalsError(f"{data} is not a folder. Name one with labelled series: --data DIR.")
    if not docs.is_dir():
        raise VitalsError(f"{docs} is not a folder, so the page cannot be written. Name one: --docs DIR.")
    series, traces = labelled_series(data), request_traces(data)
    if not series:
        raise VitalsError(f"No windows.json below {data} names a series, so there is nothing to compare on.")
    methods = compare(series, _progress("labelled series"))
    scored = sum(len(one.times) for one in series if not one.tuned_on)
    for one in methods:
        milliseconds = 1000 * one.seconds / scored if scored else 0.0
        typer.echo(f"{one.name}: F1 {one.scored.f1:.2f}, {milliseconds:.3f} ms per sample", err=True)
    recall = recall_by_type(_progress("types of incident"))
    left_out = [name for name in PEERS if not available(name)]
    ranking = ranking_by_kind(_progress("simulated KPIs"))
    second, chance = second_signal(_progress("two signals")), by_chance(series)
    clean = false_alarms(_progress("series without an incident"))
    page = results_page(
        methods, ranking, recall, demand_results(traces), left_out, clean=clean, second=second, chance=chance
    )
    pictures = docs / "pictures"
    pictures.mkdir(exist_ok=True)
    for name, picture in (("methods", methods_png(methods)), ("example", example_png())):
        (pictures / f"foresight-{name}.png").write_bytes(picture)
    write_atomic(docs / "foresight-results.md", page)
    typer.echo(f"{docs / 'foresight-results.md'}")


def _progress(stage: str) -> Callable[[str], None]:
    return lambda step: typer.echo(f"{stage}: {step}", err=True)
