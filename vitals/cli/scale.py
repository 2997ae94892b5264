"""``vitals scale``: how services grow with their load; each command is in a module of its own."""

from __future__ import annotations

import typer

from vitals.cli.scale_drill import scale_drill
from vitals.cli.scale_pause import pause, resume, status

scale = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@scale.callback()
def _group() -> None:
    """How services grow with their load."""


for _command in (pause, resume, status):
    scale.command()(_command)
scale.command("drill")(scale_drill)
