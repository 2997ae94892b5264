"""``vitals pictures``: the picture of an alert's panel after its notification."""

from __future__ import annotations

import typer

from vitals.cli.announced import AnnouncedCommands

COMMANDS = {
    "serve": ("vitals.cli.pictures_serve", "serve"),
}
"""Each command with the module and the function that it is, in the order in which help shows them."""


class _Commands(AnnouncedCommands):
    announced = COMMANDS


pictures = typer.Typer(
    cls=_Commands, rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)


@pictures.callback()
def group() -> None:
    """Send the picture of an alert's panel after its notification."""
