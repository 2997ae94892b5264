"""What changes of alerts: when they fire, how urgent they are, and who is notified of them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from vitals.verify.changes.change import Area, Change, Consequence
from vitals.verify.changes.expressions import bound_direction, difference
from vitals.verify.changes.pairing import Key, paired
from vitals.verify.changes.state import EnvironmentState
from vitals.verify.review.rules import ReviewedRule

_URGENCY = {"critical": 3, "page": 3, "warning": 2, "info": 1}
_IDENTITY = ("reason", "slo", "signal")
"""Labels that distinguish alerts of one name and service."""


def changes_of_alerts(before: EnvironmentState, after: EnvironmentState) -> Iterator[Change]:
    """Alerts that are added, removed or changed."""
    for key, old, new in paired(_by_name(before), _by_name(after), lambda one, other: one.content == other.content):
        subject = _subject(key)
        if old is None and new is not None:
            text = f"new, {new.severity or 'no severity'}: notifies {after.notified(new)}"
            yield Change(Area.ALERTS, Consequence.ADDED + _urgency(new), subject, text)
        elif new is None and old is not None:
            text = f"removed: {before.notified(old)} is no longer notified ({old.severity or 'no severity'})"
            yield Change(Area.ALERTS, Consequence.LOST + _urgency(old), subject, text)
        elif old is not None and new is not None:
            yield from _changed(subject, old, new, before, after)


def _changed(
    subject: str, old: ReviewedRule, new: ReviewedRule, before: EnvironmentState, after: EnvironmentState
) -> Iterator[Change]:
    urgency = _urgency(new)
    if old.severity != new.severity:
        weaker = urgency < _urgency(old)
        rank = (Consequence.LOST if weaker else Consequence.CHANGED) + max(urgency, _urgency(old))
        yield Change(Area.ALERTS, rank, subject, f"severity {old.severity or 'none'} → {new.severity or 'none'}")
    was, now = before.notified(old), after.notified(new)
    if was != now:
        lost = bool(set(was.split(", ")) - set(now.split(", ")))
        rank = (Consequence.LOST if lost else Consequence.CHANGED) + urgency
        yield Change(Area.ALERTS, rank, subject, f"notifies {now} (before: {was})")
    if text := difference(old.expr, new.expr):
        direction = bound_direction(old.expr, new.expr)
        words = {1: ", fires later or less often", -1: ", fires earlier or more often"}.get(direction, "")
        rank = (Consequence.WEAKER if direction > 0 else Consequence.CHANGED) + urgency
        yield Change(Area.ALERTS, rank, subject, f"{text}{words}")
    for key, what in (("for", "must hold for"), ("keep_firing_for", "keeps firing for")):
        one, other = old.content.get(key), new.content.get(key)
        if one != other:
            yield Change(Area.ALERTS, Consequence.CHANGED + urgency, subject, f"{what} {_said(one)} → {_said(other)}")
    if old.interval_s != new.interval_s and old.interval_s and new.interval_s:
        text = f"evaluated every {old.interval_s:g} s → {new.interval_s:g} s"
        yield Change(Area.ALERTS, Consequence.CHANGED + urgency, subject, text)
    texts = [
        key for key in {**old.annotations, **new.annotations} if old.annotations.get(key) != new.annotations.get(key)
    ]
    if texts:
        yield Change(Area.ALERTS, Consequence.WORDED, subject, f"other {', '.join(sorted(texts))}")
    ignored = {"severity"}
    labels = {key for key in {**old.labels, **new.labels} if old.labels.get(key) != new.labels.get(key)} - ignored
    for key in sorted(labels):
        text = f"label {key}: {old.labels.get(key, 'none')} → {new.labels.get(key, 'none')}"
        yield Change(Area.ALERTS, Consequence.CHANGED, subject, text)


def _said(value: object) -> str:
    return str(value) if value else "0s"


def _urgency(alert: ReviewedRule) -> int:
    return _URGENCY.get(alert.severity, 0)


def _subject(key: Key) -> str:
    name, *rest = key
    shown = ", ".join(one for one in rest if one)
    return f"{name} ({shown})" if shown else name


def _by_name(state: EnvironmentState) -> dict[Key, list[ReviewedRule]]:
    found: dict[Key, list[ReviewedRule]] = defaultdict(list)
    for rule in state.rules:
        if rule.alert:
            key = (rule.alert, rule.labels.get("service", ""), *(rule.labels.get(one, "") for one in _IDENTITY))
            found[key].append(rule)
    return found
