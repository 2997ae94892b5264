"""The outcome of a run: how many mutants were killed, in all and of each kind of alert, and which survived.

An equivalent mutant can be killed by no case, so it is in no share; it is counted apart.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from scipy.stats import binomtest

from tests.mutation.dependencies import RECORDS_ONLY
from tests.mutation.mutant import Mutant
from tests.mutation.run import NO_RULE, REFUSED, Verdict

LEAST = 0.95
"""The share of all mutants that must be killed."""
LEAST_OF_A_KIND = 0.8
"""The same for each kind of alert."""
_NO_KIND = {RECORDS_ONLY, NO_RULE, REFUSED}


@dataclass(frozen=True)
class KillCount:
    """How many mutants there were, and how many of them were killed."""

    total: int
    killed: int

    @property
    def score(self) -> float:
        """The share that was killed; one where there was none."""
        return self.killed / self.total if self.total else 1.0

    @property
    def interval(self) -> tuple[float, float]:
        """Between which shares that of all mutants lies if these are a sample of them (Wilson, 95 %)."""
        if not self.total:
            return 0.0, 1.0
        found = binomtest(self.killed, self.total).proportion_ci(method="wilson")
        return float(found.low), float(found.high)


@dataclass(frozen=True)
class Score:
    """The outcome of a run.

    Attributes:
        whole: All mutants, each counted once.
        kinds: By kind of alert, and by what stands for one; a mutated record counts for every kind that reads it.
        operators: By operator.
        survivors: What no case killed.
        equivalent: Mutated generators that make the shipped rules; counted nowhere else.
    """

    whole: KillCount
    kinds: dict[str, KillCount]
    operators: dict[str, KillCount]
    survivors: tuple[Verdict, ...]
    equivalent: tuple[Verdict, ...] = ()

    def too_low(self, kind: str | None = None) -> list[str]:
        """What is below the least that must be killed, in words; empty where all is well.

        Args:
            kind: The only kind of alert that was looked at, whose share alone counts then.
        """
        found = [f"all: {self.whole.score:.1%}, below {LEAST:.0%}"] if self.whole.score < LEAST and not kind else []
        return found + [
            f"{name}: {count.score:.1%}, below {LEAST_OF_A_KIND:.0%}"
            for name, count in self.kinds.items()
            if kind in (None, name) and name not in _NO_KIND and count.score < LEAST_OF_A_KIND
        ]

    def too_low_in_sample(self) -> list[str]:
        """The same where the mutants are a sample: kinds are too small to be judged, and all is judged by chance."""
        low, high = self.whole.interval
        return [f"all: {low:.1%} to {high:.1%}, below {LEAST:.0%}"] if high < LEAST else []

    def as_json(self) -> dict[str, object]:
        """The outcome for scripts; equal runs give equal texts."""
        return {
            "total": self.whole.total,
            "killed": self.whole.killed,
            "score": round(self.whole.score, 4),
            "kinds": {kind: _count(count) for kind, count in self.kinds.items()},
            "operators": {operator: _count(count) for operator, count in self.operators.items()},
            "survivors": [{"kind": ", ".join(one.kinds), **_place(one.mutant)} for one in self.survivors],
            "equivalent": len(self.equivalent),
            "equivalent_mutants": [_place(one.mutant) for one in self.equivalent],
        }


def _place(mutant: Mutant) -> dict[str, object]:
    return {
        "rule": mutant.rule,
        "file": mutant.file,
        "operator": mutant.operator,
        "before": mutant.before,
        "after": mutant.after,
    }


def _count(count: KillCount) -> dict[str, object]:
    return {"total": count.total, "killed": count.killed, "score": round(count.score, 4)}


def score(verdicts: Iterable[Verdict]) -> Score:
    """Count verdicts."""
    everything = list(verdicts)
    all_of = [one for one in everything if not one.equivalent]
    total, killed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for verdict in all_of:
        counted = [("kind", kind) for kind in verdict.kinds] + [("operator", verdict.mutant.operator)]
        total.update(counted)
        killed.update(counted if verdict.killed else [])

    def tallies(what: str) -> dict[str, KillCount]:
        return {
            name: KillCount(total[what, name], killed[what, name]) for which, name in sorted(total) if which == what
        }

    whole = KillCount(len(all_of), sum(verdict.killed for verdict in all_of))
    survivors = tuple(one for one in all_of if one.survived)
    equivalent = tuple(one for one in everything if one.equivalent)
    return Score(whole, tallies("kind"), tallies("operator"), survivors, equivalent)
