"""When is there something to see? The moment at which the whole first board has data."""

import asyncio

import httpx

from vitals.portal.boards import Boards
from vitals.portal.prometheus import QueryError
from vitals.stack.board_queries import panel_queries
from vitals.stack.metrics_api import MetricsApi
from vitals.stack.run import Stack

_LOOK_EVERY_S = 1.0


async def note_first_data(stack: Stack, api: MetricsApi) -> None:
    """Wait until every panel of the first board has a finite sample, and note it in the journal.

    Panels that ``model.json`` allows to be empty are not waited for.
    """
    board = Boards(stack.folder.boards).all()[0]
    expected = {panel.id for panel in stack.model.panels if panel.uid == board.uid and panel.empty_reason is None}
    while expected:
        await asyncio.sleep(_LOOK_EVERY_S)
        try:
            for panel in await panel_queries(board, api):
                if panel.id in expected and await _any_data(panel.expressions, api):
                    expected.discard(panel.id)
            expected &= {panel.id for panel in await panel_queries(board, api)}
        except (httpx.HTTPError, QueryError):
            continue
    stack.journal.has_data()


async def _any_data(expressions: tuple[str, ...], api: MetricsApi) -> bool:
    for expression in expressions:
        if await api.has_finite_sample(expression):
            return True
    return False
