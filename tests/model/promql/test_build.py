"""Building expressions: parentheses, escaping, and errors at the moment of writing."""

from __future__ import annotations

import promql_parser
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vitals.model.promql import Expr, PromqlError, call, number, resolve, select, sum_by


def test_a_wrong_expression_never_exists() -> None:
    """An expression that Prometheus refuses raises when it is made, with its text."""
    with pytest.raises(PromqlError, match=r"sum\("):
        Expr("sum(")


def test_what_builders_put_together_is_refused_when_it_is_used() -> None:
    """A part that makes no sense is found with the whole: resolving it or laying it out reports the whole text."""
    wrong = sum_by(("service",), call("nothing_like_this", select("a_total", window="1m"))) / 2

    for use in (Expr.pretty, lambda expr: resolve(expr, {})):
        with pytest.raises(PromqlError, match=r"sum by \(service\) \(nothing_like_this"):
            use(wrong)


def test_compound_operands_are_parenthesised() -> None:
    """(a + b) / c keeps its meaning although + binds looser than /."""
    expr = (select("a") + select("b")) / select("c")

    assert expr.text == "(a + b) / c"


def test_matchers_say_equal_regex_and_not() -> None:
    """The prefixes ~, ! and !~ choose the operator."""
    expr = select("a", {"b": "x", "c": "~x|y", "d": "!x", "e": "!~x"}, window="5m")

    assert expr.text == 'a{b="x", c=~"x|y", d!="x", e!~"x"}[5m]'


@given(st.text(st.characters(min_codepoint=32, exclude_categories=["Cs"])).filter(lambda v: v[:1] not in ("~", "!")))
def test_any_label_value_survives_quoting(value: str) -> None:
    """Whatever a value holds (quotes, backslashes), the parser reads back the same value."""
    parsed = promql_parser.parse(select("a", {"b": value}).text)

    assert isinstance(parsed, promql_parser.VectorSelector)
    assert parsed.matchers.matchers[0].value == value


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=0, max_value=1e12))
def test_numbers_read_back_equal(value: float) -> None:
    """A bound that people write is the bound that Prometheus compares with, to 15 digits."""
    assert float(number(value).text) == pytest.approx(value, rel=1e-14)


def test_pretty_text_is_the_same_expression() -> None:
    """The layout of rule files changes nothing but white space."""
    ratio = sum_by(("service",), call("rate", select("a_total", window="1m"))) / select("b", {"service": "x"})
    long = ((ratio > 0.5) & (ratio > 0.25)) | (ratio > 0.125).unless_on(("service",), ratio)

    assert "\n" in long.pretty()
    assert promql_parser.parse(long.pretty()).prettify() == promql_parser.parse(long.text).prettify()
