"""A title names what is shown and says nothing about it: a noun phrase has no finite verb and asks no question.

A reader of six titles at once looks for a name. What a panel asks stands in its description.

No dictionary is asked, so this finds what a list finds: a question mark, the words that begin a clause, and the finite
forms of verbs that titles had here. Another verb passes, and so does one that is a noun as well (``waits``,
``answers``, ``counts``) where no listed word stands beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from vitals.kit.dashboards.lint.problem import DashboardJson, DashboardsJson, Found, Panel
from vitals.model.promql import Vocabulary

_CLAUSE = r"how|that|what|when|where|which|who|whom|whose|why"
"""Words that begin a clause, whatever its verb is."""
_VERBS = "|".join(
    (
        r"am|is|are|was|were|been|isn't|aren't|has|have|had|does|do|did",
        r"can|cannot|could|may|might|must|shall|should|will|would",
        r"fails?|fires|gets?|gives?|goes|grows?|happens?|keeps?|loses?|makes|measures|notices|receives?|says",
        r"sees?|sends?|serves?|stands|stays|takes?|t(?:ells?|old)|throws?|took|went|works",
    )
)
"""Finite forms that are not nouns in a title; the past of ``tell`` would need a person in it."""
_FINITE = re.compile(rf"\b(?:{_CLAUSE}|{_VERBS})\b|\?", re.IGNORECASE)


def finite_verb(text: str) -> str:
    """The word by which a text is a clause and no noun phrase; empty where the list knows none."""
    found = _FINITE.search(text)
    return found[0] if found else ""


def check(dashboards: DashboardsJson, _: Vocabulary) -> Found:
    """Find titles of dashboards, rows, panels and columns that are sentences."""
    for uid, dashboard in dashboards.items():
        for panel, title in _titles(dashboard):
            if found := finite_verb(title):
                yield uid, panel, _text(title, found, uid.removeprefix("vitals-"))


def _text(title: str, found: str, dashboard: str) -> str:
    return (
        f"the title {title!r} is a clause, for it has {found!r}. Write a noun phrase, such as 'Replicas up' "
        f"in place of 'Replicas that answer'. A signal has its title in vitals/model/signals/; "
        f"all else on this dashboard is written in dashboards_py/{dashboard}.py."
    )


def _titles(dashboard: DashboardJson) -> Iterator[tuple[str, str]]:
    """Each title of a dashboard with the panel to which it belongs."""
    yield "", dashboard.get("title", "")
    for panel in _with_rows(dashboard):
        title = panel.get("title", "")
        yield title, title
        for transformation in panel.get("transformations", []):
            for column in transformation.get("options", {}).get("renameByName", {}).values():
                yield title, column


def _with_rows(dashboard: DashboardJson) -> Iterator[Panel]:
    for panel in dashboard["panels"]:
        yield panel
        yield from panel.get("panels", [])
