"""Tight cases kill mutants and loose ones let them survive, by the real promtool."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.mutation.bench import Bench
from tests.mutation.case import Case
from tests.mutation.mutant import of_shipped
from tests.mutation.promtool import Promtool
from tests.mutation.renderings import Renderings
from tests.mutation.result_cache import ResultCache
from tests.mutation.run import MutationRun
from tests.mutation.score import Score, score
from tests.mutation.small_rule_set import BUSY, DOWN, GONE, HIGH, LOOSE, RULES, TIGHT, case
from vitals.errors import VitalsError
from vitals.local.tools import find

pytestmark = pytest.mark.rules


def _run(cases: Sequence[Case], cache: ResultCache, promtool: Path | None = None, jobs: int = 2) -> Score:
    async def outcome() -> Score:
        asked = Promtool(promtool or find("promtool"), cache)
        run = MutationRun(Bench(cases, RULES), asked, Renderings(cache), jobs, _ignore)
        return score(await run.of_rules(of_shipped(RULES, "rendered/prod")))

    return asyncio.run(outcome())


def _ignore(*_: object) -> None:
    pass


def test_loose_cases_let_mutants_survive(tmp_path: Path) -> None:
    """Each survivor is named with its rule and what was changed; a kind without any case kills nothing."""
    with ResultCache(tmp_path / "found") as cache:
        found = _run([LOOSE], cache)
    survived = {(one.mutant.rule, one.mutant.operator) for one in found.survivors}

    assert {("BusyHigh", "number_up"), ("BusyHigh", "comparison_loosened")} <= survived
    assert ("service:busy:max", "aggregation_swapped") in survived
    assert ("BusyHigh", "comparison_flipped") not in survived
    assert found.kinds["Down"].killed == 0
    assert any(text.startswith("Down") for text in found.too_low())


def test_tight_cases_kill_them(tmp_path: Path) -> None:
    """Cases at the bound, just above it, of two series: what is left can change nothing, or only the severity."""
    with ResultCache(tmp_path / "found") as cache:
        found = _run([*TIGHT, GONE], cache)
    survived = {(one.mutant.rule, one.mutant.operator) for one in found.survivors}

    assert not {("BusyHigh", name) for name in ("number_up", "number_down", "comparison_loosened")} & survived
    assert ("service:busy:max", "aggregation_swapped") not in survived
    assert ("Down", "for_added") not in survived
    assert found.whole.killed > found.whole.total / 2


def test_cases_that_fail_on_shipped_rules_prove_nothing(tmp_path: Path) -> None:
    """The run ends with the first mutant that comes to the case, and says which case and why."""
    wrong = case("it never fires", "BusyHigh", {'busy{service="api"}': "1x40"}, ("9m", 0))

    with ResultCache(tmp_path / "found") as cache, pytest.raises(VitalsError, match="it never fires") as raised:
        _run([wrong], cache)
    assert "as they are shipped" in str(raised.value)
    assert "got:" in str(raised.value)


def test_a_cached_result_is_not_asked_again(tmp_path: Path) -> None:
    """A second run gives the same answer with a promtool that can no longer be started.

    One job: two come to the cases in an order that depends on who is faster.
    """
    copied = Path(shutil.copy(find("promtool"), tmp_path))
    with ResultCache(tmp_path / "found") as cache:
        first = _run([*TIGHT, GONE], cache, promtool=copied, jobs=1)
        copied.chmod(0o600)
        assert _run([*TIGHT, GONE], cache, promtool=copied, jobs=1).as_json() == first.as_json()


@pytest.mark.parametrize("says", ["out of memory", r"Processing test file: $3\\n  FAILED:\\nno space left on device"])
def test_what_the_machine_lacks_kills_nothing(says: str, tmp_path: Path) -> None:
    """A promtool that ends by itself, or says that a test failed for want of room, proves nothing about the rules."""
    broken = tmp_path / "promtool"
    broken.write_text(f'#!/bin/sh\nprintf "{says}\\n"\nexit 1\n')
    broken.chmod(0o700)
    with ResultCache(tmp_path / "found") as cache, pytest.raises(VitalsError, match=says[-10:]):
        asyncio.run(Promtool(broken, cache).pass_each([Bench([GONE], RULES).whole(GONE.name)]))


def test_a_rule_that_prometheus_refuses_is_no_mutant(tmp_path: Path) -> None:
    """It could never be shipped, so it is neither killed nor a survivor."""
    refused = HIGH.but(expr="1 and up")
    with ResultCache(tmp_path / "found") as cache:
        accepted = asyncio.run(Promtool(find("promtool"), cache).accepted([BUSY, refused, DOWN]))

    assert accepted == [True, False, True]
