"""``vitals import metrics``: what a program really exposes becomes known here, so that rules and panels may read it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import httpx
import typer

from vitals.cli.import_report import ImportOutcome, content_of, deliver, require_watched
from vitals.errors import VitalsError
from vitals.kit.imports.scrape_source import series_of_scrapes, unread_lines
from vitals.model.catalog import load
from vitals.model.metrics.exposed import FOLDER, written_exposed
from vitals.paths import CATALOG

_PATIENCE_S = 30.0
"""What lists everything in a cluster answers within 10 s; a busy one may take longer than its scrape is given."""


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
    texts = [(one, _asked(one) if one.startswith(("http://", "https://")) else _read(Path(one))) for one in sources]
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


def _read(file: Path) -> str:
    return content_of(file).decode("utf-8", errors="replace")


def _asked(url: str) -> str:
    try:
        answer = httpx.get(url, timeout=_PATIENCE_S, follow_redirects=True, headers={"accept": "text/plain"})
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise VitalsError(
            f"{url} does not answer ({error or type(error).__name__}), so nothing was written. Give the address that "
            "Prometheus scrapes, such as http://localhost:9100/metrics, or a file."
        ) from error
    return answer.text
