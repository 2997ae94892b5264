"""`make test` runs each test once that neither compares nor repeats; `make check` runs the quick ones of them."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

import pytest

from tests.slow import SLOW, is_slow
from tests.tiers import TIERS, is_needless
from vitals.paths import ROOT

MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
SCENARIOS, LINKS = "tests/alert_rules/test_scenarios.py", "tests/docs/test_links.py"


def _marks(target: str) -> list[str]:
    """The mark expressions with which a target runs pytest."""
    recipe = re.search(rf"^{target}:.*\n((?:\t.*\n)+)", MAKEFILE, re.MULTILINE)
    assert recipe, target
    return [marks.replace("$(UNIT)", _unit()) for marks in re.findall(r'-m "([^"]+)"', recipe[1])]


def _reached(target: str) -> set[str]:
    """The targets that a target needs or makes, and those that they do."""
    rule = re.search(rf"^{target}:(.*)\n((?:\t.*\n)*)", MAKEFILE, re.MULTILINE)
    if not rule:
        return set()
    made = re.findall(r"\$\(MAKE\)([^>\n]*)", rule[2])
    named = set(re.findall(r"[a-z][a-z-]+", " ".join([rule[1].partition("#")[0], *made])))
    return named.union(*map(_reached, named))


def _unit() -> str:
    (found,) = re.findall(r"^UNIT := (.+)$", MAKEFILE, re.MULTILINE)
    return str(found)


def test_make_test_runs_every_tier() -> None:
    """The unit tests in two halves, and each mark that needs more than Python, charts by their own target in CI."""
    own = {f"test-{tier}" for tier in TIERS} - {"test-charts", "test-bench"}

    assert {"check", "test-quick", "test-slow", *own} <= _reached("test")
    assert _marks("test-quick") == [f"{_unit()} and not slow"]
    assert _marks("test-slow") == [f"{_unit()} and slow"]
    assert _marks("test-unit") == [_unit()]
    assert set(_unit().replace("not ", "").split(" and ")) == {*TIERS, "nightly"}


@pytest.mark.parametrize("place", SLOW)
def test_what_is_slow_is_there_and_says_why(place: str) -> None:
    """A row of a folder that is gone would hide the one that comes next."""
    assert (ROOT / place).exists()
    assert len(SLOW[place].split()) > 3
    assert not is_slow(PurePosixPath(place).parent)


def test_content_is_quick() -> None:
    """What a team edits is held by tests that are not left out."""
    assert not [room for room in ("docs", "house", "kit", "model", "render") if is_slow(PurePosixPath("tests", room))]


@pytest.mark.parametrize(
    ("path", "marks", "needless"),
    [
        ("tests/cli", "not rules and not slow", True),
        ("tests/cli/test_moment.py", "not rules and not slow", True),
        (LINKS, "not rules and not slow", False),
        (LINKS, "not rules and slow", True),
        ("tests/cli/test_moment.py", "not rules and slow", False),
        (LINKS, "rules and not live", True),
        (SCENARIOS, "rules and not live", False),
        ("tests/infra/engine/test_stack_ends.py", "engine and not charts", False),
        ("tests/infra/engine/test_stored.py", "engine and not charts", True),
        (LINKS, "rules or live", False),
        (LINKS, "", False),
    ],
)
def test_only_what_a_run_takes_is_imported(path: str, marks: str, *, needless: bool) -> None:
    """By the words of the expression; of any other expression everything is imported."""
    assert is_needless(PurePosixPath(path), ROOT / path, marks) is needless
