"""Which series queries read, and how finely: what is not read is not made, and nothing finer than a window needs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from vitals.local.draw.dashboard import parse_duration
from vitals.local.draw.template import substitute
from vitals.local.draw.window import Window, choose_window
from vitals.local.pictures.arrangement import WIDTH_PX
from vitals.local.pictures.files import DashboardFile
from vitals.local.portal.variables import written_choices
from vitals.local.stack.rendered_rules import RenderedRule

COARSEST_S = 60.0
"""Seconds between two samples of what no short window reads: every moment that is asked has one near, and Prometheus
looks back five minutes."""
SHORTEST_S = 60.0
"""Windows of records below a minute are widened to it for pictures: records are asked once a minute there, and the
waves of synthetic series last a quarter of an hour and more, so both show the same. It allows a step of 15 s."""
_SAMPLES = 4
"""In the shortest window that reads a series: what Prometheus advises for a rate, and one may be missed."""
_NAME = re.compile(r"[a-zA-Z_:][\w:]*")
_WINDOW = re.compile(r"\[(\w+)(:\w*)?\]")


def texts_of(files: Iterable[DashboardFile], length_s: float = 6 * 3600.0) -> list[str]:
    """Every query of dashboards, those of annotations and variables included.

    Args:
        files: The dashboards; what their variables offer in writing is filled in.
        length_s: Seconds that are drawn, which an interval may follow.
    """
    window = choose_window(0, length_s, width=WIDTH_PX)
    return [text for file in files for text in _texts_of(file, window)]


def _texts_of(file: DashboardFile, window: Window) -> Iterator[str]:
    own = {one.name for one in file.dashboard.variables}
    choices = {name: one for name, one in written_choices(file.dashboard, window).items() if name in own}
    for text in (
        *(target.expr for tile in file.tiles for target in tile.panel.targets),
        *(one.expr for one in file.dashboard.annotations),
        *(one.query for one in file.dashboard.variables),
    ):
        yield substitute(text, choices)


def names_read(texts: Iterable[str], rules: Sequence[RenderedRule]) -> set[str]:
    """Every name that queries may read, directly or through records; other words do no harm."""
    found = {word for text in texts for word in _NAME.findall(text)}
    while (
        more := {word for rule in rules if rule.records and rule.name in found for word in _NAME.findall(rule.expr)}
        - found
    ):
        found |= more
    return found


def sample_steps(texts: Iterable[str], *, least_s: float = 0.0) -> Mapping[str, float]:
    """How many seconds may lie between two samples of each name, by the shortest window that reads it.

    Args:
        texts: The queries, and the expressions of the records that they read.
        least_s: A window that is shorter counts as this.
    """
    shortest: dict[str, float] = {}
    for text in texts:
        windows = [max(least_s, parse_duration(one) or SHORTEST_S) for one, _ in _WINDOW.findall(text)]
        least = min(windows, default=COARSEST_S * _SAMPLES)
        if "$__" in text:  # of a range of hours it is a minute or more
            least = min(least, SHORTEST_S)
        for word in _NAME.findall(text):
            shortest[word] = min(least, shortest.get(word, least))
    return {word: min(COARSEST_S, least / _SAMPLES) for word, least in shortest.items()}


def bounded(query: str, longest_s: float) -> str:
    """A query of which no window is shorter than a minute or longer than there are data.

    A subquery over a month is evaluated at each of its steps, whether there are data or not: two such records took nine
    tenths of the time of a preview, for the same answer.

    Args:
        query: PromQL.
        longest_s: Seconds that data reach back.
    """

    def other(found: re.Match[str]) -> str:
        seconds = parse_duration(found[1]) or SHORTEST_S
        window = min(longest_s, seconds if found[2] else max(SHORTEST_S, seconds))
        return found[0] if window == seconds else f"[{window:.0f}s{found[2] or ''}]"

    return _WINDOW.sub(other, query)
