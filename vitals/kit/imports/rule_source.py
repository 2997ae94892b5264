"""Prometheus rules wherever they stand: rule files, objects of Kubernetes, output of a mixin, answers of a server.

One broken rule must not cost the others, so each is read by itself and one that cannot be read is named.
"""

from __future__ import annotations

import base64
import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from vitals.errors import VitalsError
from vitals.kit.alerts.located import NOTHING, UNFILLED, Located
from vitals.kit.alerts.pasted import RuleKind, outside_of_groups
from vitals.kit.imports.note import ImportNote
from vitals.kit.imports.source_bytes import as_text
from vitals.kit.imports.source_documents import documents, look_of, written
from vitals.model.promql import PromqlError, duration
from vitals.model.promql import written as promql

_DEEPEST = 6
"""How many maps may stand around a list of groups: a List of PrometheusRules in the values of a chart has four."""
_OF_GROUP = frozenset({"name", "rules", "interval", "limit", "query_offset", "labels"})
_OF_ANSWER = frozenset({"file", "evaluationTime", "lastEvaluation"})
_OF_RULE = frozenset({"alert", "record", "expr", "for", "keep_firing_for", "labels", "annotations"})
_OF_RULE_ANSWER = frozenset(
    {"name", "query", "duration", "keepFiringFor", "type", "state", "health", "alerts", "lastError"}
)


@dataclass(frozen=True, slots=True, eq=False)
class SourceRule:
    """A rule as its author wrote it; durations and labels are texts, empty where they are not given.

    Two that read alike are two: each has a place of its own.
    """

    kind: RuleKind
    name: str
    where: str
    expr: str
    for_: str = ""
    keeps_firing: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    annotations: Mapping[str, str] = field(default_factory=dict)

    @property
    def what(self) -> str:
        """The rule in words."""
        return f"{self.kind.value} {self.name}"


@dataclass(frozen=True, slots=True)
class SourceGroup:
    """A group of rules, with the fields that Prometheus has for groups."""

    name: str
    rules: tuple[SourceRule, ...]
    interval: str = ""
    limit: int = 0
    query_offset: str = ""


@dataclass(slots=True)
class RuleSource:
    """What a text holds.

    Attributes:
        groups: Every group, in order.
        left: What could not be read.
        changed: What was read without a part of it.
    """

    groups: list[SourceGroup] = field(default_factory=list)
    left: list[ImportNote] = field(default_factory=list)
    changed: list[ImportNote] = field(default_factory=list)


def read_rules(name: str, content: bytes) -> RuleSource:
    """Read the rules of a file, or of the answer of ``/api/v1/rules``.

    Args:
        name: How the file is called in messages.
        content: YAML or JSON, of any number of documents.

    Raises:
        VitalsError: It is not YAML, or holds no group of rules.
    """
    found = RuleSource()
    every = list(documents(name, content))
    try:
        entries = [
            entry
            for document in every
            for groups in _lists_of_groups(document, 0)
            for entry in groups.items("'groups'")
        ]
    except VitalsError as error:
        raise written(error) from None
    if not entries:
        raise VitalsError(f"{name} holds no rules. {_missing(every, content)} Nothing was written.")
    for entry in entries:
        with _naming(found, entry, "a group"):
            _group(entry, found)
    return found


def _missing(found: Iterable[Located], content: bytes) -> str:
    """What to do about documents without a list of groups."""
    outside = next(filter(None, map(outside_of_groups, found)), "")
    return outside or look_of(as_text(content)) or "A rule file has 'groups', a PrometheusRule has 'spec.groups'."


def _lists_of_groups(node: Located, depth: int) -> Iterator[Located]:
    """Every list of groups in a document, whatever is around it."""
    fields = node.mapping()
    if "groups" in fields:
        yield fields["groups"]
        return
    if depth >= _DEEPEST:
        return
    for item in fields["items"].elements() if "items" in fields else ():
        yield from _lists_of_groups(item, depth + 1)
    for value in fields.values():
        yield from _lists_of_groups(value, depth + 1)
    for place, text in _carried(fields):
        if "groups" in text:
            for inner in documents(place, text.encode()):
                yield from _lists_of_groups(inner, depth + 1)


def _carried(fields: Mapping[str, Located]) -> Iterator[tuple[str, str]]:
    """The files that a ConfigMap or a Secret carries, each with its place; in ``data`` of a Secret they are encoded."""
    kind = fields.get("kind")
    of_secret = kind is not None and kind.is_scalar and kind.text("kind", within="an object") == "Secret"
    for part in (part for part in ("data", "stringData") if part in fields):
        encoded = part == "data" and of_secret
        for key, value in fields[part].mapping().items():
            if encoded and value.is_scalar:
                with contextlib.suppress(ValueError):  # not base64, or not a text: no rules either
                    yield f"{value.where} ({key}, decoded)", base64.b64decode(value.text(key, within=part)).decode()
            elif value.is_block:
                yield f"{value.where} ({key})", value.text(key, within=part)


