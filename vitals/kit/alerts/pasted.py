"""The shape of a rule file as the pinned Prometheus has it (``model/rulefmt``), one mistake at a time.

Whether a rule is an alert or a record is decided by the key that it has, so a message never complains about the other
kind.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum

from vitals.errors import VitalsError
from vitals.kit.alerts.located import NOTHING, UNFILLED, Located
from vitals.model.promql import Expr, PromqlError, duration, evaluable, written

_GROUP = ("name", "interval", "limit", "query_offset", "labels", "rules")
_ALERT = ("alert", "expr", "for", "keep_firing_for", "labels", "annotations")
_RECORD = ("record", "expr", "labels")
_AROUND = frozenset({"apiVersion", "kind", "metadata", "spec", "namespace", "additionalPrometheusRules", "data"})
"""Keys of objects of Kubernetes, values of charts and files of other programs that hold rules."""
_NOT_OF_RECORDS = frozenset(_ALERT) - frozenset(_RECORD)


class RuleKind(Enum):
    """What a rule does."""

    ALERT = "alert"
    RECORD = "record"


@dataclass(frozen=True, slots=True)
class PastedRule:
    """One rule as it is written.

    Attributes:
        kind: Alert or record.
        name: Its name.
        within: Group and rule, for messages.
        at: Its place.
        expr: The expression, legal and evaluable.
        labels: The labels that it sets, those of its group included.
        annotations: What it says.
        for_: ``for``, a duration; ``0s`` for none.
        keeps_firing: ``keep_firing_for``, likewise.
    """

    kind: RuleKind
    name: str
    within: str
    at: Located
    expr: Expr
    labels: Mapping[str, str]
    annotations: Mapping[str, str] = field(default_factory=dict)
    for_: str = "0s"
    keeps_firing: str = "0s"

    def refuse(self, what: str) -> VitalsError:
        """The error of a rule that does not fit."""
        return self.at.refuse(what, within=self.within)


@dataclass(frozen=True, slots=True)
class PastedGroup:
    """A group as it is written.

    Attributes:
        name: Its name.
        at: Its place.
        rules: Its rules in their order.
        interval: How often it is evaluated; empty for the usual interval.
        fields: ``limit`` and ``query_offset`` where they are given.
    """

    name: str
    at: Located
    rules: tuple[PastedRule, ...]
    interval: str = ""
    fields: Mapping[str, object] = field(default_factory=dict)


def outside_of_groups(document: Located) -> str:
    """What to do about a group or a rule that stands where a list of groups should; empty where there is none."""
    for one in (document, *document.elements()):
        fields = one.mapping()
        if "rules" in fields and not any("rules" in inner.mapping() for inner in fields["rules"].elements()):
            return f"At {one.where} a group stands outside of 'groups'. Write 'groups:' above it, as '- name: NAME'."
        if fields.keys() & {kind.value for kind in RuleKind}:
            return f"At {one.where} a rule stands outside of a group. Write 'groups:', '- name: NAME', 'rules:' above."
    return ""


def groups(document: Located) -> list[PastedGroup]:
    """The groups of a rule file.

    Raises:
        VitalsError: Something in it is not as Prometheus takes it; the message names line, group, rule and fix.
    """
    found: list[PastedGroup] = []
    if wrapped := sorted(_AROUND & document.mapping().keys()):
        raise document.mapping()[wrapped[0]].refuse(
            f"around the groups stands {', '.join(wrapped)}, and Prometheus would refuse the file. Move it elsewhere "
            "and let `vitals import rules FILE` write what is in it."
        )
    if outside := outside_of_groups(document):
        raise VitalsError(f"{outside} {NOTHING}")
    top = document.fields("a rule file", known=("groups",))
    for entry in top["groups"].items("'groups'") if "groups" in top else ():
        group = _group(entry)
        for other in found:
            if other.name == group.name:
                raise entry.refuse(
                    f"the group {group.name!r} stands in this file twice ({other.at.where}), and Prometheus would "
                    "refuse the file. Give it another name, or put its rules into the first."
                )
        found.append(group)
    return found


def _group(entry: Located) -> PastedGroup:
    fields = entry.fields("a group", known=_GROUP)
    name = fields["name"].text("name", within="a group") if "name" in fields else ""
    if not name:
        raise entry.refuse("a group has no name, and Prometheus would refuse the file. Name it.")
    within = f"group {name}"
    labels = _texts(fields.get("labels"), "labels", within)
    rules = fields["rules"].items("'rules'", within=within) if "rules" in fields else []
    interval = _given(fields, "interval", _duration, within)
    more: dict[str, object] = {}
    if "limit" in fields and fields["limit"].is_quoted:
        raise fields["limit"].refuse("limit: a number stands in quotes; take them away.", within=within)
    if limit := _given(fields, "limit", _whole, within):
        more["limit"] = int(limit)
    if offset := _given(fields, "query_offset", _duration, within):
        more["query_offset"] = offset
    return PastedGroup(name, entry, tuple(_rule(rule, within, labels) for rule in rules), interval, more)


def _rule(entry: Located, group: str, of_group: Mapping[str, str]) -> PastedRule:
    fields = entry.fields("a rule", within=group)
    given = [kind for kind in RuleKind if kind.value in fields and not fields[kind.value].is_nothing]
    if len(given) != 1:
        what = "both alert and record" if given else "neither alert nor record"
        raise entry.refuse(f"a rule has {what}, and needs one of them. Correct it.", within=group)
    kind = given[0]
    name = fields[kind.value].text(kind.value, within=group)
    within = f"{group}, {kind.value} {name}"
    for wrong in sorted(_NOT_OF_RECORDS & fields.keys() if kind is RuleKind.RECORD else ()):
        if wrong != RuleKind.ALERT.value:
            raise fields[wrong].refuse(f"a record has no {wrong!r}; take it out, or make it an alert.", within=within)
    entry.fields(
        "an alert" if kind is RuleKind.ALERT else "a record",
        within=within,
        known=_ALERT if kind is RuleKind.ALERT else _RECORD,
    )
    labels = {**of_group, **_texts(fields.get("labels"), "labels", within)}
    if "__name__" in labels:
        raise entry.refuse("no rule may set the label __name__; take it out.", within=within)
    return PastedRule(
        kind,
        name,
        within,
        fields[kind.value],
        _expr(entry, fields, within),
        labels,
        _texts(fields.get("annotations"), "annotations", within),
        _given(fields, "for", _duration, within) or "0s",
        _given(fields, "keep_firing_for", _duration, within) or "0s",
    )


def _expr(entry: Located, fields: Mapping[str, Located], within: str) -> Expr:
    if "expr" in fields and fields["expr"].is_unfilled:
        raise fields["expr"].refuse(UNFILLED, within=within)
    text = fields["expr"].text("expr", within=within) if "expr" in fields else ""
    if not text.strip():
        raise fields.get("expr", entry).refuse("the rule has no 'expr', so it says nothing. Write one.", within=within)
    try:
        expr = written(text)
        evaluable(expr)
    except PromqlError as error:
        raise fields["expr"].refuse(str(error), within=within) from None
    if _means(fields["expr"].as_it_stands) not in ("", expr.text):
        raise fields["expr"].refuse(
            "YAML makes one line of those in quotes or behind 'expr: >', so a comment among them takes the rest of the "
            "condition away, and Prometheus would evaluate what stands before it. Write 'expr: |', which keeps the "
            "lines.",
            within=within,
        )
    return expr


def _means(text: str) -> str:
    """An expression without comments; empty where it is none."""
    try:
        return written(text).text
    except PromqlError:
        return ""


def _texts(entry: Located | None, what: str, within: str) -> dict[str, str]:
    fields = entry.fields(what, within=within) if entry else {}
    if "" in fields:
        raise fields[""].refuse(
            f"{what} has an entry without a name, and Prometheus would refuse the file.", within=within
        )
    return {name: value.text(f"{what}.{name}", within=within) for name, value in fields.items()}


def _given(fields: Mapping[str, Located], name: str, reads: Callable[[str], str], within: str) -> str:
    """A field that need not be there, as ``reads`` takes it; empty where it is not."""
    entry = fields.get(name)
    if entry is None or entry.is_nothing:
        return ""
    try:
        return reads(entry.text(name, within=within))
    except ValueError as error:
        raise entry.refuse(f"{name}: {error}.", within=within) from None


def _duration(text: str) -> str:
    """A duration as Prometheus reads it; one of nothing is as good as none."""
    return text if duration(text) else ""


def _whole(text: str) -> str:
    """A whole number in any way in which YAML writes one; none above zero means no limit."""
    plain = text.replace("_", "")
    try:
        octal = re.fullmatch(r"[-+]?0[0-7]+", plain) is not None
        value = float(int(plain, 8 if octal else 0)) if re.match(r"[-+]?0[0-7xXbBoO]", plain) else float(plain)
    except (ValueError, OverflowError):
        value = math.nan
    if not value.is_integer():
        raise ValueError(f"{text!r} is not a whole number; 0 means no limit")
    return str(int(value)) if value > 0 else ""
