"""What cannot be built: names that would lead a link to the wrong place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards_py import api, overview
from tests.kit.dashboards.conftest import Built
from vitals.errors import VitalsError
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.build import assemble
from vitals.kit.dashboards.layout import Section


def _twice(board: Board) -> tuple[Section, ...]:
    first, *rest = board.sections
    return (replace(first, rows=(*first.rows, first.rows[0])), *rest)


def test_a_duplicate_uid_is_refused(local: Built) -> None:
    """Two boards with one uid stop the build, naming both boards, the consequence and the fix."""
    boards = [overview.board(local.facts), replace(api.board(local.facts), uid="vitals-overview")]

    with pytest.raises(VitalsError, match=r"'Overview' and 'API performance'.*'vitals-overview'.*another uid"):
        assemble(boards, local.facts)


def test_a_duplicate_panel_id_is_refused(local: Built) -> None:
    """A signal that is shown twice under one id stops the build, naming the panels."""
    board = api.board(local.facts)

    with pytest.raises(VitalsError, match=r"'vitals-api'.*'Error budget left \(availability\)'.*same id"):
        assemble([replace(board, sections=_twice(board))], local.facts)