@contextlib.contextmanager
def _naming(found: RuleSource, entry: Located, what: str) -> Iterator[None]:
    """Name what cannot be read, and go on with the next."""
    try:
        yield
    except VitalsError as error:
        found.left.append(ImportNote(entry.where, what, reason_of(error, entry.where)))


def reason_of(error: VitalsError, where: str = "") -> str:
    """What an error of a rule says, without its place and without what follows for a render."""
    return str(error).replace(NOTHING, "").removeprefix(where).lstrip(",: ").strip()


def _group(entry: Located, found: RuleSource) -> None:
    fields = entry.fields("a group")
    name = fields["name"].text("name", within="a group") if "name" in fields else "rules"
    labels = _texts(fields.get("labels"), "labels")
    rules: list[SourceRule] = []
    for key in sorted(fields.keys() - _OF_GROUP - _OF_ANSWER):
        found.changed.append(
            ImportNote(fields[key].where, f"group {name}", f"its field {key!r} is not one of Prometheus; left out")
        )
    for rule in fields["rules"].items("'rules'", within=f"group {name}") if "rules" in fields else ():
        with _naming(found, rule, f"a rule of the group {name}"):
            rules.append(_rule(rule, labels, name, found))
    limit = _plain(fields, "limit")
    found.groups.append(
        SourceGroup(
            name,
            tuple(rules),
            _duration(fields, "interval"),
            int(limit) if limit.isdecimal() else 0,
            _duration(fields, "query_offset"),
        )
    )


def _rule(entry: Located, of_group: Mapping[str, str], group: str, found: RuleSource) -> SourceRule:
    fields = entry.fields("a rule", within=f"group {group}")
    if "data" in fields and "expr" not in fields:
        raise entry.refuse("Grafana itself evaluates this alert, over queries of its own. Write it as PromQL.")
    is_alert = "alert" in fields or _plain(fields, "type") == "alerting"
    kind = RuleKind.ALERT if is_alert else RuleKind.RECORD
    name = _plain(fields, kind.value) or _plain(fields, "name")
    if "expr" in fields and fields["expr"].is_unfilled:
        raise fields["expr"].refuse(UNFILLED)
    expr = _plain(fields, "expr") or _plain(fields, "query")
    if "{{" in expr and not _is_promql(expr):
        raise fields["expr" if "expr" in fields else "query"].refuse(UNFILLED)
    if not name or not expr.strip():
        missing = "an expression" if name else "the name of an alert or a record"
        raise entry.refuse(f"it lacks {missing}.")
    for key in sorted(fields.keys() - _OF_RULE - _OF_RULE_ANSWER - _OF_ANSWER):
        found.changed.append(
            ImportNote(
                fields[key].where, f"{kind.value} {name}", f"its field {key!r} is not one of Prometheus; left out"
            )
        )
    return SourceRule(
        kind,
        name,
        fields["alert" if "alert" in fields else "record" if "record" in fields else "name"].where,
        expr,
        _duration(fields, "for") or _duration(fields, "duration"),
        _duration(fields, "keep_firing_for") or _duration(fields, "keepFiringFor"),
        {**of_group, **_texts(fields.get("labels"), "labels")},
        _texts(fields.get("annotations"), "annotations"),
    )


def _is_promql(text: str) -> bool:
    try:
        promql(text)
    except PromqlError:
        return False
    return True


def _plain(fields: Mapping[str, Located], key: str) -> str:
    return fields[key].text(key, within="a rule") if key in fields else ""


def _texts(entry: Located | None, what: str) -> dict[str, str]:
    fields = entry.fields(what) if entry else {}
    return {name: value.text(name, within=what) for name, value in fields.items()}


def _duration(fields: Mapping[str, Located], key: str) -> str:
    """A duration as Prometheus writes it; answers of a server have seconds. Empty for none, and for one of zero."""
    text = _plain(fields, key)
    try:
        number = float(text)
    except ValueError:
        try:
            return text if not text or duration(text) else ""
        except ValueError as error:
            raise fields[key].refuse(f"{key}: {error}.") from None
    milliseconds = round(number * 1000)
    if milliseconds <= 0:
        return ""
    return f"{milliseconds // 1000}s" if milliseconds % 1000 == 0 else f"{milliseconds}ms"
