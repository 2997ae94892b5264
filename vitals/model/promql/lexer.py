"""PromQL cut into tokens exactly as Prometheus cuts it, comments, raw strings and digit separators included.

The parser that we use reads most of PromQL but not all of it. What people paste is therefore cut here first, by the
rules of ``promql/parser/lex.go`` of the pinned Prometheus; :mod:`vitals.model.promql.plain` then writes it in words
that the parser knows.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum, auto

from vitals.model.promql.vocabulary import PromqlError

_SPACE = re.compile(r"[ \t\r\n]+")
_COMMENT = re.compile(r"#[^\r\n]*")
_WORD = re.compile(r"[a-zA-Z_:][a-zA-Z0-9_:]*")
_LABEL = re.compile(r"[a-zA-Z_][a-zA-Z0-9_]*")
_NUMBER = re.compile(r"0[xX]_?[0-9a-fA-F][0-9a-fA-F_]*|(?:\d[\d_]*)?\.?[\d_]*(?:[eE][+-]?\d[\d_]*)?")
_UNITS = re.compile(r"[smhdwy]s?(?:\d+[smhdw]s?)*(?![a-zA-Z0-9_])")
_SIGN = re.compile(r"==|!=|<=|>=|</|>/|[-+*/%^@,()\[\]{}=<>]")
_SIGN_IN_BRACES = re.compile(r"=~|!~|!=|[=,}]")
_STRING = re.compile(r"""`[^`]*`|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'""", re.DOTALL)
_ESCAPE = re.compile(r"""\\(?:[abfnrtv\\"']|[0-7]{3}|x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|U[0-9a-fA-F]{8}|.)""", re.DOTALL)
_PLAIN_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v", "\\": "\\"}
_DURATION = re.compile(r"(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?(?:(\d+)ms)?")
_SECONDS = (365 * 86400.0, 7 * 86400.0, 86400.0, 3600.0, 60.0, 1.0, 0.001)
IN_WINDOWS = frozenset({"step", "range", "max_of", "min_of"})
"""The only words that may stand between square brackets."""
BEFORE_OPERANDS = frozenset(
    {
        *("and", "or", "unless", "atan2", "bool", "on", "ignoring"),
        *("by", "without", "group_left", "group_right", "offset"),
    }
)
"""Keywords behind which an operand may stand, so that whatever comes next is a name and no modifier."""
LONGEST_S = 2**63 / 1e9
"""Prometheus counts durations in nanoseconds of 64 bits, which is 292 years."""
_LARGEST_INTEGER = 2**63 - 1


class TokenKind(Enum):
    """What a token is."""

    WORD = auto()
    NUMBER = auto()
    DURATION = auto()
    STRING = auto()
    SIGN = auto()


@dataclass(frozen=True, slots=True)
class Token:
    """A piece of an expression.

    Attributes:
        kind: What it is.
        text: As it is written.
        apart: Whether blanks or a comment stand before it.
        braces: Whether it stands between curly brackets.
        window: Whether it stands between square brackets.
    """

    kind: TokenKind
    text: str
    apart: bool
    braces: bool = False
    window: bool = False

    @property
    def low(self) -> str:
        """A word as keywords are compared, which is without case; other tokens as they are."""
        return self.text.lower() if self.kind is TokenKind.WORD else self.text


def refused(text: str, reason: str) -> PromqlError:
    """The error of a text that Prometheus' own grammar refuses."""
    return PromqlError(f"This is not PromQL: {text!r} ({reason}). Prometheus would refuse the rule file.", reason)


def tokens(text: str) -> list[Token]:
    """Cut an expression.

    Raises:
        PromqlError: Prometheus' lexer refuses it; the message says where and why.
    """
    return list(_Lexer(text).run())


class _Lexer:
    def __init__(self, text: str) -> None:
        self._text = text
        self._at = 0
        self._open: list[str] = []
        self._braces = self._window = self._window_is_new = False

    def run(self) -> Iterator[Token]:
        apart = False
        while self._at < len(self._text):
            if skipped := _SPACE.match(self._text, self._at) or self._comment():
                self._at, apart = skipped.end(), True
                continue
            kind, end = self._next()
            yield Token(kind, self._text[self._at : end], apart, self._braces, self._window)
            self._follow(kind, self._text[self._at : end])
            self._at, apart = end, False
        if self._braces or self._window or self._open:
            raise self._error("a bracket is opened and never closed")

    def _error(self, reason: str) -> PromqlError:
        return refused(self._text, reason)

    def _comment(self) -> re.Match[str] | None:
        found = _COMMENT.match(self._text, self._at)
        if found and self._window_is_new:
            raise self._error("a comment between '[' and the first number of a window")
        return found

    def _next(self) -> tuple[TokenKind, int]:
        first = self._text[self._at]
        if first in "\"'`" and not self._window_is_new:
            return TokenKind.STRING, self._string()
        if self._window and first == ":":
            return TokenKind.SIGN, self._at + 1
        if found := (_LABEL if self._braces or self._window else _WORD).match(self._text, self._at):
            if self._window and found[0].lower() not in IN_WINDOWS:
                raise self._error(f"unexpected {found[0]!r} in a window")
            return TokenKind.WORD, found.end()
        if not self._braces and re.match(r"\.?\d", self._text[self._at : self._at + 2]):
            return self._quantity()
        if found := (_SIGN_IN_BRACES if self._braces else _SIGN).match(self._text, self._at):
            return TokenKind.SIGN, found.end()
        raise self._error(f"unexpected character {first!r}")

    def _string(self) -> int:
        found = _STRING.match(self._text, self._at)
        if not found:
            raise self._error("a text in quotes is never closed")
        try:
            unquote(found[0])
        except ValueError as error:
            raise self._error(str(error)) from None
        return found.end()

    def _quantity(self) -> tuple[TokenKind, int]:
        """A number or a duration; the one becomes the other with the first unit."""
        found = _NUMBER.match(self._text, self._at)
        end = found.end() if found else self._at
        units = _UNITS.match(self._text, end)
        kind = TokenKind.DURATION if units else TokenKind.NUMBER
        end = units.end() if units else end
        word = self._text[self._at : end]
        if re.match(r"[a-zA-Z0-9_.]", self._text[end : end + 1]):
            raise self._error(f"bad number or duration: {self._text[self._at : end + 1]!r}")
        try:
            quantity(kind, word)
        except ValueError as error:
            raise self._error(str(error)) from None
        return kind, end

    def _follow(self, kind: TokenKind, word: str) -> None:
        """Keep account of brackets, as Prometheus' lexer does."""
        if kind in (TokenKind.NUMBER, TokenKind.DURATION):
            self._window_is_new = False
        if kind is not TokenKind.SIGN:
            return
        match word:
            case "(":
                self._open.append(word)
            case ")":
                if not self._open:
                    raise self._error("a ')' that nothing opened")
                self._open.pop()
            case "{":
                self._braces = True
            case "}":
                if not self._braces:
                    raise self._error("a '}' that nothing opened")
                self._braces = False
            case "[":
                if self._window:
                    raise self._error("a '[' within a window")
                self._window = self._window_is_new = True
            case "]":
                if not self._window:
                    raise self._error("a ']' that nothing opened")
                self._window = self._window_is_new = False


