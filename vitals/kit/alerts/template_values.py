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
from vitals.model.promql import regex, unquote

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
_GIVES_TRUTH = _COMPARES | {"not", "match"}
_GIVES_TEXT = frozenset(
    {
        *("title", "toUpper", "toLower", "stripPort", "stripDomain", "graphLink", "tableLink", "reReplaceAll"),
        *("humanize", "humanize1024", "humanizeDuration", "humanizePercentage", "printf", "print", "println"),
        *("pathPrefix", "externalURL", "label", "strvalue"),
    }
)
ASKS = frozenset({"and", "or", "not", "eq", "ne", "match", "index", "len"})
"""Functions by which a text asks whether a label is there; one that is not there leaves no gap."""


_ESCAPE = re.compile(r"\\(?:[abfnrtv\\\"]|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8})")
_PLAIN_NUMBER = re.compile(r"[+-]?(?:0|[1-9]\d*)(?:\.\d*)?(?:[eE][+-]?\d+)?")
"""A number that Python reads as Go does: neither octal nor hexadecimal nor in parts."""
_NO_ESCAPE = re.compile(r"\\.?")


class TemplateError(VitalsError):
    """A text that Prometheus cannot expand."""


class Is(Enum):
    """The kinds of values that are distinguished."""

    ROOT = "everything"
    LABELS = "the labels"
    OTHER_LABELS = "the labels of a series"
    SAMPLES = "the series of a query"
    SAMPLE = "one series of a query"
    TRUTH = "true or false"
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
        like: What it is as a text, with stand-ins for what only the alert knows; ``None`` where that is unknown.
    """

    kind: Is
    label: str = ""
    constant: str | None = None
    like: str | None = None


STAND_IN, STAND_IN_NUMBER = "\N{OBJECT REPLACEMENT CHARACTER}", "\N{INTERLINEAR ANNOTATION TERMINATOR}"
"""What stands for a text, and for a number, that is known only when the alert fires."""
UNKNOWN, ROOT, LABELS = Value(Is.UNKNOWN), Value(Is.ROOT), Value(Is.LABELS)
FLOAT, WHOLE, TEXT, TRUTH = Value(Is.FLOAT), Value(Is.WHOLE), Value(Is.TEXT), Value(Is.TRUTH)
SAMPLES, SAMPLE, OTHER_LABELS = Value(Is.SAMPLES), Value(Is.SAMPLE), Value(Is.OTHER_LABELS)
_TEXT, _SAMPLE, _SAMPLES = frozenset({Is.TEXT}), frozenset({Is.SAMPLE}), frozenset({Is.SAMPLES})
_NUMBER = frozenset({Is.FLOAT, Is.WHOLE, Is.TEXT})
_MANY = frozenset({Is.TEXT, Is.LABELS, Is.OTHER_LABELS, Is.SAMPLES})
_NOTHING = frozenset[Is]()
_WORDS = {
    _NUMBER: "a number",
    _MANY: "labels, a text or the series of a query",
    _NOTHING: "a function, of which a text has none,",
}
_TAKES: dict[str, tuple[frozenset[Is], ...]] = {
    **dict.fromkeys(_READS_NUMBER, (_NUMBER,)),
    **dict.fromkeys(
        (
            *("query", "title", "toUpper", "toLower", "stripPort", "stripDomain", "graphLink", "tableLink"),
            *("parseDuration", "safeHtml", "urlQueryEscape", "printf"),
        ),
        (_TEXT,),
    ),
    "match": (_TEXT, _TEXT),
    "reReplaceAll": (_TEXT, _TEXT, _TEXT),
    "first": (_SAMPLES,),
    "value": (_SAMPLE,),
    "strvalue": (_SAMPLE,),
    "label": (_TEXT, _SAMPLE),
    "sortByLabel": (_TEXT, _SAMPLES),
    "len": (_MANY,),
    "index": (_MANY,),
    "call": (_NOTHING,),
}
"""What Go's types let a function take at each place, of the kinds that are distinguished; any at places behind."""
_NO_KEYS = (Is.FLOAT, Is.WHOLE, Is.TRUTH)
_ONE_DEEP = 2
"""Values of ``index`` that looks up one thing, and nothing in it."""
_FIXES = {
    Is.FLOAT: "; put printf before it",
    Is.WHOLE: "; put printf before it",
    Is.SAMPLES: "; take one with first, or each with range",
    Is.SAMPLE: "; take its .Value or a label of it",
}
"""What makes of a value the one that most functions take."""


def of_number(text: str) -> Value:
    """The kind of a number as Go reads a constant: with a point or an exponent it is a float.

    Raises:
        TemplateError: It begins with a zero, as octal numbers do, and has digits that those do not have.
    """
    if re.fullmatch(r"[+-]?0\d*[89]\d*", text):
        raise TemplateError(f"{text} begins as an octal number does; take the zero away")
    is_float = text[:2].lower() != "0x" and re.search(r"[.eEpP]", text)
    return Value(Is.FLOAT if is_float else Is.WHOLE, like=text if _PLAIN_NUMBER.fullmatch(text) else None)


