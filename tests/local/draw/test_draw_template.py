"""Filling variables into queries, and the window they are filled for."""

from __future__ import annotations

import pytest

from vitals.errors import VitalsError
from vitals.local.draw.dashboard import Variable
from vitals.local.draw.template import ALL, Choice, built_in, choose, fill_labels, substitute
from vitals.local.draw.window import choose_window


def _variable(*, multi: bool = False, include_all: bool = False, all_value: str = "", current: str = "") -> Variable:
    values = (current,) if current else ()
    return Variable("service", "query", "Service", "", values, multi, include_all, all_value, hidden=False)


def test_the_four_ways_to_name_a_variable() -> None:
    """$name, ${name}, ${name:form} and [[name]] are replaced; unknown names and longer names stay."""
    choices = {"service": Choice(("api",)), "s": Choice(("no",))}
    text = 'a{s="$service",t="${service}",u="${service:raw}",v="[[service]]"} $services $unknown'
    assert substitute(text, choices) == 'a{s="api",t="api",u="api",v="api"} $services $unknown'


def test_a_choice_cannot_break_out_of_its_string() -> None:
    """Quotes and backslashes in a value are escaped for PromQL."""
    assert substitute('up{service="$service"}', {"service": Choice(('a"} or vector(1) #\\',))}) == (
        'up{service="a\\"} or vector(1) #\\\\"}'
    )


def test_several_values_become_a_regular_expression() -> None:
    """A multi-value variable is an alternation with its special characters escaped twice, as PromQL wants."""
    choice = choose(_variable(multi=True), ["a.b", "c"], ["a.b", "c"])
    assert choice.text() == "(a\\\\.b|c)"
    assert choose(_variable(multi=True), ["a.b"], ["a.b"]).text() == "a\\\\.b"


def test_all_is_the_dashboards_own_value_or_every_option() -> None:
    """All stands for allValue if the dashboard has one, else for every option."""
    options = ["a", "b"]
    assert choose(_variable(include_all=True, all_value=".+"), options, [ALL]).text() == ".+"
    assert choose(_variable(include_all=True), options, ["All"]).text() == "(a|b)"


def test_without_a_wish_the_dashboards_default_then_the_first_option() -> None:
    """A default that no longer exists is not used."""
    assert choose(_variable(current="b"), ["a", "b"], []).values == ("b",)
    assert choose(_variable(current="gone"), ["a", "b"], []).values == ("a",)
    assert choose(_variable(), [], []).values == ()


def test_built_in_variables_follow_the_window() -> None:
    """$__range is the window, $__interval its step, $__rate_interval at least four scrapes."""
    window = choose_window(0, 3600, width=480, min_step_s=15)
    text = substitute("$__range $__range_s $__interval ${__rate_interval}", built_in(window, 15))
    assert text == "3600s 3600 15s 60s"
    coarse = choose_window(0, 86400, width=480)
    assert coarse.rate_interval(15) == coarse.step + 15


def test_windows_stay_on_their_steps() -> None:
    """Two refreshes within one step ask for the very same points."""
    first, second = (choose_window(1005.0 + late, 4605.0 + late, width=480) for late in (0, 7))
    assert (first.start, first.end, first.step) == (second.start, second.end, second.step)
    assert second.latest - first.latest == 7
    assert first.start % first.step == first.end % first.step == 0


@pytest.mark.parametrize(("start", "end"), [(10, 10), (10, 5), (0, 10 * 366 * 86400)])
def test_impossible_ranges_are_refused(start: float, end: float) -> None:
    """An empty, backward or endless range is an error that says what to write."""
    with pytest.raises(VitalsError, match="from=now-1h"):
        choose_window(start, end, width=480)


def test_labels_in_legends() -> None:
    """{{label}} takes the label's value, spaces inside do not matter, a missing label is empty."""
    assert fill_labels("{{ method }} {{endpoint}}{{none}}", {"method": "GET", "endpoint": "/a"}) == "GET /a"
