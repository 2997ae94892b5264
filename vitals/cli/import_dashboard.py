"""``vitals import dashboard``: what Grafana exported becomes a dashboard here, with the same checks as any other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.import_report import ImportOutcome, deliver
from vitals.cli.import_review import AroundDashboard, Reviewed, around_dashboard, reviewed, with_suppressions
from vitals.errors import VitalsError
from vitals.kit.imports.dashboard import brought_dashboard
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.panels import BroughtDashboard
from vitals.model.catalog import load
from vitals.paths import CATALOG, ROOT
from vitals.render import compose
from vitals.render.imported_dashboards import IMPORTED, QueryJudge, imported, require_free
from vitals.render.text import to_json
from vitals.verify.review.document import Document, DocumentKind
from vitals.verify.review.reading import read_file
from vitals.verify.review.suppressions import NAME

_OLD = ("rows", "elements")
"""What a dashboard has that the checks do not read: panels in rows, of Grafana 4; elements, of the v2 schema."""


def dashboard(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="What Grafana exported: JSON, alone or in an object.")],
    *,
    uid: Annotated[str, typer.Option(help="Its uid here; the one of the export if not given.")] = "",
    title: Annotated[str, typer.Option(help="Its title here; the one of the export if not given.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace a dashboard that was imported before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be taken.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Turn an export of Grafana into dashboards_py/imported/UID.json; exits 1 where no panel can be taken."""
    documents = _dashboards(file)
    declared = load(CATALOG)
    plans = [compose(declared, one) for one in declared.environments.values()]
    others = [one for one in imported() if one["uid"] not in {uid, *(str(one.value.get("uid")) for one in documents)}]
    around = [around_dashboard(plan, others) for plan in plans]
    judge = QueryJudge(declared, plans)
    today = datetime.now(UTC).date()
    known = {str(one["uid"]) for one in others}
    total, taken, texts, accepted = 0, 0, dict[Path, str](), list[Reviewed]()
    notes, lost = list[ImportNote](), list[ImportNote]()
    for document in documents:
        exported = {**document.value, **({"uid": uid} if uid else {}), **({"title": title} if title else {})}
        judge.learn(document.text)
        found = brought_dashboard(exported, _places(document), judge, known)
        found, held = reviewed(found, around)
        _require_free(found, around)
        total += found.total
        notes += found.changed
        lost += found.left
        if any(panel.get("targets") for panel in found.panels):
            taken += len(found.panels)
            texts[IMPORTED / f"{found.content['uid']}.json"] = to_json(found.content)
            accepted += held
            notes += [_accepted(one, today) for one in held]
    deliver(
        ImportOutcome(
            "panels",
            total,
            taken,
            notes,
            lost,
            texts,
            ("vitals render", "vitals check"),
            extended=with_suppressions(ROOT / NAME, accepted, file.name, today) if accepted else {},
        ),
        replace=replace,
        dry_run=dry_run,
        as_json=as_json,
    )


def _dashboards(file: Path) -> list[Document]:
    """The dashboards of a file, those included that only an import reads."""
    documents = read_file(file)
    found = [one for one in documents if one.kind is DocumentKind.DASHBOARD or _is_old(one)]
    if not found:
        broken = next((one for one in documents if one.problem), None)
        problem = broken.problem if broken else "it holds none"
        where = f"{file}:{broken.problem_line}" if broken and broken.problem_line > 1 else str(file)
        raise VitalsError(
            f"{where}: no dashboard can be read from it: {problem}. Nothing was imported. Give what Grafana writes "
            "under 'Export as JSON'."
        )
    return found


def _is_old(document: Document) -> bool:
    try:
        value = document.value
    except (KeyError, TypeError, IndexError):
        return False
    return isinstance(value, dict) and any(key in value for key in _OLD)


def _places(document: Document) -> Callable[[tuple[str | int, ...]], str]:
    return lambda path: f"{document.file}:{document.line(path)}"


def _require_free(found: BroughtDashboard, around: Sequence[AroundDashboard]) -> None:
    built = {one.uid: {"title": one.title} for environment in around for one in environment.model.dashboards}
    require_free({str(found.content["uid"]): found.content}, built)


def _accepted(one: Reviewed, today: date) -> ImportNote:
    return ImportNote(one.where, one.what, f"accepted until {one.until(today)} ({one.check}): {one.why}")
