"""Rules: every group of the rendered files against what Prometheus evaluates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from vitals.model.promql import duration
from vitals.rendered import RuleEntry, RuleGroupEntry
from vitals.verify.changes.expressions import plain
from vitals.verify.drift.same import RunningDifference, alike, differences

_AREA = "rules"
Running = Mapping[str, Any]
_Key = tuple[str, tuple[tuple[str, str], ...]]


def drift_of_rules(groups: Sequence[RuleGroupEntry], data: Running, *, extra: bool) -> Iterator[RunningDifference]:
    """Groups and rules that are missing, more, or other than rendered.

    Args:
        groups: What is rendered.
        data: ``data`` of Prometheus' ``/api/v1/rules``.
        extra: Whether groups that are not rendered are reported, too.
    """
    running: dict[str, list[Running]] = defaultdict(list)
    for one in data["groups"]:
        running[str(one["name"])].append(one)
    known = {group.name for group in groups}
    for group in groups:
        subject = f"group {group.name}"
        found = running.get(group.name, [])
        if not found:
            yield RunningDifference(_AREA, subject, f"does not run ({len(group.rules)} rules)")
            continue
        if len(found) > 1:
            yield RunningDifference(
                _AREA, subject, f"runs {len(found)} times: its records have duplicates, its alerts fire twice"
            )
        if float(found[0]["interval"]) != duration(group.interval):
            text = f"is evaluated every {float(found[0]['interval']):g} s instead of {group.interval}"
            yield RunningDifference(_AREA, subject, text)
        yield from _of_group(group, found[0])
    for name in sorted(running.keys() - known) if extra else ():
        yield RunningDifference(_AREA, f"group {name}", "runs and is not rendered")


def _of_group(group: RuleGroupEntry, found: Running) -> Iterator[RunningDifference]:
    rendered: dict[_Key, list[RuleEntry]] = defaultdict(list)
    running: dict[_Key, list[Running]] = defaultdict(list)
    for rule in group.rules:
        rendered[rule.name, _identity({**group.labels, **rule.labels})].append(rule)
    for one in found["rules"]:
        running[str(one["name"]), _identity(one.get("labels") or {})].append(one)
    for key in dict.fromkeys((*rendered, *running)):
        ones, others = list(rendered.get(key, ())), list(running.get(key, ()))
        subject = f"{key[0]} ({', '.join(value for _, value in key[1])}) in group {group.name}"
        # Rules of one name and labels stand in an order, in which they are evaluated.
        for rule, other in zip(ones, others, strict=False):
            yield from (RunningDifference(_AREA, subject, text) for text in _of_rule(rule, other))
        yield from (RunningDifference(_AREA, subject, "does not run") for _ in ones[len(others) :])
        yield from (RunningDifference(_AREA, subject, "runs and is not rendered") for _ in others[len(ones) :])


def _of_rule(rule: RuleEntry, other: Running) -> Iterator[str]:
    if plain(rule.expr) != plain(str(other["query"])) and not alike(rule.expr, other["query"]):
        yield f"asks `{other['query']}` instead of `{' '.join(rule.expr.split())}`"
    if rule.alert is None:
        return
    for what, wanted, key in (
        ("for", rule.for_, "duration"),
        ("keep_firing_for", rule.keep_firing_for, "keepFiringFor"),
    ):
        if duration(wanted or "0") != float(other.get(key) or 0):
            yield f"{what} is {float(other.get(key) or 0):g} s instead of {wanted or '0s'}"
    yield from (f"annotation {text}" for text in differences(rule.annotations, other.get("annotations") or {}))


def _identity(labels: Mapping[str, str]) -> tuple[tuple[str, str], ...]:
    return tuple(sorted((str(key), str(value)) for key, value in labels.items()))
