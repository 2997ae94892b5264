"""What people paste, in words that our parser knows; what Prometheus' shipped flags do not allow is refused here.

The plain text is for analysis only: what is rendered is what people wrote. It means the same in everything that is
analysed, which is names, labels, windows and types: a comment is a blank, ``[5m * 2]`` is ``[600s]``, ``anchored`` is
left out because it changes values only.
"""

from __future__ import annotations

import json
import re

from vitals.model.promql import regex
from vitals.model.promql.functions import ANCHORED, EXPERIMENTAL, EXPERIMENTAL_AGGREGATIONS, SMOOTHED
from vitals.model.promql.lexer import BEFORE_OPERANDS, IN_WINDOWS, Token, TokenKind, quantity, refused, tokens, unquote
from vitals.model.promql.vocabulary import PromqlError
from vitals.model.promql.windows import Arithmetic, NeverEvaluatedError

_GROUPINGS = frozenset("by without on ignoring group_left group_right".split())  # noqa: SIM905 - reads well
_FILL = frozenset({"fill", "fill_left", "fill_right"})
_MODIFIERS = {"anchored": ANCHORED, "smoothed": SMOOTHED}
_LATEST = 2.0**63
_TRIM = {"</": "<bool ", ">/": ">bool "}
"""The trim operators bind as comparisons do and keep the labels of one, so one stands for each."""


def plain(text: str) -> str:
    """An expression on one line, without what our parser does not know.

    Raises:
        PromqlError: Prometheus, as it is shipped here, refuses it; the message says why.
    """
    found = tokens(text)
    if not found:
        raise refused(text, "there is no expression in it")
    return _Plain(text, found).written()


def minus_for_plus(known: str) -> str:
    """A plain expression with each plus as a minus, which may stand at the same places.

    Our parser forgets a plus before an operand, and with it that neither a range nor a text may have a sign.
    """
    return "".join(
        " " * token.apart + ("-" if token.kind is TokenKind.SIGN and token.text == "+" else token.text)
        for token in tokens(known)
    )