def either(one: Value, other: Value) -> Value:
    """What is known of a value that may be one of two."""
    return one if one == other else Value(one.kind) if one.kind is other.kind else UNKNOWN


def of_text(word: str) -> Value:
    """A text in quotes or backticks; in single quotes it is one character, which is a whole number.

    Raises:
        TemplateError: More than one character stands in single quotes, or a backslash before what it does not escape.
    """
    if word[0] == '"' and (wrong := _NO_ESCAPE.search(_ESCAPE.sub("", word))):
        raise TemplateError(
            f"{word} has {wrong[0]}, which means nothing in a text; write two backslashes, or backticks"
        )
    if word[0] == "'":
        if not re.fullmatch(r"'(?:[^\\]|\\(?:[abfnrtv\\']|[0-7]{3}|x..|u.{4}|U.{8}))'", word):
            raise TemplateError(f"{word} is more than one character in single quotes; write double quotes or backticks")
        return Value(Is.WHOLE)
    return Value(Is.TEXT, constant=unquote(word))


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
    _require(name, given)
    if name in _READS_NUMBER:
        _number(name, given[0])
    if name in ("match", "reReplaceAll") and (reason := regex.problem(given[0].constant or "")):
        raise TemplateError(f"{name} has the pattern {given[0].constant!r}, not a regular expression: {reason}")
    if name == "index" and given[0].kind is Is.LABELS and given[1:] and given[1].constant is not None:
        return Value(Is.TEXT, label=given[1].constant)
    return _given_by(name, given)


def _given_by(name: str, given: Sequence[Value]) -> Value:
    """The kind of what a function gives."""
    if name == "index":
        of = {Is.SAMPLES: SAMPLE, Is.LABELS: TEXT, Is.OTHER_LABELS: TEXT, Is.TEXT: WHOLE}
        return of.get(given[0].kind, UNKNOWN) if len(given) == _ONE_DEEP else UNKNOWN
    known = {
        **dict.fromkeys(("value", "now", "parseDuration"), FLOAT),
        **dict.fromkeys(("query", "sortByLabel"), SAMPLES),
        "first": SAMPLE,
        "len": WHOLE,
    }
    return known.get(name, TEXT if name in _GIVES_TEXT else TRUTH if name in _GIVES_TRUTH else UNKNOWN)


def _require(name: str, given: Sequence[Value]) -> None:
    """Refuse a value of a kind that a function does not take."""
    for wanted, one in zip(_TAKES.get(name, ()), given, strict=False):
        if one.kind in wanted or one.kind is Is.UNKNOWN:
            continue
        takes = _WORDS.get(wanted) or next(iter(wanted)).value
        helps = one.kind is Is.SAMPLES or wanted in (_TEXT, _NUMBER)
        fix = _FIXES.get(one.kind, "") if helps else ""
        raise TemplateError(f"{name} takes {takes} and gets {one.kind.value}{fix}")
    if name == "index" and given[0].kind in (Is.LABELS, Is.OTHER_LABELS) and given[1:] and given[1].kind in _NO_KEYS:
        raise TemplateError(f"index takes the name of a label and gets {given[1].kind.value}")


def gone_through(value: Value) -> tuple[Value, Value]:
    """What ``range`` makes of a value: the kind of a key and of an element.

    Raises:
        TemplateError: It is one value, and nothing to go through.
    """
    if value.kind in (Is.FLOAT, Is.TEXT, Is.TRUTH, Is.SAMPLE):
        raise TemplateError(f"range goes through the series of a query or through labels, and gets {value.kind.value}")
    found = {Is.SAMPLES: (WHOLE, SAMPLE), Is.WHOLE: (WHOLE, WHOLE)}
    return found.get(value.kind, (TEXT, TEXT) if value.kind in (Is.LABELS, Is.OTHER_LABELS) else (UNKNOWN, UNKNOWN))


def _comparable(name: str, given: Sequence[Value]) -> None:
    known = [one.kind for one in given if one.kind in (Is.FLOAT, Is.WHOLE, Is.TEXT, Is.TRUTH)]
    if other := next((kind for kind in known if kind is not known[0]), None):
        fix = "" if {Is.TEXT, Is.TRUTH} & {known[0], other} else "; write the whole number with a point, such as 9.0"
        raise TemplateError(f"{name} compares {known[0].value} with {other.value}{fix}")


def _number(name: str, given: Value) -> None:
    if given.constant is None:
        return
    try:
        float(given.constant)
    except ValueError:
        raise TemplateError(f"{name} takes a number, and {given.constant!r} is none") from None
