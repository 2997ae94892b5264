"""A defect is accepted with a reason and until a day; after it, and where nothing needs it, that is reported."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from vitals.errors import VitalsError
from vitals.verify.review import Defect, Gravity
from vitals.verify.review.suppressions import read_suppressions, suppressed

TODAY = date(2026, 11, 28)
ENTRY = """
[[suppress]]
check = "runbook"
file = "*/shop.yaml"
what = "alert Shop*"
reason = "The team writes its runbooks in December."
until = 2026-12-31
"""
DEFECT = Defect("runbook", "rules/shop.yaml", 7, Gravity.WARNING, "alert ShopDown", "why", "fix")


def _read(folder: Path, text: str) -> Path:
    path = folder / "suppressions.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_what_is_covered_is_accepted_until_its_day(tmp_path: Path) -> None:
    """And everything else is reported."""
    exceptions = read_suppressions(_read(tmp_path, ENTRY), ["runbook"], TODAY)
    other = Defect("runbook", "rules/other.yaml", 7, Gravity.WARNING, "alert ShopDown", "why", "fix")
    left, accepted = suppressed([DEFECT, other], exceptions, "s.toml", date(2026, 12, 31))

    assert left == [other]
    assert [(defect, exception.reason) for defect, exception in accepted] == [
        (DEFECT, "The team writes its runbooks in December.")
    ]


def test_after_its_day_the_defect_is_back_with_a_word_on_why(tmp_path: Path) -> None:
    """On the very next day."""
    exceptions = read_suppressions(_read(tmp_path, ENTRY), ["runbook"], TODAY)
    left, accepted = suppressed([DEFECT], exceptions, "s.toml", date(2027, 1, 1))

    assert not accepted
    assert left[0] == DEFECT
    assert (left[1].check, left[1].line, left[1].gravity) == ("suppression", 2, Gravity.WARNING)
    assert "ended on 2026-12-31" in left[1].why


def test_an_exception_that_nothing_needs_is_reported(tmp_path: Path) -> None:
    """It would hide the next defect there."""
    exceptions = read_suppressions(_read(tmp_path, ENTRY), ["runbook"], TODAY)
    left, _ = suppressed([], exceptions, "s.toml", TODAY)

    assert [(one.check, one.gravity, one.fix) for one in left] == [("suppression", Gravity.NOTE, "Remove it.")]


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('reason = "The team writes its runbooks in December."', "", "it lacks reason"),
        ("until = 2026-12-31", "", "it lacks until"),
        ("until = 2026-12-31", 'until = "2026-12-31"', "write a day at most a year ahead, without quotes"),
        ("until = 2026-12-31", "until = 2026-12-31T10:00:00", "without quotes"),
        ("until = 2026-12-31", "until = 2028-12-31", "at most a year ahead"),
        ('"The team writes its runbooks in December."', '"noise"', "too short to be weighed"),
        ('check = "runbook"', 'check = "runbok"', "there is no check 'runbok'"),
        ('what = "alert Shop*"', 'what = "x"\nwho = "me"', "unknown is who"),
        ('check = "runbook"', 'check = ["runbook"]', r"suppressions\.toml:2: check must be text in quotes"),
        ('what = "alert Shop*"', "what = 3", r"suppressions\.toml:2: what must be text in quotes"),
        ("[[suppress]]", "[[supress]]", "nothing but tables"),
        ("[[suppress]]", "[[suppress", "cannot be read"),
    ],
)
def test_an_exception_without_reason_or_day_is_refused(tmp_path: Path, before: str, after: str, complaint: str) -> None:
    """With file and line, before anything is checked."""
    with pytest.raises(VitalsError, match=complaint):
        read_suppressions(_read(tmp_path, ENTRY.replace(before, after)), ["runbook"], TODAY)


def test_what_is_not_a_table_is_refused(tmp_path: Path) -> None:
    """A list of something else is shown as it was read."""
    with pytest.raises(VitalsError, match=r"suppressions\.toml:1: suppress holds 1 and not a table"):
        read_suppressions(_read(tmp_path, "suppress = [1]"), ["runbook"], TODAY)
