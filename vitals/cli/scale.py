"""``vitals scale``: how services grow with their load; each command is imported when it is called.

A scaler is paused in an incident, which must not wait for what only the drill needs.
"""

from __future__ import annotations

import typer

from vitals.cli.announced import AnnouncedCommands

COMMANDS = {
    "pause": ("vitals.cli.scale_pause", "pause"),
    "resume": ("vitals.cli.scale_pause", "resume"),
    "status": ("vitals.cli.scale_pause", "status"),
    "drill": ("vitals.cli.scale_drill", "scale_drill"),
}
"""Each command with the module and the function that it is, in the order in which help shows them."""


class _Commands(AnnouncedCommands):
    announced = COMMANDS


scale = typer.Typer(
    cls=_Commands, rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)


@scale.callback()
def group() -> None:
    """How services grow with their load."""
