"""A mutated generator that makes just the shipped rules can be killed by no case: it is in no share, and is counted."""

from __future__ import annotations

from pathlib import Path

from tests.mutation.mutant import Mutant
from tests.mutation.of_sources import MutatedSource
from tests.mutation.run import NO_RULE, Verdict
from tests.mutation.score import KillCount, score


def _mutant(line: int) -> Mutant:
    source = MutatedSource("constant_up", Path("rules.py"), line, "x = 2", "1", "2")
    return Mutant("constant_up", "rules.py", f"line {line}", "1", "2", (), None, source)


KILLED = Verdict(_mutant(1), killed=True, kinds=("Down",))
SURVIVED = Verdict(_mutant(2), killed=False, kinds=("Down",))
AT_ANOTHER_PACE = Verdict(_mutant(3), killed=False, kinds=(NO_RULE,))
EQUIVALENT = Verdict(_mutant(4), killed=False, kinds=(NO_RULE,), equivalent=True)


def test_an_equivalent_mutant_is_in_no_share() -> None:
    """Neither in that of all, nor in one of a kind or an operator; nor is it a survivor."""
    found = score([KILLED, SURVIVED, AT_ANOTHER_PACE, EQUIVALENT])

    assert found.whole == found.operators["constant_up"] == KillCount(3, 1)
    assert found.kinds == {"Down": KillCount(2, 1), NO_RULE: KillCount(1, 0)}
    assert found.survivors == (SURVIVED, AT_ANOTHER_PACE)


def test_an_equivalent_mutant_is_reported() -> None:
    """How many there are, and which."""
    found = score([KILLED, EQUIVALENT]).as_json()

    assert (found["total"], found["killed"], found["equivalent"]) == (1, 1, 1)
    assert found["equivalent_mutants"] == [
        {"rule": "line 4", "file": "rules.py", "operator": "constant_up", "before": "1", "after": "2"}
    ]
