"""``vitals import slo``: objectives of sloth, OpenSLO and pyrra become services of the catalogue that promise them."""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from vitals.cli.import_report import ImportOutcome, deliver
from vitals.cli.import_source import content_of
from vitals.errors import VitalsError
from vitals.kit.imports.names import plain_name, python_name
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.rule_source import reason_of
from vitals.kit.imports.selectors import matchers_of
from vitals.kit.imports.slo_events import OF_TARGET, events_of
from vitals.kit.imports.slo_found import SourceObjective
from vitals.kit.imports.slo_source import read_objectives
from vitals.kit.imports.slo_text import ObjectiveText, ServiceText, sentence, service_file
from vitals.model.catalog import Availability, Catalogue, Latency, load
from vitals.model.catalog.fields import LONGEST_NAME, NAME
from vitals.model.conventions import JOB
from vitals.model.metrics import EXPORTERS
from vitals.paths import CATALOG
from vitals.render import compose, files_of

_BUDGET_DAYS = 30
"""The window of every error budget here."""


@dataclass(slots=True)
class _Import:
    """What has become of a file so far."""

    services: dict[str, ServiceText] = field(default_factory=dict)
    sources: dict[str, list[SourceObjective]] = field(default_factory=dict)
    changed: list[ImportNote] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)


def slo(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A spec of sloth, OpenSLO or pyrra, or objects of Kubernetes.")
    ],
    *,
    owner: Annotated[str, typer.Option(help="The team that owns the services; not needed where there is one.")] = "",
    service: Annotated[str, typer.Option(help="The service of objectives that do not name theirs.")] = "",
    replace: Annotated[bool, typer.Option("--replace", help="Replace services that were imported before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be taken.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Turn objectives into catalog/services/SERVICE.py; exits 1 where none can be taken."""
    found = read_objectives(str(file), content_of(file))
    declared = load(CATALOG)
    result = _Import(changed=list(found.changed), left=list(found.left))
    for objective in found.objectives:
        try:
            _take(objective, declared, result, owner=owner, service=service, origin=file.name, replace=replace)
        except VitalsError as error:
            result.left.append(ImportNote(objective.where, objective.what, reason_of(error)))
    texts = _that_render(result, declared)
    gone = {(note.where, note.what) for note in result.left}
    deliver(
        ImportOutcome(
            "objectives",
            len(found.objectives) + len(found.left),
            sum(len(result.services[name].objectives) for name in texts),
            [note for note in result.changed if (note.where, note.what) not in gone],
            result.left,
            {_path(name): text for name, text in texts.items()},
            ("look at labels and buckets of its metrics, which no objective says in full", "vitals render"),
        ),
        replace=replace,
        dry_run=dry_run,
        as_json=as_json,
    )


def _path(name: str) -> Path:
    return CATALOG / "services" / f"{python_name(name)}.py"


def _take(
    objective: SourceObjective,
    declared: Catalogue,
    result: _Import,
    *,
    owner: str,
    service: str,
    origin: str,
    replace: bool,
) -> None:
    events = events_of(objective)
    name = plain_name(objective.service or service or events.target or objective.name)
    text = ObjectiveText("Availability" if events.within is None else "Latency", objective.percent, events)
    if not NAME.fullmatch(name) or len(name) > LONGEST_NAME:
        raise VitalsError(
            f"its service {name!r} cannot be a name here, which begins with a letter and has at most {LONGEST_NAME} "
            "characters"
        )
    if name in EXPORTERS:
        raise VitalsError(f"{name} is an exporter here, and objectives are promises of a service")
    if name in {one.name for one in declared.services} and not (replace and _path(name).is_file()):
        raise VitalsError(
            f"{name} is in the catalogue already and its file stays as it is. Write {text.source} among its slos, or "
            "say --replace to have it written anew"
        )
    try:
        if text.kind == "Availability":
            Availability(objective=f"{objective.percent}%")
        else:
            Latency(within=text.within, objective=f"{objective.percent}%")
    except ValidationError as error:
        raise VitalsError(error.errors()[0]["msg"].removeprefix("Value error, ")) from None
    team = owner or _owner(objective, declared)
    known = result.services.setdefault(name, ServiceText(name, team, sentence(objective.description, name), origin))
    if text.kind in {one.kind for one in known.objectives}:
        raise VitalsError(
            f"{name} promises {text.kind.lower()} already, by another objective of this file; a service promises "
            "each once, for two would record one series"
        )
    known.objectives.append(text)
    result.sources.setdefault(name, []).append(objective)
    where, what = objective.where, objective.what
    if name != (objective.service or name):
        result.changed.append(ImportNote(where, what, f"its service is called {name} here"))
    if objective.days and objective.days != _BUDGET_DAYS:
        why = f"its budget is over {objective.days:g} days there and over {_BUDGET_DAYS} here"
        result.changed.append(ImportNote(where, what, why))
    found_by = sorted({str(one) for one in matchers_of(objective.total) if one.label in OF_TARGET and one.label != JOB})
    if found_by:
        why = f"{', '.join(found_by)} finds its target there; here all series of the scrape job {name} count"
        result.changed.append(ImportNote(where, what, why))
    if events.target and plain_name(events.target) != name:
        why = f"its queries are about the target {events.target!r}; here the series of the service {name} count"
        result.changed.append(ImportNote(where, what, why))


def _owner(objective: SourceObjective, declared: Catalogue) -> str:
    teams = sorted(declared.teams)
    if objective.owner in teams:
        return objective.owner
    if len(teams) == 1:
        return teams[0]
    raise VitalsError(f"nothing says which team owns it. Name one of {', '.join(teams)} with --owner")


def _that_render(result: _Import, declared: Catalogue) -> dict[str, str]:
    """The files of the services that render together with all that is here; the others are named."""
    texts: dict[str, str] = {}
    with tempfile.TemporaryDirectory(prefix="vitals-import-") as scratch:
        folder = Path(scratch) / CATALOG.name
        shutil.copytree(CATALOG, folder, ignore=shutil.ignore_patterns("__pycache__"))
        for name, service in result.services.items():
            text = service_file(service)
            written = folder / _path(name).relative_to(CATALOG)
            written.write_text(text, encoding="utf-8")
            try:
                tried = load(folder)
                for environment in tried.environments.values():
                    files_of(compose(tried, environment, declared.rule_files))
            except VitalsError as error:
                written.unlink()
                result.left += [ImportNote(one.where, one.what, reason_of(error)) for one in result.sources[name]]
                continue
            texts[name] = text
    return texts
