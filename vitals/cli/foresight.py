"""``vitals foresight``: anomalies and forecasts of series; each command is imported when it is called."""

from __future__ import annotations

import typer

from vitals.cli.announced import AnnouncedCommands

COMMANDS = {
    "detect": ("vitals.cli.foresight_detect", "detect"),
    "replay": ("vitals.cli.foresight_replay", "replay"),
    "forecast": ("vitals.cli.foresight_forecast", "forecast"),
    "serve": ("vitals.cli.foresight_serve", "serve"),
    "simulate": ("vitals.cli.foresight_simulate", "simulate_trace"),
    "bench": ("vitals.cli.foresight_bench", "bench"),
}
"""Each command with the module and the function that it is, in the order in which help shows them."""


class _Commands(AnnouncedCommands):
    announced = COMMANDS


foresight = typer.Typer(
    cls=_Commands, rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False
)


@foresight.callback()
def group() -> None:
    """Find anomalies in series, forecast them, and compare with other methods."""
