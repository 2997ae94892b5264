"""``vitals new``: writes the first version of a service, an alert or a dashboard, which renders and passes every check.

What is written is whole: the alert has its promtool test and its runbook. From there on people edit; a command that
knew how to change what they wrote would be a second language for the same thing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from vitals.cli import new_texts as texts
from vitals.cli.import_report import require_watched
from vitals.cli.output_file import write_all
from vitals.errors import VitalsError, did_you_mean
from vitals.kit.imports.names import python_name
from vitals.model.catalog import load
from vitals.model.catalog.fields import LONGEST_NAME, NAME
from vitals.model.metrics import EXPORTERS
from vitals.paths import ALERT_RULES, BUNDLED_RUNBOOKS, CATALOG, DASHBOARDS, ROOT, RUNBOOKS

HANDWRITTEN = ALERT_RULES / "handwritten"
_CAMEL = re.compile(r"([A-Z][a-z0-9]+){2,}")
_LONGEST_ALERT = 80
"""Characters: the name of its test file has a hyphen before each word, and file systems end at 255."""
_LONGEST_DASHBOARD = 40 - len("vitals-")
"""Grafana takes no uid of more than 40 characters."""

new = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


class Urgency(StrEnum):
    """How urgent an alert is; it decides the channels."""

    CRITICAL = "critical"
    WARNING = "warning"
    INFO = "info"


@new.callback()
def _group() -> None:
    """Write a new service, alert or dashboard, ready to be rendered."""


@new.command()
def service(
    name: Annotated[str, typer.Argument(help="Its name, such as sleep-coach.")],
    *,
    owner: Annotated[str | None, typer.Option(help="The team that owns it; not needed where there is one.")] = None,
) -> None:
    """Write catalog/services/NAME.py: what the service promises decides what it gets."""
    _spelt(name, NAME, "lower-case words joined by hyphens, such as sleep-coach", LONGEST_NAME)
    declared = load(CATALOG)
    if name in EXPORTERS or name in {one.name for one in declared.services}:
        raise VitalsError(
            f"The name {name!r} is taken, so series of the two would mix. Nothing was written. Choose another."
        )
    teams = sorted(declared.teams)
    team = teams[0] if owner is None and len(teams) == 1 else owner
    if team is None:
        raise VitalsError(
            f"There are several teams ({', '.join(teams)}), so it is open who owns {name}. Nothing was written. Name "
            "one with --owner."
        )
    if team not in declared.teams:
        hint = did_you_mean(team, teams, f"Known are {', '.join(teams)}.")
        raise VitalsError(f"There is no team {team!r}, so nothing was written. {hint}")
    names = {"name": name, "module": python_name(name), "owner": team}
    _write({CATALOG / "services" / f"{names['module']}.py": texts.SERVICE}, names)
    _next(
        "say in it what the service does and what its users are promised",
        "vitals render",
        f"vitals who ServiceOutage service={name} --env prod",
        "its alerts, dashboards and their tests are those of every service; no runbook is missing",
    )


@new.command()
def alert(
    name: Annotated[str, typer.Argument(help="Its name, such as QueueStuck.")],
    *,
    of: Annotated[str, typer.Option("--service", help="The service or exporter that it watches.")],
    severity: Annotated[Urgency, typer.Option(help="How urgent it is.")] = Urgency.WARNING,
) -> None:
    """Write a rule, its promtool test and its runbook."""
    _spelt(
        name,
        _CAMEL,
        "two words or more, each a capital and small letters, such as QueueStuck",
        _LONGEST_ALERT,
    )
    require_watched(of, load(CATALOG))
    if BUNDLED_RUNBOOKS != RUNBOOKS and (BUNDLED_RUNBOOKS / f"{name}.md").exists():
        raise VitalsError(
            f"An alert {name} comes with Vitals, so both would share a runbook and one silence would mute both. "
            "Nothing was written. Choose another name."
        )
    file = re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()
    names = {"name": name, "group": file, "service": of, "severity": severity.value}
    _write(
        {
            HANDWRITTEN / f"{file}.yaml": texts.RULE,
            HANDWRITTEN / f"{file}.test.yaml": texts.RULE_TEST,
            RUNBOOKS / f"{name}.md": texts.RUNBOOK,
        },
        names,
    )
    _next(
        "write the condition that you mean into the rule, and its numbers into test and runbook",
        "vitals render",
        f"vitals who {name}",
        "make test-rules",
    )


@new.command()
def dashboard(name: Annotated[str, typer.Argument(help="Its name, such as load.")]) -> None:
    """Write dashboards_py/NAME.py: one question, and the panels that answer it."""
    _spelt(name, NAME, "lower-case words joined by hyphens, such as queue-load", _LONGEST_DASHBOARD)
    module = python_name(name)
    names = {"name": name, "module": module, "title": name.replace("-", " ").capitalize()}
    _write({DASHBOARDS / f"{module}.py": texts.DASHBOARD}, names)
    _next(
        f"list {module}.dashboard in {(DASHBOARDS / '__init__.py').relative_to(ROOT)}: the import, and DASHBOARDS",
        "choose its signals, and the question that they answer",
        "vitals render",
        "every rule of dashboards is checked while rendering; it needs no test of its own",
    )


def _spelt(name: str, form: re.Pattern[str], words: str, longest: int) -> None:
    if not form.fullmatch(name):
        raise VitalsError(f"{name!r} cannot be a name here: nothing was written. Write {words}.")
    if len(name) > longest:
        raise VitalsError(
            f"{name!r} has {len(name)} characters, and {longest} fit: nothing was written. Write a shorter name."
        )


def _write(files: Mapping[Path, str], names: Mapping[str, str]) -> None:
    there = [str(file.relative_to(ROOT)) for file in files if file.exists()]
    if there:
        raise VitalsError(
            f"{' and '.join(there)} exists already, so nothing was written. Choose another name, or edit it."
        )
    write_all({file: texts.filled(text, names) for file, text in files.items()})
    for file in files:
        typer.echo(f"wrote {file.relative_to(ROOT)}")


def _next(*steps: str) -> None:
    typer.echo("next:")
    for step in steps:
        typer.echo(f"  {step}")
