"""What changes of dashboards, panel by panel, instead of hundreds of lines of JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from vitals.verify.changes.change import Area, Change, Consequence
from vitals.verify.changes.expressions import difference
from vitals.verify.changes.moved import Place, moved
from vitals.verify.changes.state import EnvironmentState
from vitals.verify.review.panels import ReviewedDashboard, ReviewedPanel, elements, mapping, shown


def changes_of_dashboards(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Dashboards and panels that are added, removed, moved or changed."""
    for uid in sorted({*before.dashboards, *after.dashboards}):
        old, new = before.dashboards.get(uid), after.dashboards.get(uid)
        if old is None and new is not None:
            text = f"new, with {len(new.panels)} panels"
            yield Change(Area.DASHBOARDS, Consequence.ADDED, shown(new.title), text)
        elif new is None and old is not None:
            text = f"removed, with {len(old.panels)} panels: links to {uid} lead nowhere"
            yield Change(Area.DASHBOARDS, Consequence.LOST, shown(old.title), text)
        elif old is not None and new is not None and old.content != new.content:
            yield from _of_dashboard(old, new)


def _of_dashboard(old: ReviewedDashboard, new: ReviewedDashboard) -> Iterator[Change]:
    name = shown(new.title)
    if old.title != new.title:
        yield Change(Area.DASHBOARDS, Consequence.WORDED, name, f"title {shown(old.title)!r} → {name!r}")
    ones, others = _by_id(old), _by_id(new)
    elsewhere = moved(_places(ones), _places(others))
    higher_or_lower = 0
    for key in dict.fromkeys((*ones, *others)):
        one, other = ones.get(key), others.get(key)
        if one is None and other is not None:
            text = f"panel {shown(other.title)!r} is new"
            yield Change(Area.DASHBOARDS, Consequence.SHOWN + 3, name, text)
        elif other is None and one is not None:
            text = f"panel {shown(one.title)!r} is removed"
            yield Change(Area.DASHBOARDS, Consequence.SHOWN + 5, name, text)
        elif one is not None and other is not None and one.content != other.content:
            stays = one.content.get("gridPos") == other.content.get("gridPos")
            higher_or_lower += not stays and key not in elsewhere and one.row == other.row
            if one.row != other.row:
                elsewhere.add(key)
            for rank, text in _of_panel(one, other):
                yield Change(Area.DASHBOARDS, Consequence.SHOWN + rank, name, f"panel {shown(other.title)!r}: {text}")
    for count, word in ((len(elsewhere), "moved"), (higher_or_lower, "higher or lower, in the same order")):
        if count:
            yield Change(Area.DASHBOARDS, Consequence.WORDED, name, f"{count} panel{'s' if count > 1 else ''} {word}")
    yield from _of_variables(old, new, name)


def _of_variables(old: ReviewedDashboard, new: ReviewedDashboard, name: str) -> Iterator[Change]:
    ones, others = ({str(one.get("name")): one for _, one in side.variables} for side in (old, new))
    for variable in sorted({*ones, *others}):
        one, other = ones.get(variable), others.get(variable)
        if one == other:
            continue
        if one is None or other is None:
            said = [f" is {'new' if one is None else 'removed'}"]
        else:
            was, now = _of_variable(one), _of_variable(other)
            said = [f": {word} {was[word]} → {now[word]}" for word in was if was[word] != now[word]] or [" is changed"]
        for text in said:
            yield Change(Area.DASHBOARDS, Consequence.SHOWN, name, f"variable {variable}{text}")


def _of_variable(variable: Mapping[str, Any]) -> dict[str, str]:
    """What people notice of a variable, by the word for it."""
    query, current = variable.get("query"), mapping(variable.get("current"))
    return {
        "type": _said(variable.get("type")),
        "query": f"`{_said(mapping(query).get('query') or query)}`",
        "pattern of its values": _said(variable.get("regex") or None),
        "first value": _said(current.get("text") or current.get("value")),
        "label": _said(variable.get("label")),
        "several values": "yes" if variable.get("multi") else "no",
        "choice of all": "yes" if variable.get("includeAll") else "no",
    }


def _places(panels: Mapping[str, ReviewedPanel]) -> dict[str, Place]:
    """Where each panel stands; one whose place is not readable has none."""
    found: dict[str, Place] = {}
    for key, one in panels.items():
        grid = mapping(one.content.get("gridPos"))
        sides = [side for side in map(grid.get, "xywh") if isinstance(side, int | float)]
        if len(sides) == len("xywh"):
            found[key] = (sides[0], sides[1], sides[2], sides[3])
    return found


def _by_id(dashboard: ReviewedDashboard) -> dict[str, ReviewedPanel]:
    """Panels by their id, which stays when one is renamed or moved; of one id, the first."""
    found: dict[str, ReviewedPanel] = {}
    for panel in dashboard.panels:
        found.setdefault(str(panel.content.get("id") or panel.title), panel)
    return found


def _of_panel(old: ReviewedPanel, new: ReviewedPanel) -> Iterator[tuple[int, str]]:
    if old.title != new.title:
        yield 1, f"title was {shown(old.title)!r}"
    if old.type != new.type:
        yield 4, f"drawn as {new.type} (before: {old.type})"
    ones, others = ([target.expr for target in panel.targets] for panel in (old, new))
    for index in range(max(len(ones), len(others))):
        if index >= len(ones):
            yield 5, f"asks in addition `{shown(others[index])}`"
        elif index >= len(others):
            yield 5, f"asks no more `{shown(ones[index])}`"
        elif ones[index] != others[index] and (text := difference(ones[index], others[index])):
            yield 6, text
    was, now = _thresholds(old), _thresholds(new)
    if was != now:
        yield 7, f"thresholds {was} → {now}"
    for field, word in (("unit", "unit"), ("min", "least value"), ("max", "largest value"), ("noValue", "empty text")):
        if old.defaults.get(field) != new.defaults.get(field):
            yield 4, f"{word} {_said(old.defaults.get(field))} → {_said(new.defaults.get(field))}"
    if old.content.get("description") != new.content.get("description"):
        yield 0, "other description"


def _thresholds(panel: ReviewedPanel) -> str:
    steps = elements(mapping(panel.defaults.get("thresholds")).get("steps"))
    said = [f"{one.get('value'):g}" for one in map(mapping, steps) if isinstance(one.get("value"), int | float)]
    return ", ".join(said) or "none"


def _said(value: Any) -> str:  # noqa: ANN401 - any JSON value
    return "none" if value is None else shown(value)
