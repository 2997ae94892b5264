"""``vitals tools build``: gets the pinned programs ready, so that nothing else has to wait for a compiler.

Other commands build what they need themselves; this one is for doing it beforehand (a CI image, a slow line).
"""

import json
import os
from typing import Annotated

import typer

from vitals.local.tools.build import ensure
from vitals.local.tools.entry import ProgramGroup
from vitals.local.tools.programs import of_group, program, required
from vitals.local.tools.progress import showing_progress

tools = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@tools.callback()
def _group() -> None:
    """The external programs that Vitals runs."""


@tools.command()
def build(
    names: Annotated[list[str] | None, typer.Argument(help="Programs; all required ones if none is named.")] = None,
    *,
    group: Annotated[ProgramGroup | None, typer.Option(help="Also every program of this group.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON: program -> path.")] = False,
) -> None:
    """Build the pinned programs that are neither on PATH in a good version nor built already."""
    wanted = [program(name).name for name in names or ()]
    if group is not None:
        wanted += of_group(group)
    elif not names:
        wanted += required()
    with showing_progress() as report:
        found = ensure(wanted, report)
    if as_json:
        typer.echo(json.dumps({name: str(path) for name, path in found.items()}, indent=2))
        return
    for name, path in found.items():
        typer.echo(f"{name}: {path}")


@tools.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def run(context: typer.Context, name: Annotated[str, typer.Argument(help="Program.")]) -> None:
    """Run a program of the table with the arguments that follow, built first where it has to be."""
    with showing_progress() as report:
        found = ensure([program(name).name], report)
    os.execv(found[name], [name, *context.args])  # noqa: S606 - no shell; what it returns is what this command returns