class _Plain:
    def __init__(self, text: str, found: list[Token]) -> None:
        self._text = text
        self._tokens = found
        self._out: list[str] = []
        self._calls: list[str] = []
        self._modified = ""
        self._subquery = False
        self._behind_offset = 0

    def written(self) -> str:
        at = 0
        while at < len(self._tokens):
            at = self._one(at)
        return "".join(self._out).strip()

    def _put(self, token: Token, text: str) -> None:
        self._out.append(f" {text}" if token.apart and self._out else text)

    def _one(self, at: int) -> int:
        """Write one token, or all that belong to it; returns the place behind them."""
        token = self._tokens[at]
        if token.braces and token.kind is TokenKind.WORD and at and self._tokens[at - 1].kind is TokenKind.STRING:
            raise refused(self._text, f"',' or '}}' is missing before {token.text!r}")
        pattern = self._pattern(at)
        self._moment(at)
        if pattern != regex.portable(pattern):
            self._put(token, json.dumps(regex.portable(pattern)))
        elif token.kind is TokenKind.STRING:
            self._put(token, _quoted(token.text))
        elif _is_new_number(token):
            self._put(token, format(quantity(token.kind, token.text), ".17g"))
        elif token.text == "[" and not token.braces:
            return self._window(at)
        elif token.kind is TokenKind.WORD and not token.braces:
            return self._word(at)
        else:
            self._brackets(at)
            self._put(token, _TRIM.get(token.text, token.text))
        return at + 1

    def _pattern(self, at: int) -> str:
        """The pattern of a matcher, empty for any other token; one that RE2 refuses is refused."""
        token, before = self._tokens[at], self._tokens[at - 1] if at else None
        if token.kind is not TokenKind.STRING or before is None or not before.braces or before.text not in ("=~", "!~"):
            return ""
        pattern = unquote(token.text)
        if reason := regex.problem(pattern):
            raise refused(self._text, f"{token.text} is not a regular expression: {reason}")
        return pattern

    def _moment(self, at: int) -> None:
        """Refuse a time behind ``@`` that Prometheus refuses; it counts moments in 64 bits."""
        token, before = self._tokens[at], [token.text for token in self._tokens[max(at - 2, 0) : at]]
        if token.kind not in (TokenKind.NUMBER, TokenKind.DURATION):
            return
        behind_at = before[-1:] == ["@"] or (before[:1] == ["@"] and before[1] in "+-")
        if behind_at and quantity(token.kind, token.text) >= _LATEST:
            raise refused(self._text, f"the time {token.text} behind '@' is out of bounds")

    def _brackets(self, at: int) -> None:
        token = self._tokens[at]
        if token.kind is TokenKind.SIGN and token.text == "(":
            before = self._tokens[at - 1] if at else None
            self._calls.append(before.text if before and before.kind is TokenKind.WORD else "")
        elif token.kind is TokenKind.SIGN and token.text == ")" and self._calls:
            self._calls.pop()
        elif token.text == "{":
            self._modified = ""

    def _word(self, at: int) -> int:
        token = self._tokens[at]
        self._known(at)
        if token.low == "offset" and self._is_behind_operand(at):
            return self._offset(at)
        if token.low in _MODIFIERS and self._is_behind_operand(at):
            self._modifier(at)
            return at + 1
        if self._tokens[at - 1].text != "@" or at == 0:
            self._modified = ""
        if token.low in _MODIFIERS or ":" in token.text:
            return self._name(at)
        self._put(token, token.text)
        return at + 1

    def _name(self, at: int) -> int:
        """Write a name that our parser takes in quotes only: a label with a colon, a metric called as a modifier."""
        token = self._tokens[at]
        if self._calls and self._calls[-1].lower() in _GROUPINGS:
            self._put(token, json.dumps(token.text))
        elif token.low not in _MODIFIERS:
            self._put(token, token.text)
        elif at + 1 < len(self._tokens) and self._tokens[at + 1].text == "{":
            self._put(token, f"{{__name__={json.dumps(token.text)},")
            return at + 2
        else:
            self._put(token, f"{{__name__={json.dumps(token.text)}}}")
        return at + 1

    def _is_behind_operand(self, at: int) -> bool:
        before = self._tokens[at - 1] if at else None
        if before is None or before.low in BEFORE_OPERANDS:
            return False
        return before.kind is not TokenKind.SIGN or before.text in ")]}"

    def _is_called(self, at: int) -> bool:
        after = self._tokens[at + 1] if at + 1 < len(self._tokens) else None
        return after is not None and after.text == "("

    def _known(self, at: int) -> None:
        """Refuse what needs a feature flag that the shipped Prometheus is started without."""
        token, called = self._tokens[at], self._is_called(at)
        word = token.low if token.low in IN_WINDOWS | {"start", "end"} else token.text
        flag, what = "", f"{token.text}()"
        at_time = at > 0 and self._tokens[at - 1].text == "@"
        aggregates = token.low in EXPERIMENTAL_AGGREGATIONS and (called or self._follows(at, "by", "without"))
        if aggregates or (called and word in EXPERIMENTAL and not at_time):
            flag = "promql-experimental-functions"
        elif called and token.low in _FILL and at > 0 and self._tokens[at - 1].text not in "(,":
            flag = "promql-binop-fill-modifiers"
        if flag:
            raise PromqlError(
                f"{what} is experimental: Prometheus knows it with the feature flag {flag} only, and ours is started "
                f"without, so it would refuse the rule file. Write the expression without it. In: {self._text}"
            )

    def _follows(self, at: int, *words: str) -> bool:
        return at + 1 < len(self._tokens) and self._tokens[at + 1].low in words

    def _modifier(self, at: int) -> None:
        token, before = self._tokens[at], self._tokens[at - 1]
        word = token.low
        if before.text == "]" and self._subquery:
            raise refused(self._text, f"{word} is not supported for subqueries")
        behind_time = at == self._behind_offset or (
            at > 1 and self._tokens[at - 2].low in ("@", "offset", "+", "-", "(")
        )
        if before.text == ")" and not behind_time:
            raise refused(self._text, f"{word} must stand behind a selector")
        if before.kind is TokenKind.STRING or (
            before.kind in (TokenKind.NUMBER, TokenKind.DURATION) and not behind_time
        ):
            raise refused(self._text, f"{word} must stand behind a selector")
        if self._modified and self._modified != word:
            raise refused(self._text, "anchored and smoothed cannot be used together")
        self._modified = word
        call = next((name for name in reversed(self._calls) if name), "")
        if before.text == "]" and call and call not in _MODIFIERS[word]:
            raise PromqlError(
                f"{word} works in {', '.join(sorted(_MODIFIERS[word]))} only, not in {call}(): Prometheus would load "
                f"the rule and fail at each evaluation. In: {self._text}"
            )

    def _offset(self, at: int) -> int:
        """Write an offset; none at all becomes the shortest, which our parser takes."""
        token = self._tokens[at]
        reader = Arithmetic(self._tokens, at + 1)
        try:
            value = reader.of_offset()
        except NeverEvaluatedError as error:
            raise self._never(error) from None
        except ValueError as error:
            raise refused(self._text, str(error)) from None
        self._put(token, f"offset {_duration(value or 0.001)}")
        self._behind_offset = reader.at
        return reader.at

    def _never(self, error: NeverEvaluatedError) -> PromqlError:
        return PromqlError(
            f"{str(error).capitalize()} (step() and range() are nothing in a rule): Prometheus would load the rule and "
            f"fail at each evaluation. In: {self._text}"
        )

    def _window(self, at: int) -> int:
        reader = Arithmetic(self._tokens, at + 1)
        try:
            inner = _duration(reader.of_window())
            self._subquery = reader.at < len(self._tokens) and self._tokens[reader.at].text == ":"
            if self._subquery:
                reader.at += 1
                last = self._tokens[reader.at].text == "]"
                inner += ":" if last else f":{_duration(reader.of_window())}"
        except NeverEvaluatedError as error:
            raise self._never(error) from None
        except ValueError as error:
            raise refused(self._text, str(error)) from None
        if self._tokens[reader.at].text != "]":
            raise refused(self._text, f"unexpected {self._tokens[reader.at].text!r} in a window")
        written = "".join(token.text for token in self._tokens[at + 1 : reader.at])
        simple = re.fullmatch(r"[0-9smhdwy]+(:[0-9smhdwy]*)?", written)
        self._put(self._tokens[at], f"[{written if simple else inner}]")
        return reader.at + 1


def _is_new_number(token: Token) -> bool:
    """Whether our parser does not know a number in this form: with separators, or a duration of nothing."""
    if token.kind is TokenKind.DURATION:
        return quantity(token.kind, token.text) == 0
    return token.kind is TokenKind.NUMBER and "_" in token.text


def _duration(value: float) -> str:
    """Seconds as Prometheus writes a duration, in thousandths as its engine keeps them."""
    thousandths = round(value * 1000)
    return f"{thousandths // 1000}s" if thousandths % 1000 == 0 else f"{thousandths}ms"


def _quoted(word: str) -> str:
    """A text in double quotes; only what has escapes or backticks is written anew."""
    if word[0] != "`" and "\\" not in word:
        return word
    return json.dumps(unquote(word), ensure_ascii=False).replace("\x7f", "\\u007f")
