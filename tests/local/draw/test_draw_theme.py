"""More series than the palette has: each has a colour of its own as long as they can be distinguished."""

from __future__ import annotations

import math
from itertools import combinations

import pytest

from vitals.local.draw.theme import DARK, LIGHT, Theme


def _distance(one: str, other: str) -> float:
    """How far two ``#rrggbb`` are from each other, as a share of black to white."""
    pairs = zip(bytes.fromhex(one[1:]), bytes.fromhex(other[1:]), strict=True)
    return math.sqrt(sum((a - b) ** 2 for a, b in pairs) / (3 * 255**2))


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_24_series_have_24_colours(theme: Theme) -> None:
    """None is near another one or the background; the first eight are the palette."""
    colors = [theme.series_color(number) for number in range(24)]

    assert tuple(colors[:8]) == theme.series
    assert min(_distance(one, other) for one, other in combinations(colors, 2)) > 0.04
    assert min(_distance(one, theme.surface) for one in colors) > 0.15
    assert theme.series_color(24) == colors[0]
