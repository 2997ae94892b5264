"""What ``vitals import`` writes and says: files whole or not at all, and every change and every loss by name."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

import typer
from rich.console import Console

from vitals.cli.output_file import write_all
from vitals.errors import VitalsError, did_you_mean
from vitals.kit.imports.note import ImportNote
from vitals.model.catalog import Catalogue
from vitals.model.metrics import EXPORTERS
from vitals.paths import ROOT


@dataclass(frozen=True, slots=True)
class ImportOutcome:
    """What became of one source.

    Attributes:
        kind: What it holds, in the plural: ``rules``, ``panels``, ``series`` or ``objectives``.
        total: How many.
        taken: How many of them were taken, in part or whole.
        changed: What was changed on the way.
        left: What was left behind.
        files: Text by path, to be written.
        next: What to do then.
        extended: Text by path of files that get more content and lose none.
    """

    kind: str
    total: int
    taken: int
    changed: Sequence[ImportNote]
    left: Sequence[ImportNote]
    files: Mapping[Path, str]
    next: Sequence[str] = ()
    extended: Mapping[Path, str] = field(default_factory=dict)


def deliver(outcome: ImportOutcome, *, replace: bool, dry_run: bool, as_json: bool) -> None:
    """Write the files of an import and report it; without writing, also report what would be refused, and refuse it.

    Raises:
        VitalsError: A file is there already, and it was not said that it may be replaced; or one cannot be written.
        typer.Exit: With 1, where nothing could be taken.
    """
    there = [_shown(file) for file, text in outcome.files.items() if file.exists() and _has_other(file, text)]
    kept = "" if replace else " and ".join(there)
    refusal = VitalsError(
        f"{kept} exists already and would be other than it is, so nothing was written. Import "
        "under another name (--name), or say --replace."
    )
    if kept and not dry_run:
        raise refusal
    if not dry_run:
        write_all({**outcome.files, **outcome.extended})
    if as_json:
        typer.echo(json.dumps(_json(outcome, there, written=not dry_run), indent=2, ensure_ascii=False))
    else:
        _show(outcome, there, written=not dry_run)
    if kept:
        raise refusal
    if not outcome.taken:
        raise typer.Exit(1)


def _json(outcome: ImportOutcome, replaced: Sequence[str], *, written: bool) -> dict[str, object]:
    return {
        "kind": outcome.kind,
        "total": outcome.total,
        "taken": outcome.taken,
        "written": written and bool(outcome.files),
        "files": [_shown(file) for file in outcome.files],
        "extended": [_shown(file) for file in outcome.extended],
        "replaced": list(replaced) if written else [],
        "changed": [asdict(note) for note in outcome.changed],
        "left": [asdict(note) for note in outcome.left],
    }


def _show(outcome: ImportOutcome, replaced: Sequence[str], *, written: bool) -> None:
    console = Console(emoji=False, highlight=False, markup=False)
    for word, notes in (("changed", outcome.changed), ("left", outcome.left)):
        for note in notes:
            place = f"{note.where}: " if note.where else ""
            console.print(f"{word}: {place}{note.what}: {note.why}", soft_wrap=True)
    for file in outcome.files:
        shown = _shown(file)
        verb = ("replaced" if shown in replaced else "wrote") if written else "would write"
        console.print(f"{verb} {shown}", soft_wrap=True)
    for file in outcome.extended:
        console.print(f"{'extended' if written else 'would extend'} {_shown(file)}", soft_wrap=True)
    console.print(f"{outcome.taken} of {outcome.total} {outcome.kind} taken.", soft_wrap=True)
    if outcome.taken and written:
        console.print("next:")
        for step in outcome.next:
            console.print(f"  {step}", soft_wrap=True)


def _has_other(file: Path, text: str) -> bool:
    return file.read_text("utf-8", errors="replace") != text


def _shown(file: Path) -> str:
    return str(file.relative_to(ROOT)) if file.is_relative_to(ROOT) else str(file)


def require_watched(name: str, declared: Catalogue) -> None:
    """Refuse a name that is neither a service of the catalogue nor an exporter.

    Raises:
        VitalsError: It is neither; the message names those that are.
    """
    known = {*EXPORTERS, *(one.name for one in declared.services)}
    if name not in known:
        hint = did_you_mean(name, sorted(known), f"Known are {', '.join(sorted(known))}.")
        raise VitalsError(f"There is no service or exporter {name!r}, so nothing was written. {hint}")
