"""Whether a spoilt record is ever another number in a story: where it is not, nothing that reads it can be.

To ask that takes only what stands behind the record, the rule as it is shipped, and the spoilt one beside it. The
alerts of a story, and all else that they need, are told only of a mistake that shows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from tests.mutation.rules import Rule, Rules

SPOILT, DIFFERS = "spoilt:record", "spoilt:differs"
"""Names of the spoilt record and of what tells it from the shipped one."""


def comparable(gone: Sequence[Rule], new: Sequence[Rule]) -> tuple[Rule, Rule] | None:
    """The shipped and the spoilt rule, where a change is one record that gives other numbers under the same labels."""
    if len(gone) != 1 or len(new) != 1:
        return None
    shipped, spoilt = gone[0], new[0]
    same = {key: value for key, value in shipped.body.items() if key != "expr"}
    if shipped.alerting or {key: value for key, value in spoilt.body.items() if key != "expr"} != same:
        return None
    return shipped, spoilt


def side_by_side(rules: Rules, shipped: Rule, spoilt: Rule) -> Rules:
    """All rules as they are shipped, with the spoilt record and its comparison after the shipped one.

    Args:
        rules: The rules as they are shipped.
        shipped: One of them, which records.
        spoilt: The same with another expression.
    """
    labels = ", ".join(f'{label}="{value}"' for label, value in sorted(shipped.labels.items()))
    one, other = f"{shipped.name}{{{labels}}}", f"{SPOILT}{{{labels}}}"
    differs = f"({one} != {other}) or ({one} unless {other}) or ({other} unless {one})"
    added = (spoilt.but(record=SPOILT), Rule(shipped.group, {"record": DIFFERS, "expr": differs}))
    place = rules.index(shipped) + 1
    return (*rules[:place], *added, *rules[place:])


def never_differs(seconds: float) -> dict[str, Any]:
    """The expectation that up to a moment both gave the same at every evaluation."""
    moment = f"{int(seconds)}s"
    return {"expr": f"count_over_time({DIFFERS}[{int(seconds) + 1}s])", "eval_time": moment, "exp_samples": []}
