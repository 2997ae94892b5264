"""Whether a mutated rule is equivalent in a case: where it is, so is all that reads it.

To ask that takes only the mutated rule beside what the shipped one recorded. What reads it, and every check of the
case, runs only where the two differ.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.mutation.dependencies import gives, selectors
from tests.mutation.rules import FileRule, Rules

MUTANT, DIFFERS = "mutant:record", "mutant:differs"
"""Names of the mutated record and of its difference from the shipped one."""
_MUTATED_ALERT = "MutatedAlert"
_MAY_CHANGE = frozenset({"expr", "for", "keep_firing_for", "annotations"})


def comparable(gone: Sequence[FileRule], new: Sequence[FileRule]) -> tuple[FileRule, FileRule] | None:
    """The shipped and the mutated rule, where a change is one rule whose name and labels are kept.

    None that reads itself: what it gave at the evaluation before is no longer there where its present one is given.
    """
    if len(gone) != 1 or len(new) != 1:
        return None
    shipped, mutated = gone[0], new[0]
    if any(gives(rule, selector) for rule in (shipped, mutated) for selector in selectors(rule.expr)):
        return None
    before, after = (
        {key: value for key, value in rule.body.items() if key not in _MAY_CHANGE} for rule in (shipped, mutated)
    )
    return (shipped, mutated) if before == after else None


def side_by_side(rules: Rules, shipped: FileRule, mutated: FileRule) -> tuple[Rules, Rules]:
    """All rules as they are shipped, with the mutated one and its comparison after the shipped one, and these two.

    Args:
        rules: The rules as they are shipped.
        shipped: One of them.
        mutated: The same with another expression, or as an alert that waits for another time.
    """
    labels = ", ".join(f'{label}="{value}"' for label, value in sorted(shipped.labels.items()) if "{{" not in value)
    if shipped.alerting:
        one, other = (f'ALERTS{{alertname="{name}", {labels}}}' for name in (shipped.name, _MUTATED_ALERT))
        but_for = "unless ignoring(alertname)"
        differs = f"({one} {but_for} {other}) or ({other} {but_for} {one})"
        beside = mutated.but(alert=_MUTATED_ALERT)
    else:
        one, other = (f"{name}{{{labels}}}" for name in (shipped.name, MUTANT))
        differs = f"({one} != {other}) or ({one} unless {other}) or ({other} unless {one})"
        beside = mutated.but(record=MUTANT)
    added = (beside, FileRule(shipped.group, {"record": DIFFERS, "expr": differs}))
    place = rules.index(shipped) + 1
    return (*rules[:place], *added, *rules[place:]), added


def never_differs(seconds: float) -> dict[str, Any]:
    """The expectation that up to a moment both gave the same at every evaluation."""
    moment = f"{int(seconds)}s"
    return {"expr": f"count_over_time({DIFFERS}[{int(seconds) + 1}s])", "eval_time": moment, "exp_samples": []}
