"""``vitals import``: rules, dashboards and objectives that a team has become content, and what cannot is named."""

from __future__ import annotations

import typer

from vitals.cli.import_dashboard import dashboard
from vitals.cli.import_rules import rules
from vitals.cli.import_slo import slo

imports = typer.Typer(no_args_is_help=True, pretty_exceptions_enable=False)


@imports.callback()
def _group() -> None:
    """Bring rules, dashboards and objectives that you have; what cannot be taken is named with its reason."""


imports.command()(dashboard)
imports.command()(rules)
imports.command()(slo)
