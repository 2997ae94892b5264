"""Links go to the id of a panel and queries are known by their letter: of two alike Grafana uses one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from vitals.verify.review.check import ReviewCheck
from vitals.verify.review.defect import Found, Gravity
from vitals.verify.review.scope import Scope


def _find(scope: Scope) -> Iterator[Found]:
    for dashboard in scope.dashboards:
        ids = Counter(str(panel.content.get("id")) for panel in dashboard.panels)
        seen = set()
        for panel in dashboard.panels:
            number = str(panel.content.get("id"))
            if number != "None" and ids[number] > 1 and number in seen:
                yield Found(
                    panel.at.inside("id"),
                    f"Another panel has the id {number} as well, so a link to it, and 'View' on it, open the other.",
                    "Give each panel an id of its own.",
                )
            seen.add(number)
            letters = Counter(str(target.content.get("refId") or "") for target in panel.targets)
            for letter, count in letters.items():
                if letter and count > 1:
                    yield Found(
                        panel.at.inside("targets"),
                        f"{count} of its queries have the letter {letter}, so overrides and expressions mean "
                        "any of them.",
                        "Give each query a letter of its own.",
                    )


DUPLICATE_IDS = ReviewCheck("duplicate-ids", "panels or queries that share an id", Gravity.WARNING, _find)