def quantity(kind: TokenKind, word: str) -> float:
    """The value of a number or a duration, the latter in seconds.

    Raises:
        ValueError: Go's ``strconv`` or Prometheus' ``ParseDuration`` refuses it.
    """
    if kind is TokenKind.DURATION:
        found = _DURATION.fullmatch(word)
        value = (
            sum((int(n) * unit for n, unit in zip(found.groups(), _SECONDS, strict=True) if n), 0.0) if found else 0.0
        )
        if not found or value > LONGEST_S:
            raise ValueError(f"not a valid duration: {word!r}; name each unit once, the largest first, as in '1h30m'")
        return value
    whole = _integer(word)
    if whole is not None:
        return whole
    if re.search(r"(?<![0-9])_|_(?![0-9])", word):
        raise ValueError(f"'_' may only stand between two digits: {word!r}")
    value = float(word.replace("_", ""))
    if math.isinf(value):
        raise ValueError(f"a number out of range: {word!r}")
    return value


def _integer(word: str) -> float | None:
    """A whole number as Go reads one: a leading zero makes it octal, underscores separate single digits."""
    for pattern, base in ((r"0[xX](?:_?[0-9a-fA-F])+", 16), (r"0(?:_?[0-7])*", 8), (r"[1-9](?:_?\d)*", 10)):
        if re.fullmatch(pattern, word):
            value = int(re.sub(r"_|^0[xX]", "", word), base)
            if value <= _LARGEST_INTEGER:
                return float(value)
            if base != 10:  # noqa: PLR2004 - the base of decimals, which floats read too
                raise ValueError(f"a number out of range: {word!r}")
    if word[:2].lower() == "0x":
        raise ValueError(f"bad number: {word!r}")
    return None


def duration(text: str) -> float:
    """Seconds of a duration as Prometheus' configuration has it: with a unit, or ``0``.

    Raises:
        ValueError: It is none.
    """
    if text == "0":
        return 0.0
    if not text:
        raise ValueError("an empty text is not a duration; leave the field out")
    try:
        return quantity(TokenKind.DURATION, text)
    except ValueError:
        raise ValueError(
            f"{text!r} is not a duration; write one as Prometheus does, such as '5m' or '1h30m', each unit once, the "
            "largest first"
        ) from None


def unquote(word: str) -> str:
    """The content of a text in quotes; what is between backticks has no escapes.

    Raises:
        ValueError: An escape that Prometheus does not know.
    """
    quote, inner = word[0], word[1:-1]
    if quote == "`":
        return inner

    def one(found: re.Match[str]) -> str:
        code = found[0][1:]
        if code in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[code]
        if code == quote:
            return quote
        digits, base = (code[1:], 16) if code[0] in "xuU" else (code, 8)
        try:
            value = int(digits if base > 8 or len(digits) == 3 else "", base)  # noqa: PLR2004 - Go wants all three
        except ValueError:
            raise ValueError(f"unknown escape {found[0]!r}; write '\\\\', or backticks around the text") from None
        if value > (0o377 if code[0] not in "uU" else 0x10FFFF) or 0xD800 <= value < 0xE000:  # noqa: PLR2004
            raise ValueError(f"{found[0]!r} is not a character")
        return chr(value)

    return _ESCAPE.sub(one, inner)
