"""``vitals import rules``: Prometheus rules of a file or of a running Prometheus become hand-written rules here."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli.import_report import ImportOutcome, deliver, require_watched
from vitals.cli.import_source import answer_of, content_of, is_address
from vitals.cli.new import Urgency
from vitals.errors import VitalsError
from vitals.http_address import without_password
from vitals.kit.alerts.places import HANDWRITTEN, MIXINS
from vitals.kit.imports.names import plain_name
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.rule_source import RuleSource, SourceGroup, SourceRule, read_rules, reason_of
from vitals.kit.imports.rules import BroughtRule
from vitals.model.catalog import Catalogue, load
from vitals.model.conventions import Severity
from vitals.paths import ALERT_RULES, CATALOG
from vitals.render import compose, files_of
from vitals.render.imported_rules import RuleJudge
from vitals.render.text import to_yaml

_LINE = re.compile(r"handwritten/(?P<file>[^\s:]+):(?P<line>\d+)")


def rules(
    source: Annotated[
        str, typer.Argument(metavar="FILE|URL", help="A file with rules, or the address of a running Prometheus.")
    ],
    *,
    name: Annotated[str, typer.Option(help="Name of the file that is written; that of the source if not given.")] = "",
    service: Annotated[
        str, typer.Option(help="The service or exporter that rules watch which do not say it otherwise.")
    ] = "",
    severity: Annotated[Urgency, typer.Option(help="Urgency of alerts without a severity.")] = Urgency.WARNING,
    replace: Annotated[bool, typer.Option("--replace", help="Replace a file that was imported before.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Write nothing; say what would be taken.")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of lines.")] = False,
) -> None:
    """Turn Prometheus rules into alert_rules/handwritten/NAME.yaml; exits 1 where none can be taken."""
    is_url = is_address(source)
    shown, content = ("/api/v1/rules", _asked(source)) if is_url else (Path(source).name, content_of(Path(source)))
    found = read_rules(shown if is_url else source, content)
    file = ALERT_RULES / HANDWRITTEN / f"{plain_name(name or ('prometheus' if is_url else Path(source).stem))}.yaml"
    declared = load(CATALOG)
    if service:
        require_watched(service, declared)
    with tempfile.TemporaryDirectory(prefix="vitals-import-") as scratch:
        folder = _without(file, Path(scratch))
        plans = [compose(declared, one, folder) for one in declared.environments.values()]
        judged = RuleJudge(declared, plans).judge(
            [rule for group in found.groups for rule in group.rules], service, Severity(severity.value)
        )
        text = _that_renders(
            found,
            judged.taken,
            judged.left,
            declared=declared,
            folder=folder,
            file=file,
            head=f"# Imported from {shown}.",
        )
    deliver(
        ImportOutcome(
            "rules",
            sum(len(group.rules) for group in found.groups) + len(found.left),
            len(judged.taken),
            [*found.changed, *judged.changed],
            [*found.left, *judged.left],
            {file: text} if judged.taken else {},
            ("vitals render", "make test-rules"),
        ),
        replace=replace,
        dry_run=dry_run,
        as_json=as_json,
    )


def _asked(url: str) -> bytes:
    address = url.rstrip("/").removesuffix("/api/v1/rules") + "/api/v1/rules"
    give = "Give the address of a Prometheus without a path, such as http://localhost:9090, or a file."
    status, content = answer_of(address, give)
    try:
        body = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise VitalsError(
            f"{without_password(url)} does not answer as a Prometheus (status {status}, and no JSON: {error}), so "
            f"nothing was imported. {give}"
        ) from error
    if not isinstance(body, dict) or body.get("status") != "success":
        said = body.get("error") if isinstance(body, dict) else "no object of its API"
        raise VitalsError(
            f"{without_password(url)} refused /api/v1/rules (status {status}, {said}), so nothing was imported. {give}"
        )
    return content


def _without(file: Path, scratch: Path) -> Path:
    """The rules that are here, in a folder to try others in: all but a file that will be replaced."""
    for part in (HANDWRITTEN, MIXINS):
        if (ALERT_RULES / part).is_dir():
            shutil.copytree(ALERT_RULES / part, scratch / part)
        else:
            (scratch / part).mkdir(parents=True)
    (scratch / HANDWRITTEN / file.name).unlink(missing_ok=True)
    return scratch


def _that_renders(
    found: RuleSource,
    taken: dict[SourceRule, BroughtRule],
    left: list[ImportNote],
    *,
    declared: Catalogue,
    folder: Path,
    file: Path,
    head: str,
) -> str:
    """The text of the file with the rules that render together with all that is here; the others are named."""
    managed = any(one.delivery == "managed" for one in declared.environments.values())
    for group in found.groups if managed else ():
        if group.limit or group.query_offset:
            why = "its limit and query_offset are left out: an environment is on Google's managed Prometheus"
            found.changed.append(ImportNote("", f"group {group.name}", why))
    while taken:
        text, places = _text(found.groups, taken, head, managed=managed)
        (folder / HANDWRITTEN / file.name).write_text(text, encoding="utf-8")
        try:
            for environment in declared.environments.values():
                files_of(compose(declared, environment, folder))
        except VitalsError as error:
            rule = _blamed(str(error), file.name, places)
            if rule is None:
                raise
            del taken[rule]
            left.append(ImportNote(rule.where, rule.what, reason_of(error)))
            continue
        return text
    return ""


def _blamed(message: str, file: str, places: Sequence[tuple[int, SourceRule]]) -> SourceRule | None:
    """The rule on whose line an error stands; None where it names none of this file."""
    for found in _LINE.finditer(message):
        if found["file"] == file:
            before = [rule for line, rule in places if line <= int(found["line"])]
            return before[-1] if before else None
    named = [rule for _, rule in places if re.search(rf"\b{re.escape(rule.name)}\b", message)]
    return named[0] if named else None


def _text(
    groups: Sequence[SourceGroup], taken: dict[SourceRule, BroughtRule], head: str, *, managed: bool
) -> tuple[str, list[tuple[int, SourceRule]]]:
    """A rule file, and the line on which each rule begins."""
    lines = [head, "groups:"]
    places: list[tuple[int, SourceRule]] = []
    names: dict[str, int] = {}
    for group in groups:
        rules = [rule for rule in group.rules if rule in taken]
        if not rules:
            continue
        count = names[group.name] = names.get(group.name, 0) + 1
        fields: dict[str, object] = {"name": group.name if count == 1 else f"{group.name} {count}"}
        fields |= {key: value for key, value in _pace(group, managed=managed) if value}
        lines += _item(fields, "  ")
        lines.append("    rules:")
        for rule in rules:
            places.append((len(lines) + 1, rule))
            lines += _item(dict(taken[rule].content), "      ")
    return "\n".join(lines) + "\n", places


def _pace(group: SourceGroup, *, managed: bool) -> Iterator[tuple[str, object]]:
    yield "interval", group.interval
    if not managed:  # Google's managed Prometheus has nothing but an interval
        yield "limit", group.limit
        yield "query_offset", group.query_offset


def _item(content: dict[str, object], indent: str) -> list[str]:
    """A map as an entry of a list."""
    return [f"{indent}{line}" if line else line for line in to_yaml([content]).rstrip("\n").split("\n")]
