"""What a silence needs before Alertmanager is asked: something to hold back, an end, a reason, and a name."""

from __future__ import annotations

from typing import Any

import pytest

from vitals.errors import VitalsError
from vitals.local.silences.matcher import SilenceMatcher, parse_matcher
from vitals.local.silences.silence import NewSilence, covered, new_silence, read_silences

OUTAGE = {"labels": {"alertname": "ApiOutage", "service": "api", "severity": "critical"}}
SLOW = {"labels": {"alertname": "ApiLatencyHigh", "service": "worker"}}


def _silence(**changes: Any) -> NewSilence:  # noqa: ANN401
    wanted: dict[str, Any] = {"lasts_s": 3600.0, "reason": "migration", "author": "kim"}
    matchers = changes.pop("matchers", ["alertname=ApiOutage"])
    return new_silence([parse_matcher(one) for one in matchers], **(wanted | changes))


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("alertname=ApiOutage", SilenceMatcher("alertname", "=", "ApiOutage")),
        (' service != "a b" ', SilenceMatcher("service", "!=", "a b")),
        ('service=~"api|worker"', SilenceMatcher("service", "=~", "api|worker")),
        ("service!~api.*", SilenceMatcher("service", "!~", "api.*")),
        ('path="a=\\"b\\""', SilenceMatcher("path", "=", 'a="b"')),
        ("namespace=", SilenceMatcher("namespace", "=", "")),
    ],
)
def test_a_matcher_is_read_as_people_write_it(text: str, read: SilenceMatcher) -> None:
    """With quotes and without, with spaces, and back again as Alertmanager writes it."""
    assert parse_matcher(text) == read
    assert parse_matcher(str(read)) == read
    assert SilenceMatcher.of(read.document()) == read


@pytest.mark.parametrize("text", ["ApiOutage", "=x", "1a=x", "alertname", 'alertname="x', "alertname=~(", ""])
def test_what_is_no_matcher_is_refused(text: str) -> None:
    """The message says what a matcher looks like, and that nothing was silenced."""
    with pytest.raises(VitalsError, match="silenced"):
        parse_matcher(text)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"matchers": []}, "every alert"),
        ({"matchers": ["team!=a"]}, "Alertmanager refuses it"),
        ({"lasts_s": 0.0}, "between 1 minute and 7 days"),
        ({"lasts_s": 8 * 86400.0}, "between 1 minute and 7 days"),
        ({"lasts_s": float("nan")}, "between 1 minute and 7 days"),
        ({"lasts_s": float("inf")}, "between 1 minute and 7 days"),
        ({"reason": "  "}, "No reason"),
        ({"reason": "x" * 1001}, "1001 characters"),
        ({"author": ""}, "No name is given"),
        ({"matchers": ["alertname=~.+"]}, "Watchdog"),
        ({"matchers": ["severity=none"]}, "Watchdog"),
        ({"matchers": ["alertname!=ApiOutage", "alertname=~.*"]}, "Alertmanager refuses it"),
    ],
)
def test_a_silence_that_is_regretted_later_is_refused(changes: dict[str, Any], words: str) -> None:
    """Without an end, a reason or a name; of everything; and of the heartbeat, whose absence is an alarm."""
    with pytest.raises(VitalsError, match=words):
        _silence(**changes)


def test_a_silence_has_its_end_in_the_document() -> None:
    """As Alertmanager's API takes it, in UTC."""
    assert _silence(reason=" migration ").document(1_800_000_000.0) == {
        "matchers": [{"name": "alertname", "value": "ApiOutage", "isRegex": False, "isEqual": True}],
        "startsAt": "2027-01-15T08:00:00.000Z",
        "endsAt": "2027-01-15T09:00:00.000Z",
        "comment": "migration",
        "createdBy": "kim",
    }


def test_what_it_covers_meets_every_matcher() -> None:
    """A label that is missing is the empty text, and an expression fits the whole value."""
    for matchers, found in (
        (["service=~api|worker"], [OUTAGE, SLOW]),
        (["service=~api|worker", "severity=critical"], [OUTAGE]),
        (["alertname=~Api", "service!=x"], []),
        (["alertname=~Api.*", "severity!=critical"], [SLOW]),
    ):
        assert covered(map(parse_matcher, matchers), [OUTAGE, SLOW]) == found


def test_silences_in_force_are_listed_first() -> None:
    """By their end, the last one first; `isEqual` is true where an old server leaves it out."""
    documents = [
        {
            "id": name,
            "status": {"state": state},
            "matchers": [{"name": "a", "value": "b", "isRegex": True}],
            "startsAt": "2027-01-15T08:00:00.000Z",
            "endsAt": f"2027-01-{day}T08:00:00.000Z",
        }
        for name, state, day in (("old", "expired", "20"), ("soon", "active", "16"), ("late", "pending", "17"))
    ]
    found = read_silences(documents)

    assert [one.id for one in found] == ["late", "soon", "old"]
    assert found[0].matchers == ('a=~"b"',)
