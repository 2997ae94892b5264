"""Cache: does it still save work, and is it fast enough to be worth asking?"""

from __future__ import annotations

from vitals.kit.dashboards import links, marks, variables
from vitals.kit.dashboards.board import Board
from vitals.kit.dashboards.facts import BoardFacts
from vitals.kit.dashboards.layout import Row, Section
from vitals.kit.dashboards.queries import SERVICE, exemplars
from vitals.kit.dashboards.views import now, over_time
from vitals.model.signals import cache

_ALL = 1.0


def board(facts: BoardFacts) -> Board:
    """The board of the caches that one service asks."""
    return Board(
        uid=links.CACHE.uid,
        title=links.CACHE.title,
        question="Does the cache still save work, and is it fast enough to be worth asking?",
        sections=(
            Section("", _first_screen(facts)),
            Section("What does it hold?", (Row(7, (over_time(facts, cache.SIZE), over_time(facts, cache.ITEMS))),)),
            Section("Fetch time in detail", (Row(8, (over_time(facts, cache.FETCH_MEAN),)),), collapsed=True),
        ),
        variables=(variables.datasource(), variables.service(facts, cache.REQUESTS)),
        annotations=(marks.deploys({"service": SERVICE}), marks.firing(facts, {"service": SERVICE})),
        links=links.board_links(facts, links.CACHE),
    )


def _first_screen(facts: BoardFacts) -> tuple[Row, ...]:
    return (
        Row(4, tuple(now(facts, signal) for signal in (cache.HITS, cache.FETCH_P95, cache.SIZE))),
        Row(
            9,
            (
                over_time(facts, cache.REQUESTS),
                over_time(facts, cache.HITS, top=_ALL),
                over_time(facts, cache.FETCH_P95, exemplars("cache_fetch_duration_seconds")),
            ),
        ),
    )
