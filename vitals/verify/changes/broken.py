"""What a change breaks beyond what it touches: readers of a name that is recorded no more, and renamed metrics."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

from vitals.verify.changes.change import Area, Change, Consequence
from vitals.verify.changes.expressions import renames
from vitals.verify.changes.state import EnvironmentState
from vitals.verify.review import uses
from vitals.verify.review.promql import every_selector_name
from vitals.verify.review.uses import PromqlUse


def _uses(state: EnvironmentState) -> Iterator[PromqlUse]:
    for dashboard in state.dashboards.values():
        yield from uses.of_dashboard(dashboard)
    yield from map(uses.of_rule, state.rules)
    for scaler in state.scalers.values():
        yield from uses.of_scaler(scaler)


def changes_that_break(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Readers of records that are gone, each by itself; and metrics that were renamed, with all that read them."""
    gone = {one.record for one in before.rules if one.record} - {one.record for one in after.rules if one.record}
    readers: dict[str, dict[str, None]] = defaultdict(dict)
    read: set[str] = set()
    uses_after = list(_uses(after))
    for use in uses_after:
        names = every_selector_name(use.node) if use.node is not None else []
        read.update(names)
        for name in gone.intersection(names):
            readers[name][_reader(use)] = None
    for name, places in sorted(readers.items()):
        text = f"is no longer recorded, and is still read by {'; '.join(places)}"
        yield Change(Area.BROKEN, Consequence.LOST, name, text)
    yield from _renamed(_uses(before), uses_after, read)


def _renamed(before: Iterable[PromqlUse], after: Iterable[PromqlUse], read: set[str]) -> Iterator[Change]:
    old = {_place(use): use for use in before}
    new = {_place(use): use for use in after}
    found: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    where: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for place in sorted(old.keys() & new.keys()):
        one, other = old[place], new[place]
        if one.plain == other.plain or one.node is None or other.node is None:
            continue
        metrics = set(every_selector_name(one.node))
        for was, now in renames(one.plain, other.plain).items():
            if was in metrics:
                found[was, now][other.role] += 1
                where[was, now][_reader(other)] = None
    for (was, now), counts in sorted(found.items()):
        if set(counts) == {"variable"}:
            continue  # a variable takes its values from another metric; nothing was renamed
        said = ", ".join(f"{count} {role}{'s' if count > 1 else ''}" for role, count in sorted(counts.items()))
        left = " All readers follow;" if was not in read else f" {was} is still read elsewhere;"
        text = (
            f"is now {now} in {said}.{left} their windows see nothing from before the change, "
            f"so alerts and scalers start anew: {'; '.join(where[was, now])}"
        )
        yield Change(Area.BROKEN, Consequence.CHANGED, was, text)


def _reader(use: PromqlUse) -> str:
    """What reads, in words; what stands at a place may name its role already."""
    return use.at.what if use.at.what.startswith(f"{use.role} ") else f"{use.role} {use.at.what}"


def _place(use: PromqlUse) -> tuple[str, str, str]:
    path = ".".join(map(str, use.at.path)) if use.role in ("alert", "record") else str(use.at.path[-2:])
    return use.at.document.file, use.at.what, path
