"""Every change between two revisions, each once with the environments in which it holds."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from vitals.rendered import names
from vitals.verify.changes.alerts import changes_of_alerts
from vitals.verify.changes.broken import changes_that_break
from vitals.verify.changes.change import Area, Change, Consequence
from vitals.verify.changes.dashboards import changes_of_dashboards
from vitals.verify.changes.revisions import Revisions, by_environment
from vitals.verify.changes.settings import (
    changes_of_cost,
    changes_of_objectives,
    changes_of_records,
    changes_of_routes,
    changes_of_scalers,
    changes_of_scrapes,
)
from vitals.verify.changes.state import EnvironmentState
from vitals.verify.review.reading import read_text

_DESCRIBED = tuple(f"{folder}/" for folder in (names.RULES, names.DASHBOARDS, names.SCALERS))
"""Folders whose files are described; others are only named when they differ."""
_PARTS = (
    changes_that_break,
    changes_of_alerts,
    changes_of_routes,
    changes_of_objectives,
    changes_of_scalers,
    changes_of_cost,
    changes_of_scrapes,
    changes_of_records,
    changes_of_dashboards,
)


def compare_revisions(found: Revisions) -> list[tuple[Change, tuple[str, ...]]]:
    """What changed, the weightiest first within its area, with the environments in which it did."""
    before, after = by_environment(found.before), by_environment(found.after)
    where: dict[Change, list[str]] = defaultdict(list)
    for name in sorted({*before, *after}):
        for change in dict.fromkeys(_of_environment(name, before.get(name), after.get(name))):
            where[change].append(name)
    order = list(Area)
    ranked = sorted(where, key=lambda one: (order.index(one.area), -one.consequence, one.subject, one.text))
    return [(change, tuple(where[change])) for change in ranked]


def _of_environment(name: str, before: Mapping[str, str] | None, after: Mapping[str, str] | None) -> Iterator[Change]:
    if before is None:
        yield Change(Area.OTHER, Consequence.ADDED, f"environment {name}", "is new")
        return
    if after is None:
        text = "is removed, with every alert, route and dashboard of it"
        yield Change(Area.BROKEN, Consequence.LOST, f"environment {name}", text)
        return
    if before == after:
        return
    old, new = EnvironmentState(before), EnvironmentState(after)
    described = [change for part in _PARTS for change in part(old, new)]
    yield from described
    yield from _unreadable(before, after)
    for file in sorted({*before, *after}):
        if file == names.MODEL or before.get(file) == after.get(file):
            continue
        known = file.startswith(_DESCRIBED) or file == names.ALERTMANAGER
        if (not known or not described) and _content(file, before) != _content(file, after):
            yield Change(Area.OTHER, Consequence.WORDED, file, "differs; read it as it is")


def _unreadable(before: Mapping[str, str], after: Mapping[str, str]) -> Iterator[Change]:
    """Files that are broken now: without a word of it, what they held would only seem to be removed on purpose."""
    for file, text in sorted(after.items()):
        known = file.startswith(_DESCRIBED) or file in (names.ALERTMANAGER, names.MODEL)
        if known and text != before.get(file) and isinstance(_content(file, after), str):
            yield Change(Area.BROKEN, Consequence.LOST, file, "cannot be read, so all that it held counts as removed")


def _content(file: str, files: Mapping[str, str]) -> object:
    """What a file holds, however it is laid out; its text where that cannot be read."""
    text = files.get(file)
    if text is None:
        return None
    documents = [one.content for one in read_text(file, text, asked=False)]
    return text if None in documents else documents
