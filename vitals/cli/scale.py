"""``vitals scale``: what has to do with how services grow."""

from __future__ import annotations

import typer

from vitals.cli.scale_drill import scale_drill

scale = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False, help="How services grow with their load.")
scale.command("drill")(scale_drill)


@scale.callback()
def _group() -> None:
    """How services grow with their load."""
