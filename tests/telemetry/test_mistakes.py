"""A mistake is logged once, and its record holds nothing of the application."""

from __future__ import annotations

import logging
import weakref

import pytest

from vitals_telemetry.mistakes import Mistakes


class Held:
    """What an application has in its hands while telemetry makes a mistake."""


def test_a_record_that_is_kept_holds_nothing_of_the_application(caplog: pytest.LogCaptureFixture) -> None:
    """A handler may keep its records; the exception and where it happened stand in its text."""
    mistakes = Mistakes(logging.getLogger("telemetry"))

    def asked() -> weakref.ref[Held]:
        held = Held()
        noticed(mistakes)
        return weakref.ref(held)

    assert asked()() is None
    noticed(mistakes)
    (record,) = caplog.records
    assert "it counts as other (logged once)" in record.getMessage()
    assert "ZeroDivisionError" in record.getMessage()
    assert "in noticed" in record.getMessage()


def noticed(mistakes: Mistakes) -> None:
    """Make a mistake, as a hook does."""
    try:
        _ = 1 / 0
    except ZeroDivisionError:
        mistakes.note("it counts as other")
