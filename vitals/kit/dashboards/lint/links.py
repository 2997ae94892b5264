"""Every link to a board leads to one that we ship, and takes the time and its variables along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from vitals.kit.dashboards.lint.problem import Boards, Found, panels
from vitals.model.promql import Vocabulary

_BOARD = re.compile(r"/d/([^/?]+)")


def check(boards: Boards, _: Vocabulary) -> Found:
    """Find links that lead nowhere or forget something on the way."""
    for uid, board in boards.items():
        for link in board.get("links", []):
            yield from ((uid, "", text) for text in _leads_nowhere(link["url"], boards))
            if not (link.get("keepTime") and link.get("includeVars")):
                yield uid, "", f"the link {link['title']!r} loses the time or the variables."
        for panel in panels(board):
            for url in _urls(panel):
                yield from (
                    (uid, panel["title"], text) for text in (*_leads_nowhere(url, boards), *_loses(url, boards))
                )


def _urls(node: Any) -> Iterator[str]:  # noqa: ANN401 - any JSON value
    if isinstance(node, dict):
        if isinstance(node.get("url"), str):
            yield node["url"]
        node = list(node.values())
    if isinstance(node, list):
        for child in node:
            yield from _urls(child)


def _leads_nowhere(url: str, boards: Boards) -> Iterator[str]:
    match = _BOARD.search(url)
    if match and match[1] not in boards:
        yield f"a link leads to the board {match[1]!r}, which does not exist."


def _loses(url: str, boards: Boards) -> Iterator[str]:
    match = _BOARD.search(url)
    if not match or match[1] not in boards:
        return
    if "${__url_time_range}" not in url:
        yield f"the link to {match[1]!r} loses the time; add ${{__url_time_range}}."
    for variable in boards[match[1]]["templating"]["list"]:
        name = variable["name"]
        if f"var-{name}=" not in url and f"${{{name}:queryparam}}" not in url:
            yield f"the link to {match[1]!r} does not say which {name}; add var-{name}."
