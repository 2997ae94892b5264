"""Whether a mutated record is equivalent in a case: where it is, so is all that reads it.

To ask that takes only what stands behind the record, the rule as it is shipped, and the mutated one beside it. The
alerts of a case, and all else that they need, run only where the two differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.mutation.rules import FileRule, Rules

MUTANT, DIFFERS = "mutant:record", "mutant:differs"
"""Names of the mutated record and of its difference from the shipped one."""


def comparable(gone: Sequence[FileRule], new: Sequence[FileRule]) -> tuple[FileRule, FileRule] | None:
    """The shipped and the mutated rule, where a change is one record that gives other numbers under the same labels."""
    if len(gone) != 1 or len(new) != 1:
        return None
    shipped, mutated = gone[0], new[0]
    same = {key: value for key, value in shipped.body.items() if key != "expr"}
    if shipped.alerting or {key: value for key, value in mutated.body.items() if key != "expr"} != same:
        return None
    return shipped, mutated


def side_by_side(rules: Rules, shipped: FileRule, mutated: FileRule) -> Rules:
    """All rules as they are shipped, with the mutated record and its comparison after the shipped one.

    Args:
        rules: The rules as they are shipped.
        shipped: One of them, which records.
        mutated: The same with another expression.
    """
    labels = ", ".join(f'{label}="{value}"' for label, value in sorted(shipped.labels.items()))
    one, other = f"{shipped.name}{{{labels}}}", f"{MUTANT}{{{labels}}}"
    differs = f"({one} != {other}) or ({one} unless {other}) or ({other} unless {one})"
    added = (mutated.but(record=MUTANT), FileRule(shipped.group, {"record": DIFFERS, "expr": differs}))
    place = rules.index(shipped) + 1
    return (*rules[:place], *added, *rules[place:])


def never_differs(seconds: float) -> dict[str, Any]:
    """The expectation that up to a moment both gave the same at every evaluation."""
    moment = f"{int(seconds)}s"
    return {"expr": f"count_over_time({DIFFERS}[{int(seconds) + 1}s])", "eval_time": moment, "exp_samples": []}
