"""The one command line of Vitals.

This file only wires: each command lives in a module of its own and is imported when it is called, so a mistake in the
catalogue cannot keep ``vitals doctor`` from running, and ``vitals --help`` waits for none of them.
"""

from __future__ import annotations

import sys
import tempfile
import traceback
from collections.abc import Callable
from importlib.metadata import version
from typing import Annotated

import typer
from rich.console import Console
from rich.markup import escape

from vitals.cli.announced import AnnouncedCommands
from vitals.errors import VitalsError, place_within
from vitals.paths import ALERT_RULES, CATALOG, DASHBOARDS, DOCS, ROOT, project_elsewhere

COMMANDS = {
    "up": ("vitals.cli.up", "up"),
    "status": ("vitals.cli.status", "status"),
    "drill": ("vitals.cli.drill", "drill"),
    "load": ("vitals.cli.load", "load"),
    "capacity": ("vitals.cli.capacity", "capacity"),
    "profile": ("vitals.cli.profile", "profile"),
    "trace": ("vitals.cli.trace", "trace"),
    "silence": ("vitals.cli.silence", "silence"),
    "init": ("vitals.cli.init", "init"),
    "new": ("vitals.cli.new", "new"),
    "import": ("vitals.cli.imports", "imports"),
    "render": ("vitals.cli.render", "render"),
    "check": ("vitals.cli.check", "check"),
    "diff": ("vitals.cli.diff", "diff"),
    "report": ("vitals.cli.report", "report"),
    "backtest": ("vitals.cli.backtest", "backtest"),
    "weekly": ("vitals.cli.weekly", "weekly"),
    "preview": ("vitals.cli.preview", "preview"),
    "drift": ("vitals.cli.drift", "drift"),
    "who": ("vitals.cli.who", "who"),
    "explain": ("vitals.cli.explain", "explain"),
    "mcp": ("vitals.cli.mcp", "mcp"),
    "cost": ("vitals.cli.cost", "cost"),
    "query-cost": ("vitals.cli.query_cost", "query_cost"),
    "scale": ("vitals.cli.scale", "scale"),
    "compare": ("vitals.cli.compare", "compare"),
    "rules": ("vitals.cli.rules", "rules"),
    "preview-comment": ("vitals.cli.preview_comment", "preview_comment"),
    "foresight": ("vitals.cli.foresight", "foresight"),
    "pictures": ("vitals.cli.pictures", "pictures"),
    "cluster": ("vitals.cli.cluster", "cluster"),
    "versions": ("vitals.cli.versions", "versions"),
    "doctor": ("vitals.cli.doctor", "doctor"),
    "tools": ("vitals.cli.tools", "tools"),
}
"""Each command with the module and the function (or the group) that it is, in the order in which help shows them."""


ANYWHERE = frozenset({"init", "doctor", "tools", "versions", "foresight", "rules", "compare"})
"""Commands that need no project, or look for it themselves."""


class _Commands(AnnouncedCommands):
    announced = COMMANDS


# Help is plain text here and in every command, so that a text is shown as it was written, square brackets too; and the
# library that draws boxes around it takes as long to load as all the rest.
app = typer.Typer(cls=_Commands, rich_markup_mode=None, no_args_is_help=True, pretty_exceptions_enable=False)


def _say_version(wanted: bool) -> None:  # noqa: FBT001 - typer calls it with the value of the option
    if wanted:
        typer.echo(f"vitals {version('vitals')}")
        raise typer.Exit


@app.callback()
def vitals(
    context: typer.Context,
    *,
    _: Annotated[
        bool, typer.Option("--version", callback=_say_version, is_eager=True, help="Say which version this is.")
    ] = False,
) -> None:
    """The monitoring stack of a wellness analytics platform, as code."""
    elsewhere = project_elsewhere()
    if elsewhere and context.invoked_subcommand not in ANYWHERE and "--help" not in sys.argv:
        raise VitalsError(
            f"{elsewhere} is a project of its own, and this `vitals` works on the checkout {ROOT} only. Nothing was "
            f"done. Install Vitals as a package, as {DOCS / 'project.md'} says, or change into the checkout."
        )


def main() -> None:
    """Run the command line."""
    run(app)


def run(command: Callable[[], object]) -> None:
    """Run a command; a problem that the user can solve is printed and exits 1, any other is kept in a file and exits 2.

    A traceback is for who mends Vitals, not for who uses it: it is kept, and the message says where.
    """
    try:
        command()
    except VitalsError as error:
        _say(str(error))
        sys.exit(1)
    except Exception as error:
        with tempfile.NamedTemporaryFile("w", prefix="vitals-", suffix=".traceback", delete=False) as file:
            traceback.print_exception(error, file=file)
        place = place_within(error, CATALOG, ALERT_RULES, DASHBOARDS)
        blamed = f"This happened at {place}" if place else "This is a mistake in Vitals"
        todo = "correct that line" if place else "report it with that file"
        _say(
            f"{type(error).__name__}: {error}. {blamed}, and what was begun may be incomplete. {file.name} says how it "
            f"came to it; {todo}."
        )
        sys.exit(2)


def _say(message: str) -> None:
    Console(stderr=True).print(f"[red]error:[/] {escape(message)}", highlight=False, soft_wrap=True)
