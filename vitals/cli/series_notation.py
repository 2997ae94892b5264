"""Samples in the short notation of promtool: ``0+5x60`` for sixty-one values that begin at 0 and rise by 5.

Reference: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series.
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import islice, takewhile

MISSING = "_"
_WORTH = 3
"""The fewest values that are shorter together."""


def shortened(tokens: Sequence[str]) -> str:
    """The same samples in fewer words.

    Only a progression of decimals is put together. promtool adds its step again and again, as floats, so a fraction may
    come out a millionth of a billionth beside: far less than scrapes and bounds are apart.

    Args:
        tokens: One for each sample: a number, ``_`` for none, ``stale`` for the end of a series.
    """
    found, at = list[str](), 0
    while at < len(tokens):
        word, taken = _longest(tokens[at:])
        found.append(word)
        at += taken
    return " ".join(found)


def _longest(tokens: Sequence[str]) -> tuple[str, int]:
    """The longest run at the beginning, and how many samples it is."""
    first = tokens[0]
    same = sum(1 for _ in takewhile(first.__eq__, tokens))
    if first == MISSING:
        return (f"{MISSING}x{same}", same) if same > 1 else (MISSING, 1)
    if len(tokens) < _WORTH or not all(map(_plain, tokens[:2])):
        return first, 1
    step = Decimal(tokens[1]) - Decimal(first)
    value, taken = Decimal(first), 1
    for token in islice(tokens, 1, None):
        value += step
        if not _plain(token) or Decimal(token) != value:
            break
        taken += 1
    if taken < _WORTH:
        return first, 1
    by = "" if not step else f"{'+' if step > 0 else '-'}{abs(step).normalize():f}"
    return f"{first}{by}x{taken - 1}", taken


def _plain(token: str) -> bool:
    """Whether it is a number without an exponent, whose sign would read as a step."""
    return token.replace(".", "", 1).removeprefix("-").isdigit()
