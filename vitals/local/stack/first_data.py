"""When is there something to see? The moment at which the first board has data.

What is evaluated only once a minute, over days and more, is not waited for: when it comes depends on the minute in
which the stack was started and on nothing that one could see or improve.
"""

import asyncio
from dataclasses import replace

import httpx

from vitals.local.draw.dashboard import parse_duration
from vitals.local.portal.boards import Boards
from vitals.local.portal.prometheus import QueryError
from vitals.local.stack.board_queries import PanelQueries, board_queries, queries_without_data
from vitals.local.stack.metrics_api import MetricsApi
from vitals.local.stack.rendered_model import RenderedModel
from vitals.local.stack.run import Stack

SLOW_S = 60.0
"""Interval of a rule group whose records are not waited for."""
_LOOK_EVERY_S = 1.0


async def note_first_data(stack: Stack, api: MetricsApi) -> None:
    """Wait until each query of every panel of the first board has a finite sample, and note it in the journal.

    Queries that ``model.json`` allows to be empty, and those that read what is evaluated slowly, are not waited for.
    """
    board = Boards(stack.folder.boards).all()[0]
    slow = slow_records(stack.model)
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        try:
            panels = (await board_queries(board, api)).panels
            waited = [replace(panel, expressions=_waited_for(panel, stack.model, slow)) for panel in panels]
            if not any([await queries_without_data(panel, api) for panel in waited]):
                break
        except (httpx.HTTPError, QueryError):
            continue
    stack.journal.has_data()


def slow_records(model: RenderedModel) -> frozenset[str]:
    """Return the names of the records that are evaluated every ``SLOW_S`` seconds or more rarely."""
    slow = {group.name for group in model.groups if (parse_duration(group.interval) or 0.0) >= SLOW_S}
    return frozenset(record.name for record in model.records if record.group in slow)


def _waited_for(panel: PanelQueries, model: RenderedModel, slow: frozenset[str]) -> tuple[str, ...]:
    reasons = dict(zip(panel.expressions, model.excuses(panel.uid, panel.id), strict=False))
    return tuple(
        query
        for query in panel.expressions
        if reasons.get(query) is None and not any(record in query for record in slow)
    )
