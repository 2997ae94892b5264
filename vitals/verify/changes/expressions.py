"""How one expression differs from another: only in numbers, only in a name, or altogether."""

from __future__ import annotations

import re
from collections.abc import Iterator

import promql_parser as ast

from vitals.model.promql import every
from vitals.model.promql.constants import bare, number_of
from vitals.verify.review.promql import COMPARISONS, parsed

_NUMBER = re.compile(r"(?<![\w.:\"])-?\d+(?:\.\d+)?(?:e[+-]?\d+)?(?![\w.:])")
_WINDOW = re.compile(r"\[(\w+)(?::\w*)?\]")
_NAME = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LONGEST = 160
"""Characters of an expression that a line of a report holds."""


def difference(before: str, after: str) -> str:
    """What differs between two expressions, as half a sentence; empty where they mean the same."""
    old, new = plain(before), plain(after)
    if old == new:
        return ""
    bounds = list(_bounds(before, after))
    if bounds:
        return "; ".join(bounds)
    windows = _WINDOW.findall(old), _WINDOW.findall(new)
    if _WINDOW.sub("[]", old) == _WINDOW.sub("[]", new):
        pairs = zip(*windows, strict=True)
        changed = dict.fromkeys(f"window {one} → {other}" for one, other in pairs if one != other)
        return "; ".join(changed)
    if renamed := renames(before, after):
        return "; ".join(f"now reads {new_name} instead of {old_name}" for old_name, new_name in renamed.items())
    return f"query `{_short(old)}` → `{_short(new)}`"


def plain(text: str) -> str:
    """An expression with one spelling for all that means the same."""
    node, _ = parsed(text)
    return str(bare(node)) if node is not None else " ".join(text.split())


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _bounds(before: str, after: str) -> Iterator[str]:
    """The numbers with which values are compared, where nothing else differs."""
    old, new = plain(before), plain(after)
    if _NUMBER.sub("#", old) != _NUMBER.sub("#", new):
        return
    one, other = _compared(before), _compared(after)
    if len(one) == len(other):
        for (sign, was), (_, now) in zip(one, other, strict=True):
            if was != now:
                yield f"bound {sign} {was:g} → {sign} {now:g}"
    if one == other:
        for was, now in zip(_NUMBER.findall(old), _NUMBER.findall(new), strict=True):
            if was != now:
                yield f"{was} → {now} in its query"


def _compared(text: str) -> list[tuple[str, float]]:
    node, _ = parsed(text)
    found = []
    for one in every(node) if node is not None else ():
        if isinstance(one, ast.BinaryExpr) and str(one.op) in COMPARISONS:
            value = number_of(one.rhs)
            if value is not None:
                found.append((str(one.op), value))
    return found


def bound_direction(before: str, after: str) -> int:
    """Whether an alert fires for less than before (1), for more (-1), or that is not known (0)."""
    one, other = _compared(before), _compared(after)
    if len(one) != len(other) or _NUMBER.sub("#", plain(before)) != _NUMBER.sub("#", plain(after)):
        return 0
    moves = {
        (1 if now > was else -1) * (1 if sign.startswith(">") else -1)
        for (sign, was), (_, now) in zip(one, other, strict=True)
        if was != now and sign[:1] in "<>"
    }
    return moves.pop() if len(moves) == 1 else 0


def renames(before: str, after: str) -> dict[str, str]:
    """Names that were replaced by others, where nothing else differs; empty where more does."""
    old, new = plain(before), plain(after)
    if _NAME.sub("#", old) != _NAME.sub("#", new):
        return {}
    found: dict[str, str] = {}
    for one, other in zip(_NAME.findall(old), _NAME.findall(new), strict=True):
        if found.setdefault(one, other) != other:
            return {}
    return {one: other for one, other in found.items() if one != other}
