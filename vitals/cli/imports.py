"""``vitals import``: what a team has, rules or dashboards or objectives, becomes content; what cannot is named."""

from __future__ import annotations

import typer

from vitals.cli.import_dashboard import dashboard
from vitals.cli.import_metrics import metrics
from vitals.cli.import_rules import rules
from vitals.cli.import_slo import slo

imports = typer.Typer(rich_markup_mode=None, add_completion=False, no_args_is_help=True, pretty_exceptions_enable=False)


@imports.callback()
def _group() -> None:
    """Bring rules, dashboards, metrics and objectives that you have; what cannot be taken is named with its reason."""


imports.command()(dashboard)
imports.command()(metrics)
imports.command()(rules)
imports.command()(slo)
