"""Grafana's variables in a query, replaced by something that can be parsed where they stand.

What a variable stands for depends on its place: a window takes a duration, a grouping a label, a comparison a number.
https://grafana.com/docs/grafana/latest/dashboards/variables/variable-syntax/
"""

from __future__ import annotations

import re
from functools import lru_cache

_VARIABLE = re.compile(
    r"(?<!\\)\$\{(?P<braced>[A-Za-z_]\w*)(?:[.:][^}]*)?\}|\[\[(?P<old>[A-Za-z_]\w*)(?::\w+)?\]\]"
    r"|(?<!\\)\$(?P<plain>[A-Za-z_]\w*)"
)
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"|\'(?:[^\'\\]|\\.)*\'|`[^`]*`', re.DOTALL)
"""A string of PromQL with its quotes."""
_IN_NUMBERS = re.compile(r"__(?:interval|rate_interval|range)_(?:ms|s)|__(?:from|to)")
_GROUPING = re.compile(r"\b(?:by|without|on|ignoring|group_left|group_right)\s*\([^()]*$", re.IGNORECASE)
_OPERATOR = re.compile(r"(?:[-+*/%^<>]|[=!]=|<=|>=|\bbool|\()\s*$")
DURATION, NUMBER, WORD, MATCHER, FUNCTION = "5m", "1", "some_value", 'some_label="x"', "sum"
"""What a variable becomes. The window is one of any dashboard; nothing is judged by its length."""


def names(text: str) -> list[str]:
    """The names of the variables in a text, in their order."""
    return [found["braced"] or found["old"] or found["plain"] for found in _VARIABLE.finditer(text)]


def has_variable(text: str) -> bool:
    """Whether a text names a variable."""
    return _VARIABLE.search(text) is not None


@lru_cache(maxsize=16384)
def filled(query: str) -> str:
    """A query with each variable replaced by what its place takes."""
    if not has_variable(query):
        return query
    quoted = [(found.start(), found.end()) for found in QUOTED.finditer(query)]
    parts: list[str] = []
    done = 0
    for found in _VARIABLE.finditer(query):
        parts.append(query[done : found.start()])
        before, after = "".join(parts), query[found.end() :]
        name = found["braced"] or found["old"] or found["plain"]
        inside = any(start < found.start() < end for start, end in quoted)
        parts.append(WORD if inside else _bare(name, before, after))
        done = found.end()
    parts.append(query[done:])
    return "".join(parts)


def _bare(name: str, before: str, after: str) -> str:
    follows = after.lstrip()[:1]
    unquoted = QUOTED.sub('""', before)
    result = WORD
    if before[-1:].isalnum() or (before[-1:] in "_:" and before) or (after[:1].isalnum() or after[:1] in ("_", ":")):
        result = _joined(before, unquoted)
    elif _IN_NUMBERS.fullmatch(name):
        result = "300"
    elif unquoted.count("[") > unquoted.count("]") or re.search(r"\boffset\s*-?\s*$", before, re.IGNORECASE):
        result = DURATION
    elif unquoted.count("{") > unquoted.count("}"):
        result = MATCHER if follows in (",", "}", "") else WORD
    elif _GROUPING.search(unquoted):
        result = WORD
    elif follows == "(" or re.match(r"\s*(?:by|without)\s*\(", after):
        result = FUNCTION
    elif follows in ("{", "["):
        result = WORD
    elif follows == "," or (_OPERATOR.search(before) and not before.rstrip().endswith("(")):
        result = NUMBER
    return result


def _joined(before: str, unquoted: str) -> str:
    """A part of a word: digits within a window or behind a number, letters within a name."""
    in_window = unquoted.count("[") > unquoted.count("]")
    return NUMBER if in_window or re.search(r"(?:^|[^\w:])\d+$", before) else "x"
