"""What is found once for a form is what each expression of it would have been found to be alone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vitals.model.promql import (
    Expr,
    PromqlError,
    ResolvedForms,
    Series,
    SeriesType,
    form_of,
    laid_out,
    parse,
    resolve,
    select,
    sum_by,
)

_LABELS = {"service": frozenset[str](), "code": frozenset[str]()}
_CALLS = Series("calls", SeriesType.GAUGE, _LABELS)
_NAMES = st.from_regex(r"[a-z][a-z0-9]{0,12}(-[a-z0-9]{1,12}){0,2}", fullmatch=True)


def _errors(service: str) -> Expr:
    errors = sum_by(("service",), select("calls", {"service": service, "code": "~5.."}))
    return (errors / sum_by(("service",), select("calls", {"service": service})) > 0.5) & (errors > 10)


@settings(deadline=None, max_examples=30)  # a name is a length and some letters
@given(_NAMES)
def test_an_expression_is_laid_out_as_if_it_were_alone(name: str) -> None:
    """Its lines break where they would break for this name, however long it is and whatever else is called so."""
    expr = _errors(name)

    assert laid_out(expr, name) == expr.pretty()
    assert f'service="{name}"' in laid_out(expr, name)


def test_what_people_wrote_is_left_as_they_wrote_it() -> None:
    """The text by hand is rendered, whatever the expression behind it."""
    assert laid_out(Expr('calls{service="api"}', source='calls{service = "api"}'), "api") == 'calls{service = "api"}'


def test_the_second_service_is_known_with_the_first() -> None:
    """Resolving an expression for another service reads no expression again, and says the same of it."""
    forms = ResolvedForms({"calls": _CALLS})
    first = forms.resolve(_errors("shop-web"), "shop-web")
    laid_out(_errors("shop-web"), "shop-web")
    parsed = parse.cache_info().misses

    assert forms.resolve(_errors("shop-api"), "shop-api") == first
    laid_out(_errors("shop-api"), "shop-api")
    assert parse.cache_info().misses == parsed
    assert resolve(_errors("shop-api"), forms.vocabulary) == first


@pytest.mark.parametrize(
    "text",
    [
        'calls{service="web", code="web"}',
        'calls{service="web", service!~"w.*"}',
        'calls{service="web", service =~ "w.*"}',
        '{__name__=~"call.*", service="web"}',
        'calls{service="web"} / calls{service="web", code!="web"}',
    ],
)
def test_where_the_name_matters_a_form_is_of_one_service(text: str) -> None:
    """A name that stands elsewhere too or is compared otherwise, and series that are asked for by their names."""
    assert form_of(text, "web") == text


def test_a_service_without_the_series_is_refused_beside_one_that_has_it() -> None:
    """Where the vocabulary says whose a series is, each service is held to it; the message shows its own text."""
    whose = Series("calls", SeriesType.GAUGE, {**_LABELS, "service": frozenset({"web", "shop"})})
    forms = ResolvedForms({"calls": whose})

    assert forms.resolve(select("calls", {"service": "web"}), "web").labels == frozenset({"service", "code"})
    assert forms.resolve(select("calls", {"service": "shop"}), "shop").labels == frozenset({"service", "code"})
    with pytest.raises(PromqlError, match=r'matches none of its values.* In: calls\{service="api"\}'):
        forms.resolve(select("calls", {"service": "api"}), "api")
