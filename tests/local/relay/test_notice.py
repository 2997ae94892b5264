"""A call is data of anyone: what is not Alertmanager's is refused, and no value of a label becomes more than a word."""

from __future__ import annotations

import pytest

from tests.local.relay.notices import FINGERPRINT, GROUP_KEY, call, notice
from vitals.local.relay.notice import NAME_CHARACTERS, parse
from vitals.local.relay.problem import NoPictureError


def test_a_call_is_read() -> None:
    """The headline is that of the notification, and the alerts are known by Alertmanager's own numbers."""
    found = notice(1.0)

    assert (found.title, found.summary) == ("[FIRING] ServiceOutage: wellness-api", "wellness-api: all requests fail")
    assert (found.group_key, found.fingerprints, found.at) == (GROUP_KEY, frozenset({FINGERPRINT}), 1.0)


def test_what_is_over_has_no_picture() -> None:
    """A call in which nothing fires makes no notice."""
    assert parse(call(status="resolved"), 0.0) is None


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[" * 100_000,
        b'{"version": "4"}',
        b"\xff\xfe",
        call(version="5"),
        call(groupKey=""),
        call(groupKey="x" * 20_000),
        call(alerts=[{"status": "firing", "labels": {"a": 1}, "fingerprint": FINGERPRINT}]),
        call(alerts=[{"status": "firing", "labels": {}, "fingerprint": "not hexadecimal"}]),
        call(alerts=[{"status": "firing", "labels": {}, "fingerprint": FINGERPRINT}] * 201),
    ],
)
def test_what_is_no_call_is_refused(body: bytes) -> None:
    """Anything else than Alertmanager's form is one error, however it is broken."""
    with pytest.raises(NoPictureError) as error:
        parse(body, 0.0)

    assert error.value.reason == "not_understood"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("a\nBcc: everyone@example.org", "a Bcc: everyone@example.org"),
        ("a\r\n\r\nb\u2028c\u202ed\x00e\x85f", "a b c d e f"),
        ("x" * 500, "x" * NAME_CHARACTERS + "…"),
        ("\N{SNOWMAN} <b>", "\N{SNOWMAN} <b>"),
    ],
)
def test_a_value_is_one_line(value: str, shown: str) -> None:
    """A service that is called anything adds no line to a mail's header and turns no text around."""
    assert notice(labels={"service": value}).title == f"[FIRING] ServiceOutage: {shown}"


def test_half_a_character_is_no_text() -> None:
    """A lone surrogate, which JSON can write and UTF-8 cannot, would end a mail half-way."""
    with pytest.raises(NoPictureError):
        parse(call().replace(b"all requests fail", rb"\ud800"), 0.0)
