"""What cannot be built: names that would lead a link to the wrong place."""

from __future__ import annotations

from dataclasses import replace

import pytest

from dashboards_py.board import Board
from dashboards_py.boards import api, overview
from dashboards_py.build import assemble
from dashboards_py.layout import Section
from tests.dashboards_py.conftest import Built
from vitals.errors import VitalsError


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
