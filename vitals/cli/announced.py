"""A group whose help lists its commands without importing one: what each says of itself is read from its source.

Importing them all costs seconds and loads what every command works with; a user who asks for help waits for none of it.
"""

from __future__ import annotations

import ast
import importlib
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, cast

import typer
from typer.core import TyperCommand, TyperGroup

if TYPE_CHECKING:
    from typer._click import Context  # typer keeps its click to itself, yet asks for it in this signature


class AnnouncedCommands(TyperGroup):
    """A group that imports a command when it is called or completed, and announces it to help with its text alone."""

    announced: Mapping[str, tuple[str, str]] = {}
    """Each command with its module and the function (or group) that it is, in the order in which help shows them."""

    def list_commands(self, ctx: object) -> list[str]:  # noqa: ARG002 - the signature is typer's
        """Name the commands."""
        return list(self.announced)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | None:  # noqa: ARG002 - as above
        """Announce a command: a name and a help text, which nothing but help reads."""
        if cmd_name not in self.announced:
            return None
        text = help_of(*self.announced[cmd_name])
        return TyperCommand(cmd_name, help=text, short_help=" ".join(text.partition("\n\n")[0].split()))

    def resolve_command(
        self, ctx: Context, args: list[str]
    ) -> tuple[str | None, TyperCommand | TyperGroup | None, list[str]]:
        """Import the command that the first argument names."""
        name, announced, rest = super().resolve_command(ctx, args)
        if name is None or announced is None:
            return name, None, rest
        return name, imported(name, *self.announced[name]), rest


def imported(name: str, module: str, attribute: str) -> TyperCommand | TyperGroup:
    """Give a command itself, which is a function or a group of a module."""
    found = getattr(importlib.import_module(module), attribute)
    if not isinstance(found, typer.Typer):
        single = typer.Typer(rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
        single.command(name)(found)
        found = single
    command = cast("TyperCommand | TyperGroup", typer.main.get_command(found))
    command.name = name
    return command


def help_of(module: str, attribute: str) -> str:
    """Read the docstring that becomes a command's help: the function's, or that of the callback of a group.

    Raises:
        LookupError: The module defines neither, or says nothing there.
    """
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise LookupError(f"There is no module {module}.")
    for node in ast.parse(Path(spec.origin).read_bytes()).body:
        if isinstance(node, ast.FunctionDef) and _announces(node, attribute) and (text := ast.get_docstring(node)):
            return text
    raise LookupError(f"{module} has no function {attribute} or {attribute}.callback with a docstring.")


def _announces(function: ast.FunctionDef, attribute: str) -> bool:
    decorators = [ast.unparse(one) for one in function.decorator_list]
    return function.name == attribute or f"{attribute}.callback()" in decorators
