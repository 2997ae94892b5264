"""``vitals check``: what would go wrong with dashboards, rules, routes and scalers, read as files."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.text import Text

from vitals.atomic import write_atomic
from vitals.cli.output_file import require_output
from vitals.errors import VitalsError
from vitals.paths import RENDERED, ROOT
from vitals.verify.review import CHECKS, Defect, Gravity, review
from vitals.verify.review.live import LiveServer
from vitals.verify.review.sarif import sarif
from vitals.verify.review.suppressions import NAME, Suppression, read_suppressions, suppressed

_GRAVITIES = {one.word: one for one in Gravity}
_STYLES = {Gravity.NOTE: "dim", Gravity.WARNING: "yellow", Gravity.ERROR: "red"}


def check(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Dashboards, rules, routes and scalers, files or folders; none for all rendered files."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
    sarif_file: Annotated[
        Path | None, typer.Option("--sarif", metavar="FILE", help="Also write SARIF 2.1.0 for code scanning.")
    ] = None,
    prometheus: Annotated[
        str, typer.Option(metavar="URL", help="Also find what no target of a running Prometheus has.")
    ] = "",
    gravity: Annotated[
        str, typer.Option("--least", metavar="GRAVITY", help="Report from here on: note, warning or error.")
    ] = "warning",
    suppressions: Annotated[
        Path | None, typer.Option(metavar="FILE", help=f"Accepted defects; {NAME} of the repository if not given.")
    ] = None,
    rendered: Annotated[Path, typer.Option(help="Folder that holds one folder per environment.")] = RENDERED,
    listed: Annotated[bool, typer.Option("--list", help="Name every check and what it finds.")] = False,
) -> None:
    """Find what would go wrong in production with dashboards, rules, routes and scalers; exits 1 for any."""
    if listed:
        for one in CHECKS:
            typer.echo(f"{one.name:<26} {one.gravity.word:<8} {one.summary}")
        return
    if gravity not in _GRAVITIES:
        raise VitalsError(f"--least {gravity!r} is not a gravity; write {', '.join(_GRAVITIES)}. Nothing was checked.")
    require_output(sarif_file)
    today = datetime.now(UTC).date()
    file = suppressions or ROOT / NAME
    exceptions = read_suppressions(file, [one.name for one in CHECKS], today) if suppressions or file.is_file() else []
    with ExitStack() as opened:
        live = opened.enter_context(LiveServer(prometheus)) if prometheus else None
        found = review(paths or [], rendered=rendered, live=live)
    left, accepted = suppressed(found.defects, exceptions if not paths or suppressions else [], file.name, today)
    if sarif_file is not None:
        write_atomic(sarif_file, json.dumps(sarif(CHECKS, left, accepted, ROOT), indent=2, ensure_ascii=False) + "\n")
    reported = [one for one in left if one.gravity >= _GRAVITIES[gravity]]
    if as_json:
        typer.echo(json.dumps([_json(one) for one in reported], indent=2, ensure_ascii=False))
    else:
        _show(reported, left, accepted, found.files, found.others)
    if any(one.gravity > Gravity.NOTE for one in left):
        raise typer.Exit(1)


def _json(defect: Defect) -> dict[str, object]:
    return {
        "check": defect.check,
        "file": defect.file,
        "line": defect.line,
        "gravity": defect.gravity.word,
        "what": defect.what,
        "why": defect.why,
        "fix": defect.fix,
    }


def _show(
    reported: Sequence[Defect],
    left: Sequence[Defect],
    accepted: Sequence[tuple[Defect, Suppression]],
    files: int,
    others: int,
) -> None:
    console = Console(emoji=False, highlight=False)
    for one in reported:
        console.print(lines_of(one), soft_wrap=True)
    counts = Counter(one.gravity for one in left)
    said = ", ".join(
        f"{counts[one]} {one.word}{'s' if counts[one] != 1 else ''}" for one in sorted(Gravity, reverse=True)
    )
    console.print(f"{files} file{'s' if files != 1 else ''} checked: {said}, {len(accepted)} accepted.", soft_wrap=True)
    if others:
        console.print(f"{others} more hold nothing that is checked.", style="dim")
    if hidden := len(left) - len(reported):
        console.print(f"{hidden} are not shown; --least note shows them.", style="dim")


def lines_of(defect: Defect) -> Text:
    """A defect as it is printed: where, how bad and which check, then why, then what to do."""
    text = Text(f"{defect.file}:{defect.line}: ")
    text.append(defect.gravity.word, style=_STYLES[defect.gravity])
    text.append(f" [{defect.check}] {defect.what}\n".replace("]  ", "] "))
    return text.append(f"    {defect.why}\n    {defect.fix}")
