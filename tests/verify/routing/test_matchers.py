"""Matchers, in the forms that our rendered routes use."""

from __future__ import annotations

import pytest

from vitals.errors import VitalsError
from vitals.verify.routing.matcher import Matcher, parse


@pytest.mark.parametrize(
    ("text", "labels", "holds"),
    [
        ('severity="critical"', {"severity": "critical"}, True),
        ('severity="critical"', {"severity": "warning"}, False),
        ('severity="critical"', {}, False),
        ('alertname!="ServiceOutage"', {}, True),
        ('alertname!="ServiceOutage"', {"alertname": "ServiceOutage"}, False),
        ('severity=~"critical|warning"', {"severity": "warning"}, True),
        ('alertname=~".+BurnFast"', {"alertname": "ErrorBudgetBurnFaster"}, False),
        ('alertname=~"Burn"', {"alertname": "ErrorBudgetBurnFast"}, False),
        ('team!~"a|b"', {"team": "b"}, False),
        ('team!~"a|b"', {"team": "c"}, True),
    ],
)
def test_a_matcher_looks_at_the_whole_value(text: str, labels: dict[str, str], holds: bool) -> None:  # noqa: FBT001
    """Patterns are anchored, and a missing label is an empty one."""
    assert parse(text).matches(labels) is holds


def test_a_quoted_quote_is_read_as_it_was_written() -> None:
    """Escapes inside the quotes are resolved."""
    assert parse(r'summary = "say \"go\""') == Matcher("summary", "=", 'say "go"')


@pytest.mark.parametrize("text", ["severity=critical", 'severity=="critical"', "", '"severity"="critical"'])
def test_another_form_is_refused(text: str) -> None:
    """What is not understood is not guessed."""
    with pytest.raises(VitalsError, match="is not understood"):
        parse(text)
