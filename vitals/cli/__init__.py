"""The one command line of Vitals.

This file only wires: each command lives in a module of its own and is imported when it is called, so a mistake in the
catalogue cannot keep ``vitals doctor`` from running.
"""

from __future__ import annotations

import importlib
import sys
from typing import cast

import typer
from rich.console import Console
from rich.markup import escape
from typer.core import TyperCommand, TyperGroup

from vitals.errors import VitalsError

COMMANDS = {
    "up": ("vitals.cli.up", "up"),
    "status": ("vitals.cli.status", "status"),
    "drill": ("vitals.cli.drill", "drill"),
    "trace": ("vitals.cli.trace", "trace"),
    "new": ("vitals.cli.new", "new"),
    "render": ("vitals.cli.render", "render"),
    "who": ("vitals.cli.who", "who"),
    "cost": ("vitals.cli.cost", "cost"),
    "samples": ("vitals.cli.samples", "samples"),
    "mutate": ("vitals.cli.mutate", "mutate"),
    "preview-comment": ("vitals.cli.preview_comment", "preview_comment"),
    "cluster": ("vitals.cli.cluster", "cluster"),
    "versions": ("vitals.cli.versions", "versions"),
    "doctor": ("vitals.cli.doctor", "doctor"),
    "tools": ("vitals.cli.tools", "tools"),
}
"""Each command with the module and the function (or the group) that it is, in the order in which help shows them."""


class _Lazy(TyperGroup):
    """A group that imports a command when it is asked for."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the signature is typer's
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | TyperGroup | None:  # noqa: ARG002 - as above
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name]
        found = getattr(importlib.import_module(module), name)
        if not isinstance(found, typer.Typer):
            single = typer.Typer(add_completion=False, pretty_exceptions_enable=False)
            single.command(cmd_name)(found)
            found = single
        command = cast("TyperCommand | TyperGroup", typer.main.get_command(found))
        command.name = cmd_name
        return command


app = typer.Typer(cls=_Lazy, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def vitals() -> None:
    """The monitoring stack of a wellness analytics platform, as code."""


def main() -> None:
    """Run a command; a problem that the user can solve is printed without a traceback and exits 1."""
    try:
        app()
    except VitalsError as error:
        Console(stderr=True).print(f"[red]error:[/] {escape(str(error))}", highlight=False, soft_wrap=True)
        sys.exit(1)
