"""The outcome of a run: how many mistakes were noticed, in all and of each kind of alert, and which were not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from tests.mutation.reading import RECORDS_ONLY
from tests.mutation.run import NO_RULE, REFUSED, Verdict

LEAST = 0.95
"""The share of all mistakes that must be noticed."""
LEAST_OF_A_KIND = 0.8
"""The same for each kind of alert."""
_NO_KIND = {RECORDS_ONLY, NO_RULE, REFUSED}


@dataclass(frozen=True)
class Tally:
    """How many mistakes there were, and how many of them were noticed."""

    total: int
    killed: int

    @property
    def score(self) -> float:
        """The share that was noticed; one where there was none."""
        return self.killed / self.total if self.total else 1.0


@dataclass(frozen=True)
class Score:
    """The outcome of a run.

    Attributes:
        whole: All mistakes, each counted once.
        kinds: By kind of alert, and by what stands for one; a mistake in a record counts for every kind that reads it.
        operators: By operator.
        survivors: What nobody noticed.
    """

    whole: Tally
    kinds: dict[str, Tally]
    operators: dict[str, Tally]
    survivors: tuple[Verdict, ...]

    def too_low(self, kind: str | None = None) -> list[str]:
        """What is below the least that must be noticed, in words; empty where all is well.

        Args:
            kind: The only kind of alert that was looked at, whose share alone counts then.
        """
        found = [f"all: {self.whole.score:.1%}, below {LEAST:.0%}"] if self.whole.score < LEAST and not kind else []
        return found + [
            f"{name}: {tally.score:.1%}, below {LEAST_OF_A_KIND:.0%}"
            for name, tally in self.kinds.items()
            if kind in (None, name) and name not in _NO_KIND and tally.score < LEAST_OF_A_KIND
        ]

    def as_json(self) -> dict[str, object]:
        """The outcome for scripts; equal runs give equal texts."""
        return {
            "total": self.whole.total,
            "killed": self.whole.killed,
            "score": round(self.whole.score, 4),
            "kinds": {kind: _tally(tally) for kind, tally in self.kinds.items()},
            "operators": {operator: _tally(tally) for operator, tally in self.operators.items()},
            "survivors": [
                {
                    "kind": ", ".join(one.kinds),
                    "rule": one.mutant.rule,
                    "file": one.mutant.file,
                    "operator": one.mutant.operator,
                    "before": one.mutant.before,
                    "after": one.mutant.after,
                }
                for one in self.survivors
            ],
        }


def _tally(tally: Tally) -> dict[str, object]:
    return {"total": tally.total, "killed": tally.killed, "score": round(tally.score, 4)}


def score(verdicts: Iterable[Verdict]) -> Score:
    """Count verdicts."""
    all_of = list(verdicts)
    total, killed = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for verdict in all_of:
        counted = [("kind", kind) for kind in verdict.kinds] + [("operator", verdict.mutant.operator)]
        total.update(counted)
        killed.update(counted if verdict.killed else [])

    def tallies(what: str) -> dict[str, Tally]:
        return {name: Tally(total[what, name], killed[what, name]) for which, name in sorted(total) if which == what}

    whole = Tally(len(all_of), sum(verdict.killed for verdict in all_of))
    return Score(whole, tallies("kind"), tallies("operator"), tuple(one for one in all_of if not one.killed))
