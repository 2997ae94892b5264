"""What a program spells otherwise is the same, and what means something else is not."""

from __future__ import annotations

from typing import Any

import pytest

from vitals.verify.drift.same import alike, differences


@pytest.mark.parametrize(
    ("rendered", "running"),
    [
        ("24h", "1d"),
        ("0s", "0s"),
        ('severity="critical"', "severity=critical"),
        ("{{ template }}\n", "{{ template }}"),
        (25, "25"),
        (True, "true"),
        ("a-password", "<secret>"),
        (None, ""),
        ("http://__portal_url__/runbooks", "http://http://127.0.0.1:9/runbooks"),
    ],
)
def test_another_spelling_is_no_difference(rendered: Any, running: Any) -> None:  # noqa: ANN401 any YAML value
    """Durations, matchers, numbers, hidden secrets and placeholders that were filled."""
    assert alike(rendered, running)


@pytest.mark.parametrize(
    ("rendered", "running"),
    [
        ("24h", "2d"),
        ('severity="critical"', 'severity!="critical"'),
        ('severity="critical"', 'severity="warning"'),
        (True, "false"),
        (25, 26),
        ("http://__portal_url__/runbooks", "http://portal/rulebooks"),
        ("some", None),
    ],
)
def test_another_meaning_is_one(rendered: Any, running: Any) -> None:  # noqa: ANN401 any YAML value
    """However near it is spelled."""
    assert not alike(rendered, running)


def test_defaults_of_the_program_are_none_and_what_is_missing_is_said() -> None:
    """A key that only the program has is its default; a list of another length is one difference."""
    rendered = {"a": {"b": 1, "c": [1, 2]}, "Subject": "x", "empty": []}
    running = {"a": {"b": 2, "c": [1], "default": 3}, "subject": "x"}

    assert list(differences(rendered, rendered)) == []
    assert list(differences(rendered, running)) == ["a.b is 2 instead of 1", "a.c has 1 entries instead of 2"]
    assert list(differences({"a": 1}, {})) == ["a is not there (1)"]
