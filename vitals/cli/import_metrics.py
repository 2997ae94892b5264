"""``vitals import metrics``: what a program really exposes becomes known here, so that rules and panels may read it."""

from __future__ import annotations

from http import HTTPStatus
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.import_report import ImportOutcome, deliver, require_watched
from vitals.cli.import_source import MOST_SCRAPE, answer_of, content_of, is_address
from vitals.errors import VitalsError
from vitals.http_address import without_password
from vitals.kit.imports.scrape_source import series_of_scrapes, unread_lines
from vitals.kit.imports.source_bytes import as_text
from vitals.model.catalog import load
from vitals.model.metrics.exposed import FOLDER, written_exposed
from vitals.paths import CATALOG

_GIVE = "Give the address that Prometheus scrapes, such as http://localhost:9100/metrics, or a file."


def metrics(
    name: Annotated[str, typer.Argument(help="The service or exporter that exposes them, as the catalogue names it.")],
    sources: Annotated[
        list[str],
        typer.Argument(metavar="FILE|URL...", help="Its scrape, or the address of its metrics; several are joined."),
    ],
    *,
    replace: Annotated[bool, typer.Option("--replace", help="Replace what was read before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be taken.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Write which metrics a service or exporter exposes to catalog/exposed/NAME.toml: names, types and labels."""
    require_watched(name, load(CATALOG))
    texts = [_text_of(one) for one in sources]
    series = series_of_scrapes(texts)
    unread = unread_lines(texts)
    deliver(
        ImportOutcome(
            "series",
            len(series) + len(unread),
            len(series),
            (),
            unread,
            {CATALOG / FOLDER / f"{name}.toml": written_exposed(series.values(), f"What {name} exposes.")},
            ("vitals render",),
        ),
        replace=replace,
        dry_run=dry_run,
        as_json=as_json,
    )


def _text_of(source: str) -> tuple[str, str]:
    """Where a scrape is from, as it may be shown, and its text."""
    if not is_address(source):
        return source, as_text(content_of(Path(source), MOST_SCRAPE))
    shown = without_password(source)
    status, content = answer_of(source, _GIVE, MOST_SCRAPE)
    if status != HTTPStatus.OK:
        raise VitalsError(f"{shown} answers with status {status}, so nothing was imported. {_GIVE}")
    return shown, as_text(content)
