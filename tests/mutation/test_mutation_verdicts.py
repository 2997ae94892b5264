"""Mistakes are noticed by tight stories and survive loose ones, by the real promtool."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation.judge import Judge
from tests.mutation.memory import Memory
from tests.mutation.mutant import of_shipped
from tests.mutation.planted import BUSY, DOWN, GONE, HIGH, LOOSE, RULES, TIGHT, story
from tests.mutation.rules import Rules
from tests.mutation.run import Run
from tests.mutation.score import Score, score
from tests.mutation.stories import Bench, Story
from vitals.errors import VitalsError
from vitals.tools import find

pytestmark = pytest.mark.rules


def _run(stories: Sequence[Story], memory: Memory, rules: Rules = RULES, promtool: Path | None = None) -> Score:
    async def outcome() -> Score:
        run = Run("prod", Bench(stories, rules), Judge(promtool or find("promtool"), memory), memory, 2, _nobody)
        await run.baseline(rules)
        return score(await run.of_rules(of_shipped(rules, "rendered/prod")))

    return asyncio.run(outcome())


def _nobody(*_: object) -> None:
    pass


def test_loose_stories_let_mistakes_survive(tmp_path: Path) -> None:
    """Each survivor is named with its rule and what was changed; a kind without any story notices nothing."""
    with Memory(tmp_path / "found") as memory:
        found = _run([LOOSE], memory)
    survived = {(one.mutant.rule, one.mutant.operator) for one in found.survivors}

    assert {("BusyHigh", "number_up"), ("BusyHigh", "comparison_loosened")} <= survived
    assert ("service:busy:max", "aggregation_swapped") in survived
    assert ("BusyHigh", "comparison_flipped") not in survived
    assert found.kinds["Down"].killed == 0
    assert any(text.startswith("Down") for text in found.too_low())


def test_tight_stories_notice_them(tmp_path: Path) -> None:
    """Stories at the bound, just above it, of two series: what is left can change nothing, or only the severity."""
    with Memory(tmp_path / "found") as memory:
        found = _run([*TIGHT, GONE], memory)
    survived = {(one.mutant.rule, one.mutant.operator) for one in found.survivors}

    assert not {("BusyHigh", name) for name in ("number_up", "number_down", "comparison_loosened")} & survived
    assert ("service:busy:max", "aggregation_swapped") not in survived
    assert ("Down", "for_added") not in survived
    assert found.whole.killed > found.whole.total / 2


def test_stories_that_are_not_true_prove_nothing(tmp_path: Path) -> None:
    """The run ends before the first mistake, and says which story and why."""
    wrong = story("it never fires", "BusyHigh", {'busy{service="api"}': "1x40"}, ("9m", 0))

    with Memory(tmp_path / "found") as memory, pytest.raises(VitalsError, match="it never fires") as raised:
        _run([wrong], memory)
    assert "1 of 1 stories" in str(raised.value)


def test_what_was_found_is_not_asked_again(tmp_path: Path) -> None:
    """A second run gives the same answer with a promtool that is there and answers nothing."""
    broken = tmp_path / "promtool"
    broken.symlink_to(find("promtool"))
    with Memory(tmp_path / "found") as memory:
        first = _run([*TIGHT, GONE], memory, promtool=broken)
        os.environ["TMPDIR"], kept = str(tmp_path / "missing"), os.environ.get("TMPDIR")
        try:
            assert _run([*TIGHT, GONE], memory, promtool=broken).as_json() == first.as_json()
        finally:
            del os.environ["TMPDIR"]
            if kept is not None:
                os.environ["TMPDIR"] = kept


def test_a_rule_that_prometheus_refuses_is_no_mistake(tmp_path: Path) -> None:
    """It could never be shipped, so it is neither noticed nor missed."""
    refused = HIGH.but(expr="1 and up")
    with Memory(tmp_path / "found") as memory:
        accepted = asyncio.run(Judge(find("promtool"), memory).accepted([BUSY, refused, DOWN]))

    assert accepted == [True, False, True]
