"""The checks over a dashboard that is being imported: an error costs the panel, a warning is accepted for a while.

A warning is about how its author wrote what works for them, and does not cost the panel; `vitals check`
must pass all the same. It is written down as an accepted defect with a day on which it is reported again.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from vitals.errors import VitalsError
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.panels import BroughtDashboard, edited
from vitals.model.dashboards.grid import settle
from vitals.render import Plan, files_of
from vitals.render.entries import declared_series
from vitals.render.imported_dashboards import shown_in
from vitals.rendered import RenderedModel, names
from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.document import Document, JsonPath
from vitals.verify.review.reading import read_text
from vitals.verify.review.registry import CHECKS
from vitals.verify.review.scope import Scope

_ACCEPTED_FOR = timedelta(days=90)
"""A quarter: long enough to plan the repair of many dashboards, short enough that its owner remembers the import."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A warning that is accepted.

    Attributes:
        check: Name of the check.
        uid: The dashboard.
        what: The place in words, as the check says it.
        where: File and line of the export.
        why: What is wrong.
    """

    check: str
    uid: str
    what: str
    where: str
    why: str

    def until(self, today: date) -> date:
        """The day after which it is reported again."""
        return today + _ACCEPTED_FOR


@dataclass(frozen=True, slots=True)
class AroundDashboard:
    """An environment as the checks of a dashboard look at it, without the dashboard.

    Attributes:
        plan: The environment.
        model: What is known of it.
        documents: What they ask of other files.
    """

    plan: Plan
    model: RenderedModel
    documents: Sequence[Document]


def around_dashboard(plan: Plan, others: Sequence[Mapping[str, Any]]) -> AroundDashboard:
    """Render an environment with the dashboards that were imported before.

    What is rendered names of a scrape only what something reads; the new dashboard may read all of it.
    """
    files = files_of(plan, others)
    beside = [one for name, text in files.items() for one in _beside(name, text)]
    model = RenderedModel.model_validate_json(files[names.MODEL])
    services = {service.name: service for service in plan.services}
    declared = {
        job.name: tuple(declared_series(job, services.get(job.name), {series.name for series in job.exposed}))
        for job in plan.jobs
    }
    entries = tuple(entry.model_copy(update={"declared": declared[entry.name]}) for entry in model.jobs)
    return AroundDashboard(plan, model.model_copy(update={"jobs": entries}), beside)


def reviewed(found: BroughtDashboard, around: Sequence[AroundDashboard]) -> tuple[BroughtDashboard, list[Reviewed]]:
    """Take out the panels in which a check finds an error, and name the warnings.

    Args:
        found: The dashboard.
        around: Every environment.

    Raises:
        VitalsError: An error is not about a panel.
    """
    while True:
        errors: dict[int, str] = {}
        warnings: dict[tuple[str, str], Reviewed] = {}
        for check, one, panel in _defects(found, around):
            gravity = one.gravity or check.gravity
            why = f"{one.why} {one.fix}"
            if gravity is Gravity.ERROR and panel is None:
                raise VitalsError(f"{one.at.what}: {why} ({check.name}). Nothing was imported.")
            if gravity is Gravity.ERROR and panel is not None:
                errors.setdefault(panel, f"{why} ({check.name})")
            elif gravity is Gravity.WARNING:
                where = found.places.get(panel or 0, "")
                key = (check.name, one.at.what)
                warnings[key] = Reviewed(check.name, str(found.content["uid"]), one.at.what, where, one.why)
        if not errors:
            return found, list(warnings.values())
        found.left += [
            ImportNote(found.places[lost["id"]], f'panel "{lost.get("title") or ""}"', errors[lost["id"]])
            for lost in found.panels
            if lost["id"] in errors
        ]
        found.content["panels"] = settle(_without(found.content["panels"], errors))


def _without(panels: Sequence[dict[str, Any]], ids: Mapping[int, str]) -> list[dict[str, Any]]:
    return edited(panels, lambda panel: None if panel["id"] in ids else panel)


def _defects(
    found: BroughtDashboard, around: Sequence[AroundDashboard]
) -> Iterator[tuple[ReviewCheck, Found, int | None]]:
    for environment in around:
        for uid, content in shown_in([found.content], environment.plan).items():
            (document,) = read_text(f"{uid}.json", json.dumps(content))
            scope = Scope([*environment.documents, document], environment.model)
            for check in CHECKS:
                for one in check.find(scope):
                    if one.at.document.file == document.file:
                        yield check, one, _panel_of(document, one.at.path)


def _beside(name: str, text: str) -> Iterator[Document]:
    """What the checks of a dashboard ask of other files: which series are recorded, and which dashboards there are."""
    if name.startswith(f"{names.DASHBOARDS}/"):
        yield from read_text(name, json.dumps({"uid": Path(name).stem, "title": Path(name).stem, "panels": []}))
    elif "record:" in text:
        yield from read_text(name, text)


def _panel_of(document: Document, path: JsonPath) -> int | None:
    """The id of the panel in which a place is."""
    value: Any = document.value
    number: int | None = None
    for key in path:
        inside = isinstance(value, list) or (isinstance(value, dict) and key in value)
        value = value[key] if inside else None
        if isinstance(value, dict) and "gridPos" in value:
            number = value["id"]
    return number


def with_suppressions(file: Path, accepted: Sequence[Reviewed], source: str, today: date) -> dict[Path, str]:
    """The file of accepted defects with those of an import; nothing where it has them already."""
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    entries = {_entry(one, source): one.until(today) for one in accepted}
    added = [f"{entry}until = {until.isoformat()}\n" for entry, until in entries.items() if entry not in text]
    if not added:
        return {}
    return {file: "\n".join([*([text.rstrip("\n") + "\n"] if text else []), *added])}


def _entry(one: Reviewed, source: str) -> str:
    """An accepted defect without the day on which it is reported again."""
    what = "".join(f"[{letter}]" if letter in "*?[" else letter for letter in one.what)
    return (
        f"[[suppress]]\ncheck = {json.dumps(one.check)}\nfile = {json.dumps(f'*/dashboards/{one.uid}.json')}\n"
        f"what = {json.dumps(what, ensure_ascii=False)}\n"
        f"reason = {json.dumps(f'It is as it was imported from {source}.', ensure_ascii=False)}\n"
    )
