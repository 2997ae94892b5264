"""What the functions of Prometheus' templates take and give, as far as it is known before an alert fires.

Go compares two values of one kind only: ``gt $value 9`` is an error, ``gt $value 9.0`` is not. A function that wants a
text takes no number, and one that wants a number takes a text only where it reads as one.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from vitals.errors import VitalsError
from vitals.model.promql import regex

ANY_NUMBER = 99
FUNCTIONS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("now", "pathPrefix", "externalURL"), (0, 0)),
    **dict.fromkeys(
        (
            *("query", "first", "value", "strvalue", "safeHtml", "title", "toUpper", "toLower", "graphLink"),
            *("stripPort", "stripDomain", "humanize", "humanize1024", "humanizeDuration", "humanizePercentage"),
            *("humanizeTimestamp", "toTime", "toDuration", "parseDuration", "urlQueryEscape", "len", "not"),
            "tableLink",
        ),
        (1, 1),
    ),
    **dict.fromkeys(("label", "match", "sortByLabel", "ge", "gt", "le", "lt", "ne"), (2, 2)),
    "reReplaceAll": (3, 3),
    "eq": (2, ANY_NUMBER),
    **dict.fromkeys(("and", "or", "call", "index", "slice", "printf"), (1, ANY_NUMBER)),
    **dict.fromkeys(("args", "print", "println", "html", "js", "urlquery"), (0, ANY_NUMBER)),
}
"""Every function of an alert's text, with the fewest and the most arguments, a piped one included."""
_COMPARES = frozenset({"eq", "ne", "lt", "le", "gt", "ge"})
_READS_NUMBER = frozenset(
    {
        *("humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "humanizeTimestamp"),
        *("toTime", "toDuration"),
    }
)
_TAKES_TEXT = frozenset(
    {
        *("query", "title", "toUpper", "toLower", "stripPort", "stripDomain", "graphLink", "tableLink"),
        *("match", "reReplaceAll", "parseDuration"),
    }
)
_GIVES_TEXT = frozenset(
    {
        *("title", "toUpper", "toLower", "stripPort", "stripDomain", "graphLink", "tableLink", "reReplaceAll"),
        *("humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "printf", "print", "println"),
        *("pathPrefix", "externalURL", "label", "strvalue"),
    }
)
ASKS = frozenset({"and", "or", "not", "eq", "ne", "match", "index", "len"})
"""Functions by which a text asks whether a label is there; one that is not there leaves no gap."""


class TemplateError(VitalsError):
    """A text that Prometheus cannot expand."""


class Is(Enum):
    """The kinds of values that are distinguished."""

    ROOT = "everything"
    LABELS = "the labels"
    TEXT = "a text"
    FLOAT = "a number with a point"
    WHOLE = "a whole number"
    UNKNOWN = "something else"


@dataclass(frozen=True, slots=True)
class Value:
    """What is known of a value.

    Attributes:
        kind: Its kind.
        label: The label of the condition whose value it is; empty for anything else.
        constant: What it is, for a text that stands in the template.
    """

    kind: Is
    label: str = ""
    constant: str | None = None


UNKNOWN, ROOT, LABELS = Value(Is.UNKNOWN), Value(Is.ROOT), Value(Is.LABELS)
FLOAT, TEXT = Value(Is.FLOAT), Value(Is.TEXT)


def of_number(text: str) -> Value:
    """The kind of a number as Go reads a constant: with a point or an exponent it is a float."""
    return FLOAT if text[:2].lower() != "0x" and re.search(r"[.eEpP]", text) else Value(Is.WHOLE)


def of_text(word: str) -> Value:
    """A text in quotes or backticks; in single quotes it is one character, which is a whole number.

    Raises:
        TemplateError: More than one character stands in single quotes.
    """
    if word[0] == "'":
        if not re.fullmatch(r"'(?:[^\\]|\\(?:[abfnrtv\\']|[0-7]{3}|x..|u.{4}|U.{8}))'", word):
            raise TemplateError(f"{word} is more than one character in single quotes; write double quotes or backticks")
        return Value(Is.WHOLE)
    return Value(Is.TEXT, constant=word[1:-1] if word[0] == "`" else re.sub(r"\\(.)", r"\1", word[1:-1]))


def called(name: str, given: Sequence[Value]) -> Value:
    """What a function gives.

    Args:
        name: A function.
        given: Its arguments, a piped one last.

    Raises:
        TemplateError: It gets too few or too many, or what it fails with, each time.
    """
    fewest, most = FUNCTIONS[name]
    if not fewest <= len(given) <= most:
        wanted = f"at least {fewest}" if most == ANY_NUMBER else str(fewest)
        raise TemplateError(f"{name} takes {wanted} values and gets {len(given)}")
    if name in _COMPARES:
        _comparable(name, given)
    if name in _READS_NUMBER:
        _number(name, given[0])
    if name in _TAKES_TEXT and (number := next((one for one in given if one.kind in (Is.FLOAT, Is.WHOLE)), None)):
        raise TemplateError(f"{name} takes a text and gets {number.kind.value}; put printf before it")
    if name in ("match", "reReplaceAll") and (reason := regex.problem(given[0].constant or "")):
        raise TemplateError(f"{name} has the pattern {given[0].constant!r}, not a regular expression: {reason}")
    if name == "index" and given[0].kind is Is.LABELS and given[1:] and given[1].constant is not None:
        return Value(Is.TEXT, label=given[1].constant)
    if name in ("value", "now", "parseDuration"):
        return FLOAT
    return TEXT if name in _GIVES_TEXT else Value(Is.WHOLE) if name == "len" else UNKNOWN


def _comparable(name: str, given: Sequence[Value]) -> None:
    known = [one.kind for one in given if one.kind in (Is.FLOAT, Is.WHOLE, Is.TEXT)]
    if other := next((kind for kind in known if kind is not known[0]), None):
        fix = "" if Is.TEXT in (known[0], other) else "; write the whole number with a point, such as 9.0"
        raise TemplateError(f"{name} compares {known[0].value} with {other.value}{fix}")


def _number(name: str, given: Value) -> None:
    if given.constant is None:
        return
    try:
        float(given.constant)
    except ValueError:
        raise TemplateError(f"{name} takes a number, and {given.constant!r} is none") from None
