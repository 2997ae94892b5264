"""Boards as code: one file per board, over the panel factories in :mod:`vitals.kit.dashboards.panels`.

Boards draw recorded signals and the bounds that they are handed; they compute nothing themselves and know nothing of
alerts. This file is the visible list of all boards.
"""

from dashboards_py import api, cache, components, database, overview, slo, stack, system, tasks, users

BOARDS = (
    overview.board,
    api.board,
    slo.board,
    users.board,
    database.board,
    cache.board,
    tasks.board,
    components.board,
    system.board,
    stack.board,
)
"""One function per board; a board without any panel, because nothing has what it shows, is left out."""
