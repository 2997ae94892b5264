"""What cannot be built: names that would lead a link to the wrong place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards_py import api, overview
from tests.kit.dashboards.conftest import Built
from vitals.errors import VitalsError
from vitals.kit.dashboards.build import assemble
from vitals.kit.dashboards.dashboard import DashboardDefinition
from vitals.kit.dashboards.layout import Section


def _twice(dashboard: DashboardDefinition) -> tuple[Section, ...]:
    first, *rest = dashboard.sections
    return (replace(first, rows=(*first.rows, first.rows[0])), *rest)


def test_a_duplicate_uid_is_refused(local: Built) -> None:
    """Two dashboards with one uid stop the build, naming both dashboards, the consequence and the fix."""
    dashboards = [overview.dashboard(local.context), replace(api.dashboard(local.context), uid="vitals-overview")]

    with pytest.raises(VitalsError, match=r"'Overview' and 'API performance'.*'vitals-overview'.*another uid"):
        assemble(dashboards, local.context)


def test_a_duplicate_panel_id_is_refused(local: Built) -> None:
    """A signal that is shown twice under one id stops the build, naming the panels."""
    dashboard = api.dashboard(local.context)

    with pytest.raises(VitalsError, match=r"'vitals-api'.*'Error budget left \(availability\)'.*same id"):
        assemble([replace(dashboard, sections=_twice(dashboard))], local.context)
